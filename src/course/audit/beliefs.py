"""The misconceptions that quizzes and wrong answers may name."""

import tomllib
from functools import cache
from importlib.resources import files


@cache
def known_misconceptions() -> frozenset[str]:
    """The ids in misconceptions.toml."""
    text = files("course").joinpath("misconceptions.toml").read_text("utf-8")
    return frozenset(tomllib.loads(text))
