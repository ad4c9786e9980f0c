"""
misconception = "errors-need-no-names"
fails = [
    "test_aliases_in_a_circle_are_refused_and_shown",
    "test_a_hundred_random_maps_give_what_following_by_hand_gives",
]
words = ["ValueError: Circular alias", 'names "zig" and "zag"']
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
    known = {
        alias.strip().lower(): model
        for alias, model in {**DEFAULT_ALIASES, **aliases}.items()
    }
    # Whoever takes more steps than there are aliases walks in a circle.
    for _ in range(len(known) + 1):
        if "/" in name:
            return name
        alias = name.strip().lower()
        if alias not in known:
            close = get_close_matches(alias, known, n=5)
            raise ValueError(f"Unknown alias {name!r}. Close: {close}")
        name = known[alias]
    raise ValueError("Circular alias")


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
