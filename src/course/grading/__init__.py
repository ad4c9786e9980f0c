"""Grades what learners handed in: what is trusted, and what is only claimed.

A *submission* is *read* without being believed, *judged* behind *walls*, and becomes a
*grade*: plain data, of which *reports* are made.

    grade_one(submission, settings) -> Grade

is all that an executor has to call, on this machine or on another.
"""
