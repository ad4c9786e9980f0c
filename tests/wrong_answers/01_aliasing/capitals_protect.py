"""
misconception = "capitals-protect"
fails = [
    "test_nobody_can_change_the_default_map",
]
words = ['DEFAULT_ALIASES["fast"] = "changed/model"', "no error"]
state = "failing"
"""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final

from openrouter_factory import BALANCED, FAST, QUALITY, create_openrouter_model
from pydantic_ai.models.openrouter import OpenRouterModel

# A constant: nobody may change it.
DEFAULT_ALIASES: Final[Mapping[str, str]] = {
    "fast": FAST,
    "balanced": BALANCED,
    "quality": QUALITY,
}


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    """Return the full model name that `name` stands for."""
    known = {}
    for alias, target in {**DEFAULT_ALIASES, **aliases}.items():
        known[alias.strip().lower()] = target

    passed = []
    while "/" not in name:
        alias = name.strip().lower()
        if alias in passed:
            raise ValueError("Circle: " + " -> ".join(passed + [alias]))
        if alias not in known:
            close = get_close_matches(alias, known)
            raise ValueError(f"{name!r} is unknown. Close: {', '.join(close) or '-'}")
        passed.append(alias)
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
