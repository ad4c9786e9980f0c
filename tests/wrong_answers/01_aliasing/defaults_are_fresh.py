"""
misconception = "defaults-are-fresh"
fails = [
    "test_an_alias_stands_for_its_model",
    "test_a_map_from_the_caller_wins_over_the_defaults",
    "test_capitals_and_space_around_an_alias_do_not_matter",
    "test_a_full_name_comes_back_unchanged",
    "test_one_call_leaves_nothing_behind_for_the_next",
    "test_an_alias_may_stand_for_another_alias",
    "test_a_long_way_leaves_nothing_behind_either",
    "test_a_hundred_random_maps_give_what_following_by_hand_gives",
    "test_the_full_name_is_on_the_wire",
    "test_what_else_the_caller_asked_for_reaches_the_factory",
]
words = ["came back: ValueError: A circle: fast"]
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


def _follow(name: str, known: Mapping[str, str], seen: list[str] = []) -> str:
    """Follow `name` to its end; `seen` holds the aliases on the way."""
    if "/" in name:
        return name
    alias = name.strip().casefold()
    if alias in seen:
        raise ValueError(f"A circle: {' -> '.join(seen)} -> {alias}")
    if alias not in known:
        close = get_close_matches(alias, known)
        raise ValueError(f"`{name}` is unknown. Close to it: {close}")
    seen.append(alias)
    return _follow(known[alias], known, seen)


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    """Return the full model name that `name` stands for."""
    known = {**DEFAULT_ALIASES, **aliases}
    return _follow(name, {a.strip().casefold(): t for a, t in known.items()})


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
