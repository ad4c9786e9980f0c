"""
misconception = "kwargs-pass-by-themselves"
fails = [
    "test_what_else_the_caller_asked_for_reaches_the_factory",
]
words = ['openrouter.ai']
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


class _Resolver:
    """Follows aliases through one map."""

    def __init__(self, aliases: Mapping[str, str]) -> None:
        merged = {**DEFAULT_ALIASES, **aliases}
        self.known = {self.key(alias): merged[alias] for alias in merged}

    @staticmethod
    def key(alias: str) -> str:
        return alias.strip().lower()

    def follow(self, name: str) -> str:
        path: list[str] = []
        while "/" not in name:
            path.append(self.key(name))
            if len(set(path)) < len(path):
                raise ValueError(f"These aliases lead to each other: {path}")
            if path[-1] not in self.known:
                raise ValueError(self.unknown(name))
            name = self.known[path[-1]]
        return name

    def unknown(self, name: str) -> str:
        close = get_close_matches(self.key(name), self.known)
        return f"{name!r} is not known; {close or 'nothing'} is close."


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    """Return the full model name that `name` stands for."""
    return _Resolver(aliases).follow(name)


def create_aliased_model(
    name: str,
    api_key: str,
    *,
    aliases: Mapping[str, str] = DEFAULT_ALIASES,
    **factory_kwargs: Any,
) -> OpenRouterModel:
    """Create the model that `name` stands for; `factory_kwargs` go to the factory."""
    full_name = resolve_alias(name, aliases)
    return create_openrouter_model(full_name, api_key)
