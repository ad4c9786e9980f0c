"""
misconception = "only-the-defaults-are-close"
fails = [
    "test_an_unknown_name_is_refused_with_names_that_are_close",
]
words = ['team-writter']
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


class UnknownAliasError(ValueError):
    """A name that is neither an alias nor a full name."""

    def __init__(self, name: str) -> None:
        close = get_close_matches(name.strip().lower(), DEFAULT_ALIASES)
        self.name, self.close = name, close
        super().__init__(f"Unknown alias {name!r}. Try: {close or [*DEFAULT_ALIASES]}")


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    """Return the full model name that `name` stands for."""
    known = {**DEFAULT_ALIASES, **aliases}
    known = {alias.strip().lower(): target for alias, target in known.items()}
    path: list[str] = []
    while "/" not in name:
        alias = name.strip().lower()
        if alias in path:
            raise ValueError(f"Aliases in a circle: {path[path.index(alias) :]}")
        path.append(alias)
        if alias not in known:
            raise UnknownAliasError(name)
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
