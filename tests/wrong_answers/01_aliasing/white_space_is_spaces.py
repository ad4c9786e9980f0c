"""
misconception = "white-space-is-spaces"
fails = [
    "test_capitals_and_space_around_an_alias_do_not_matter",
]
words = ['is unknown']
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


def without_space(text: str) -> str:
    """Return `text` in small letters, without the spaces before and after it."""
    while text.startswith(" "):
        text = text[1:]
    while text.endswith(" "):
        text = text[:-1]
    return text.lower()


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    """Return the full model name that `name` stands for."""
    known: dict[str, str] = {}
    for alias, model in [*DEFAULT_ALIASES.items(), *aliases.items()]:
        known[without_space(alias)] = model

    way: list[str] = []
    while "/" not in name:
        alias = without_space(name)
        if alias in way:
            raise ValueError(f"In a circle: {', '.join(way)}")
        if alias not in known:
            close = ", ".join(get_close_matches(alias, known))
            raise ValueError(f"{name!r} is unknown. Close: {close or 'none'}")
        way.append(alias)
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
