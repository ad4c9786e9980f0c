"""
misconception = "circles-come-home"
fails = [
    "test_aliases_in_a_circle_are_refused_and_shown",
    "test_a_hundred_random_maps_give_what_following_by_hand_gives",
]
words = ['resolve_alias("start"', "came back: RecursionError"]
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
    """Return the full model name that `name` stands for."""
    known = {**DEFAULT_ALIASES, **aliases}
    known = {alias.lower().strip(): target for alias, target in known.items()}
    first = name.lower().strip()

    def follow(target: str, *path: str) -> str:
        if "/" in target:
            return target
        alias = target.lower().strip()
        if path and alias == first:
            raise ValueError(f"Back at the start: {' -> '.join([*path, first])}")
        if alias not in known:
            close = get_close_matches(alias, known)
            raise ValueError(f"{target!r} is no alias. Did you mean {close}?")
        return follow(known[alias], *path, alias)

    return follow(name)


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
