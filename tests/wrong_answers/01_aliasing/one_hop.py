"""
misconception = "one-hop"
fails = [
    "test_an_alias_may_stand_for_another_alias",
    "test_a_chain_of_a_hundred_aliases_has_an_end",
    "test_an_unknown_name_at_the_end_of_a_chain_is_refused",
    "test_aliases_in_a_circle_are_refused_and_shown",
    "test_a_long_way_leaves_nothing_behind_either",
    "test_a_hundred_random_maps_give_what_following_by_hand_gives",
    "test_the_full_name_is_on_the_wire",
]
words = ['"writer"']
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


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    """Return the full model name that `name` stands for."""
    if "/" in name:
        return name

    known = {**DEFAULT_ALIASES, **aliases}
    known = {key.strip().casefold(): model for key, model in known.items()}
    alias = name.strip().casefold()

    try:
        return known[alias]
    except KeyError:
        close = get_close_matches(alias, known)
        text = f"`{name}` is no alias that I know."
        if close:
            text += f" Perhaps {' or '.join(close)}?"
        raise ValueError(text) from None


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
