"""
misconception = "caches-take-anything"
fails = [
    "test_a_map_from_the_caller_wins_over_the_defaults",
    "test_the_defaults_stand_behind_a_map_from_the_caller",
    "test_capitals_and_space_around_an_alias_do_not_matter",
    "test_a_full_name_comes_back_unchanged",
    "test_an_unknown_name_is_refused_with_names_that_are_close",
    "test_one_call_leaves_nothing_behind_for_the_next",
    "test_an_alias_may_stand_for_another_alias",
    "test_a_chain_of_a_hundred_aliases_has_an_end",
    "test_an_unknown_name_at_the_end_of_a_chain_is_refused",
    "test_aliases_in_a_circle_are_refused_and_shown",
    "test_a_long_way_leaves_nothing_behind_either",
    "test_a_hundred_random_maps_give_what_following_by_hand_gives",
    "test_the_full_name_is_on_the_wire",
    "test_what_else_the_caller_asked_for_reaches_the_factory",
    "test_an_unknown_alias_builds_no_model",
]
words = ["TypeError: unhashable type: 'dict'"]
state = "failing"
"""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from openrouter_factory import BALANCED, FAST, QUALITY, create_openrouter_model
from pydantic_ai.models.openrouter import OpenRouterModel

DEFAULT_ALIASES: Mapping[str, str] = MappingProxyType(
    {"fast": FAST, "balanced": BALANCED, "quality": QUALITY}
)


@lru_cache(maxsize=128)
def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    """Return the full model name that `name` stands for; remembers past answers."""
    known = {**DEFAULT_ALIASES, **aliases}
    known = {alias.strip().lower(): target for alias, target in known.items()}
    path: list[str] = []
    while "/" not in name:
        alias = name.strip().lower()
        if alias in path:
            raise ValueError(f"Circle: {' -> '.join([*path, alias])}")
        if alias not in known:
            close = get_close_matches(alias, known)
            raise ValueError(f"{name!r} is unknown. Close: {close}")
        path.append(alias)
        name = known[alias]
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
