"""
misconception = "tidy-everything"
fails = [
    "test_a_full_name_comes_back_unchanged",
]
words = ['came back: "some/model"', 'expected:  "Some/Model"']
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


def _normalise(text: str) -> str:
    return text.strip().lower()


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    """Return the full model name that `name` stands for."""
    known = {_normalise(k): v for k, v in (DEFAULT_ALIASES | aliases).items()}
    name = _normalise(name)
    path = [name]
    while "/" not in name:
        if name not in known:
            similar = get_close_matches(name, known)
            raise ValueError(f"Unknown model {name!r}. Similar names: {similar}.")
        name = _normalise(known[name])
        if name in path:
            raise ValueError("Circle: " + " -> ".join([*path, name]))
        path.append(name)
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
