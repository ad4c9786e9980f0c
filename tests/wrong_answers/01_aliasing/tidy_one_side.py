"""
misconception = "tidy-one-side"
fails = [
    "test_capitals_and_space_around_an_alias_do_not_matter",
    "test_an_unknown_name_is_refused_with_names_that_are_close",
    "test_an_alias_may_stand_for_another_alias",
]
words = ["unknown alias 'team pick'"]
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
    seen: set[str] = set()
    while "/" not in name:
        typed = name.strip().lower()  # whatever the user typed
        if typed in seen:
            raise ValueError(f"aliases go in a circle: {', '.join(sorted(seen))}")
        seen.add(typed)
        if typed not in known:
            raise ValueError(
                f"unknown alias {name!r}; close: {get_close_matches(typed, known)}"
            )
        name = known[typed]
    return name


def create_aliased_model(
    name: str,
    api_key: str,
    *,
    aliases: Mapping[str, str] = DEFAULT_ALIASES,
    **factory_kwargs: Any,
) -> OpenRouterModel:
    """Create the model that `name` stands for."""
    full = resolve_alias(name, aliases)
    return create_openrouter_model(full, api_key, **factory_kwargs)
