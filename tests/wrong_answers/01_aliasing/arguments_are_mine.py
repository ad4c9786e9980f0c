"""
misconception = "arguments-are-mine"
fails = [
    "test_one_call_leaves_nothing_behind_for_the_next",
    "test_a_long_way_leaves_nothing_behind_either",
]
words = ["the caller's map is now", "'mine': 'openai/mine'"]
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
    if aliases is DEFAULT_ALIASES:
        aliases = dict(DEFAULT_ALIASES)  # the default map is read-only
    known = aliases
    for key in list(known):
        known[key.strip().lower()] = known.pop(key)
    for key, model in DEFAULT_ALIASES.items():
        known.setdefault(key, model)

    path = []
    while "/" not in name:
        key = name.strip().lower()
        if key in path:
            raise ValueError(f"circle: {' -> '.join([*path, key])}")
        if key not in known:
            near = get_close_matches(key, known)
            raise ValueError(f"{name!r} is not known, perhaps {near or 'a new model'}")
        path.append(key)
        name = known[key]
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
