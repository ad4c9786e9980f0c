"""Keeps lessons and exercises honest: the 25 criteria, each checked by machine."""
