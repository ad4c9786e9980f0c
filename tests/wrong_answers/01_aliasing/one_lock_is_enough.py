"""
misconception = "one-lock-is-enough"
fails = [
    "test_nobody_can_change_the_default_map",
]
words = ['DEFAULT_ALIASES.update(fast="changed/model")', "no error"]
state = "failing"
"""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from openrouter_factory import BALANCED, FAST, QUALITY, create_openrouter_model
from pydantic_ai.models.openrouter import OpenRouterModel


class ReadOnlyDict(dict):
    """A dict that nobody can write to."""

    def __setitem__(self, key, value):
        raise TypeError("This dict is read-only.")


DEFAULT_ALIASES: Mapping[str, str] = ReadOnlyDict(
    fast=FAST,
    balanced=BALANCED,
    quality=QUALITY,
)


def _tidy(word: str) -> str:
    return word.strip().casefold()


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    """Return the full model name that `name` stands for."""
    known = {_tidy(a): m for a, m in {**DEFAULT_ALIASES, **aliases}.items()}
    path: dict[str, str] = {}
    while "/" not in name:
        alias = _tidy(name)
        if alias in path:
            raise ValueError(f"Circle: {' -> '.join(path)} -> {alias}")
        if alias not in known:
            close = get_close_matches(alias, known)
            raise ValueError(f"Unknown: `{name}`. Close: {', '.join(close)}.")
        name = path[alias] = known[alias]
    return name


def create_aliased_model(
    name: str,
    api_key: str,
    *,
    aliases: Mapping[str, str] = DEFAULT_ALIASES,
    **factory_kwargs: Any,
) -> OpenRouterModel:
    """Create the model that `name` stands for."""
    return create_openrouter_model(
        resolve_alias(name, aliases), api_key, **factory_kwargs
    )
