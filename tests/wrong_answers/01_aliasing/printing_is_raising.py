"""
misconception = "printing-is-raising"
fails = [
    "test_an_unknown_name_is_refused_with_names_that_are_close",
    "test_whatever_is_no_alias_is_refused",
    "test_one_call_leaves_nothing_behind_for_the_next",
    "test_an_unknown_name_at_the_end_of_a_chain_is_refused",
    "test_aliases_in_a_circle_are_refused_and_shown",
    "test_a_long_way_leaves_nothing_behind_either",
    "test_a_hundred_random_maps_give_what_following_by_hand_gives",
    "test_an_unknown_alias_builds_no_model",
]
words = ["came back: None"]
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


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    known = {**DEFAULT_ALIASES, **aliases}
    known = {k.strip().lower(): v for (k, v) in known.items()}
    been_there = []
    while "/" not in name:
        alias = name.strip().lower()
        if alias in been_there:
            print("ValueError: aliases in a circle:", *been_there)
            return
        if alias not in known:
            print("ValueError: unknown name", name)
            print("Did you mean:", *get_close_matches(alias, known))
            return
        been_there.append(alias)
        name = known[alias]
    return name


def create_aliased_model(
    name: str,
    api_key: str,
    *,
    aliases: Mapping[str, str] = DEFAULT_ALIASES,
    **factory_kwargs: Any,
) -> OpenRouterModel:
    full_name = resolve_alias(name, aliases)
    return create_openrouter_model(full_name, api_key, **factory_kwargs)
