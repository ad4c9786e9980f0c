"""The default map is a read-only class of its own, and resolves itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, final

from pydantic_ai.models.openrouter import OpenRouterModel

from openrouter_factory import BALANCED, FAST, QUALITY, create_openrouter_model


class AliasError(ValueError):
    """An alias that leads to no model."""


@final
class AliasMap(Mapping[str, str]):
    """A map of aliases that cannot be changed and ignores capitals and outer space."""

    __slots__ = ("__entries",)

    def __init__(self, *layers: Mapping[str, str]) -> None:
        """Copy `layers`; a later one wins over an earlier one."""
        self.__entries: dict[str, str] = {}
        for layer in layers:
            for alias, target in layer.items():
                self.__entries[self.normalise(alias)] = target

    @staticmethod
    def normalise(alias: str) -> str:
        return alias.strip().lower()

    def __getitem__(self, alias: str) -> str:
        return self.__entries[self.normalise(alias)]

    def __iter__(self) -> Iterator[str]:
        return iter(self.__entries)

    def __len__(self) -> int:
        return len(self.__entries)

    def __repr__(self) -> str:
        return f"AliasMap({self.__entries!r})"

    def under(self, overrides: Mapping[str, str]) -> AliasMap:
        """This map, with `overrides` in front of it."""
        return AliasMap(self, overrides)

    def resolve(self, name: str) -> str:
        """Walk from `name` to a full model name."""
        path: list[str] = []
        while "/" not in name:
            name = self.normalise(name)
            path.append(name)
            if path.count(name) > 1:
                raise AliasError(
                    f"{path[0]!r} never arrives at a model: {' → '.join(path)}"
                )
            try:
                name = self[name]
            except KeyError:
                raise AliasError(self._unknown(path)) from None
        return name

    def _unknown(self, path: list[str]) -> str:
        message = f"Unknown model alias {path[-1]!r}"
        if len(path) > 1:
            message += f" (reached by {' → '.join(path)})"
        similar = get_close_matches(path[-1], self.__entries, n=5)
        if similar:
            message += "; similar aliases: " + ", ".join(map(repr, similar))
        return message


DEFAULT_ALIASES = AliasMap({"fast": FAST, "balanced": BALANCED, "quality": QUALITY})


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    """Return the full model name that `name` stands for."""
    return DEFAULT_ALIASES.under(aliases).resolve(name)


def create_aliased_model(
    name: str,
    api_key: str,
    *,
    aliases: Mapping[str, str] = DEFAULT_ALIASES,
    **factory_kwargs: Any,
) -> OpenRouterModel:
    """Create the model that `name` stands for."""
    return create_openrouter_model(
        model_name=resolve_alias(name, aliases=aliases),
        api_key=api_key,
        **factory_kwargs,
    )
