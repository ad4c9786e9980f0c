"""
misconception = "first-map-wins"
fails = [
    "test_a_map_from_the_caller_wins_over_the_defaults",
    "test_capitals_and_space_around_an_alias_do_not_matter",
    "test_an_alias_may_stand_for_another_alias",
    "test_aliases_in_a_circle_are_refused_and_shown",
]
words = ['which one comes last']
state = "failing"
"""

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from openrouter_factory import BALANCED, FAST, QUALITY, create_openrouter_model
from pydantic_ai.models.openrouter import OpenRouterModel

DEFAULT_ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "fast": FAST,
        "balanced": BALANCED,
        "quality": QUALITY,
    }
)


def clean(word):
    return word.strip().lower()


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    # the caller's aliases come first, so that they win
    cleaned = {clean(k): v for k, v in aliases.items()}
    known = {**cleaned, **DEFAULT_ALIASES}

    visited = []
    while True:
        if "/" in name:
            return name
        key = clean(name)
        if key in visited:
            raise ValueError(f"circular aliases: {visited}")
        visited.append(key)
        try:
            name = known[key]
        except KeyError:
            hint = get_close_matches(key, known.keys())
            raise ValueError(f"unknown model {name!r}, did you mean {hint}?") from None


def create_aliased_model(
    name: str,
    api_key: str,
    *,
    aliases: Mapping[str, str] = DEFAULT_ALIASES,
    **factory_kwargs: Any,
) -> OpenRouterModel:
    model_name = resolve_alias(name, aliases=aliases)
    return create_openrouter_model(model_name, api_key, **factory_kwargs)
