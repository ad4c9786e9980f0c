"""
misconception = "something-is-always-close"
fails = [
    "test_whatever_is_no_alias_is_refused",
    "test_one_call_leaves_nothing_behind_for_the_next",
    "test_a_long_way_leaves_nothing_behind_either",
]
words = ["IndexError: list index out of range"]
state = "failing"
"""

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from openrouter_factory import BALANCED, FAST, QUALITY, create_openrouter_model
from pydantic_ai.models.openrouter import OpenRouterModel

DEFAULT_ALIASES: Mapping[str, str] = MappingProxyType(
    {"fast": FAST, "balanced": BALANCED, "quality": QUALITY}
)


def _key(word: str) -> str:
    """How an alias is written in a map: small letters, no space around it."""
    return word.strip().lower()


def _look_up(name: str, known: Mapping[str, str]) -> str:
    if _key(name) in known:
        return known[_key(name)]
    best = get_close_matches(_key(name), known)[0]
    raise ValueError(f"There is no model `{name}`. Did you mean `{best}`?")


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    """Return the full model name that `name` stands for."""
    known = {_key(k): v for k, v in {**DEFAULT_ALIASES, **aliases}.items()}
    trail: list[str] = []
    while "/" not in name:
        if _key(name) in trail:
            raise ValueError(f"Round and round: {' -> '.join([*trail, _key(name)])}.")
        trail.append(_key(name))
        name = _look_up(name, known)
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
