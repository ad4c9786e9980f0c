"""
misconception = "calls-remember-arguments"
fails = [
    "test_an_alias_may_stand_for_another_alias",
    "test_a_chain_of_a_hundred_aliases_has_an_end",
    "test_an_unknown_name_at_the_end_of_a_chain_is_refused",
    "test_aliases_in_a_circle_are_refused_and_shown",
    "test_a_long_way_leaves_nothing_behind_either",
    "test_a_hundred_random_maps_give_what_following_by_hand_gives",
]
words = ["'writer' is not known"]
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


def resolve_alias(
    name: str,
    aliases: Mapping[str, str] = DEFAULT_ALIASES,
    path: tuple[str, ...] = (),
) -> str:
    """Return the full model name that `name` stands for.

    `path` holds the aliases that led here.
    """
    if "/" in name:
        return name

    alias = name.strip().lower()
    if alias in path:
        raise ValueError(f"Circle: {' -> '.join([*path, alias])}")

    known = {**DEFAULT_ALIASES, **aliases}
    known = {key.strip().lower(): target for key, target in known.items()}
    if alias not in known:
        close = get_close_matches(alias, known)
        raise ValueError(f"{name!r} is not known. Close to it: {close}")

    return resolve_alias(known[alias], path=(*path, alias))


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
