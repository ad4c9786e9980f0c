"""
misconception = "tidy-one-side"
fails = [
    "test_an_unknown_name_is_refused_with_names_that_are_close",
]
words = ["QUALTY"]
state = "failing"
"""

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from pydantic_ai.models.openrouter import OpenRouterModel

from openrouter_factory import BALANCED, FAST, QUALITY, create_openrouter_model

DEFAULT_ALIASES: Mapping[str, str] = MappingProxyType(
    {"fast": FAST, "balanced": BALANCED, "quality": QUALITY}
)


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    """Return the full model name that `name` stands for.

    `aliases` is asked first, then `DEFAULT_ALIASES`; neither is changed. Capitals and
    the space around an alias do not matter. A name with a `/` is a full name and comes
    back unchanged. An alias may stand for another alias.

    Raises `ValueError` for an unknown name, with the known ones that are close, and
    for aliases that go in a circle, with the circle.
    """
    both = {**DEFAULT_ALIASES, **aliases}
    known = {_tidy(alias): target for alias, target in both.items()}
    path: list[str] = []
    while "/" not in name:
        alias = _tidy(name)
        if alias in path:
            circle = " -> ".join([*path[path.index(alias) :], alias])
            raise ValueError(f"These aliases go in a circle: {circle}.")
        if alias not in known:
            raise ValueError(_unknown(name, known))
        path.append(alias)
        name = known[alias]
    return name


def _tidy(alias: str) -> str:
    return alias.strip().casefold()


def _unknown(name: str, known: Mapping[str, str]) -> str:
    close = get_close_matches(name, known)
    return f"`{name}` is no alias and no `provider/model` name. Close to it: {close}."


def create_aliased_model(
    name: str,
    api_key: str,
    *,
    aliases: Mapping[str, str] = DEFAULT_ALIASES,
    **factory_kwargs: Any,
) -> OpenRouterModel:
    """Create the model that `name` stands for; `factory_kwargs` go to the factory.

    Raises `ValueError` as `resolve_alias` and `create_openrouter_model` do.
    """
    full_name = resolve_alias(name, aliases)
    return create_openrouter_model(full_name, api_key, **factory_kwargs)
