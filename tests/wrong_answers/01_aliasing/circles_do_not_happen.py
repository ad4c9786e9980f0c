"""
misconception = "circles-do-not-happen"
fails = [
    "test_aliases_in_a_circle_are_refused_and_shown",
    "test_a_long_way_leaves_nothing_behind_either",
    "test_a_hundred_random_maps_give_what_following_by_hand_gives",
    "test_the_full_name_is_on_the_wire",
    "test_what_else_the_caller_asked_for_reaches_the_factory",
    "test_an_unknown_alias_builds_no_model",
]
words = ["did not end"]
state = "broken"
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


def tidy(word: str) -> str:
    return word.strip().lower()


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    """Return the full model name that `name` stands for."""
    known = {tidy(a): t for a, t in {**DEFAULT_ALIASES, **aliases}.items()}
    while "/" not in name:
        if tidy(name) not in known:
            close = get_close_matches(tidy(name), known)
            raise ValueError(f"Unknown: {name!r}. Did you mean one of {close}?")
        name = known[tidy(name)]
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
