"""
misconception = "first-item-decides"
fails = [
    "test_an_alias_stands_for_its_model",
    "test_the_defaults_stand_behind_a_map_from_the_caller",
    "test_an_alias_may_stand_for_another_alias",
    "test_a_chain_of_a_hundred_aliases_has_an_end",
    "test_an_unknown_name_at_the_end_of_a_chain_is_refused",
    "test_a_long_way_leaves_nothing_behind_either",
    "test_a_hundred_random_maps_give_what_following_by_hand_gives",
    "test_the_full_name_is_on_the_wire",
]
words = ['resolve_alias("balanced")', "came back: ValueError: Unknown model 'balanced'"]
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


def find(name, known):
    wanted = name.strip().lower()
    for alias, target in known.items():
        if alias.strip().lower() == wanted:
            return target
        else:
            words = [word.strip().lower() for word in known]
            close = get_close_matches(wanted, words)
            raise ValueError(f"Unknown model {name!r}, close: {close}")


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    """Return the full model name that `name` stands for."""
    known = dict(aliases)
    taken = [alias.strip().lower() for alias in aliases]
    for alias in DEFAULT_ALIASES:
        if alias not in taken:
            known[alias] = DEFAULT_ALIASES[alias]

    path = []
    while "/" not in name:
        path.append(name.strip().lower())
        name = find(name, known)
        if name.strip().lower() in path:
            raise ValueError(f"These go in a circle: {', '.join(path)}")
    return name


def create_aliased_model(
    name: str,
    api_key: str,
    *,
    aliases: Mapping[str, str] = DEFAULT_ALIASES,
    **factory_kwargs: Any,
) -> OpenRouterModel:
    """Create the model that `name` stands for."""
    full_name = resolve_alias(name, aliases)
    return create_openrouter_model(full_name, api_key, **factory_kwargs)
