"""Calls itself for each hop, with the aliases it came through as an argument."""

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
    """Return the full model name that `name` stands for."""
    known = {_key(k): v for m in (DEFAULT_ALIASES, aliases) for k, v in m.items()}
    return _follow(name, known, ())


def _follow(name: str, known: Mapping[str, str], seen: tuple[str, ...]) -> str:
    if "/" in name:
        return name
    key = _key(name)
    if key in seen:
        circle = " -> ".join((*seen[seen.index(key) :], key))
        raise ValueError(f"Circular alias: {circle}")
    if key not in known:
        close = get_close_matches(key, known)
        hint = f" Did you mean {' or '.join(close)}?" if close else ""
        raise ValueError(f"There is no alias {name!r}.{hint}")
    return _follow(known[key], known, (*seen, key))


def _key(alias: str) -> str:
    return alias.strip().casefold()


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
