"""The default map is read from an enum; the factory is called by its module."""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from pydantic_ai.models.openrouter import OpenRouterModel

import openrouter_factory


class Tier(StrEnum):
    """The aliases that everybody has."""

    FAST = "fast"
    BALANCED = "balanced"
    QUALITY = "quality"

    @property
    def model(self) -> str:
        match self:
            case Tier.FAST:
                return openrouter_factory.FAST
            case Tier.BALANCED:
                return openrouter_factory.BALANCED
            case Tier.QUALITY:
                return openrouter_factory.QUALITY


class _Tiers(Mapping[str, str]):
    def __getitem__(self, alias: str) -> str:
        try:
            return Tier(alias).model
        except ValueError:
            raise KeyError(alias) from None

    def __iter__(self) -> Iterator[str]:
        return iter(Tier)

    def __len__(self) -> int:
        return len(Tier)


DEFAULT_ALIASES: Mapping[str, str] = _Tiers()


class UnknownAliasError(ValueError):
    pass


class CircularAliasError(ValueError):
    pass


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    """Return the full model name that `name` stands for."""
    asked: set[str] = set()
    while (alias := _plain(name)) not in asked and "/" not in name:
        asked.add(alias)
        name = _one_hop(name, aliases)
    if "/" in name:
        return name
    raise CircularAliasError(
        f"Each of {sorted(asked)} only stands for another of them."
    )


def _one_hop(name: str, aliases: Mapping[str, str]) -> str:
    wanted = _plain(name)
    for known in (aliases, DEFAULT_ALIASES):
        for alias, target in known.items():
            if _plain(alias) == wanted:
                return target
    everything = {_plain(alias) for alias in (*aliases, *DEFAULT_ALIASES)}
    ranked = sorted(everything, key=lambda a: -SequenceMatcher(a=wanted, b=a).ratio())
    raise UnknownAliasError(
        f"{name!r}? The nearest I have are {ranked[0]}, {ranked[1]}."
    )


def _plain(alias: str) -> str:
    return str(alias).strip().lower()


def create_aliased_model(
    name: str,
    api_key: str,
    *,
    aliases: Mapping[str, str] = DEFAULT_ALIASES,
    **factory_kwargs: Any,
) -> OpenRouterModel:
    """Create the model that `name` stands for."""
    return openrouter_factory.create_openrouter_model(
        resolve_alias(name, aliases), api_key, **factory_kwargs
    )
