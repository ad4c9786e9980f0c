"""A dict that refuses changes, frozen look-ups, closeness counted by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, Self

from pydantic_ai.models.openrouter import OpenRouterModel

from openrouter_factory import BALANCED, FAST, QUALITY, create_openrouter_model

MAX_TYPOS = 2


class FrozenDict(dict[str, str]):
    """A dict that is filled once."""

    def _frozen(self, *args: object, **kwargs: object) -> NoReturn:
        raise TypeError(f"{type(self).__name__} is read-only")

    __setitem__ = __delitem__ = __ior__ = _frozen  # type: ignore[assignment]
    clear = pop = popitem = setdefault = update = _frozen  # type: ignore[assignment]


DEFAULT_ALIASES: Mapping[str, str] = FrozenDict(
    fast=FAST, balanced=BALANCED, quality=QUALITY
)


@dataclass(frozen=True, slots=True)
class Lookup:
    """Where a look-up stands: the name in hand and the aliases it came through."""

    name: str
    table: Mapping[str, str] = field(repr=False)
    trail: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        return "/" in self.name

    @property
    def key(self) -> str:
        return _fold(self.name)

    def next(self) -> Self:
        if self.key in self.trail:
            raise ValueError(self._round_and_round())
        if self.key not in self.table:
            raise ValueError(self._nothing_found())
        return type(self)(self.table[self.key], self.table, (*self.trail, self.key))

    def _round_and_round(self) -> str:
        lines = [f"  {a} is {self.table[a]}" for a in self.trail]
        return "No end to this:\n" + "\n".join(lines)

    def _nothing_found(self) -> str:
        near = sorted(a for a in self.table if _typos(a, self.key) <= MAX_TYPOS)
        text = f"I don't know the model {self.name.strip()!r}"
        if self.trail:
            text += f", which {self.trail[-1]!r} stands for"
        return text + (f". Perhaps: {', '.join(near)}" if near else ".")


def _fold(alias: str) -> str:
    return alias.casefold().strip()


def _typos(a: str, b: str) -> int:
    """Levenshtein's distance: letters to add, drop or replace."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        above, row = row, [i]
        for j, y in enumerate(b, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (x != y)))
    return row[-1]


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    """Return the full model name that `name` stands for."""
    table = FrozenDict(
        {_fold(a): t for a, t in DEFAULT_ALIASES.items()}
        | {_fold(a): t for a, t in aliases.items()}
    )
    lookup = Lookup(name, table)
    while not lookup.is_done:
        lookup = lookup.next()
    return lookup.name


def create_aliased_model(
    name: str,
    api_key: str,
    *,
    aliases: Mapping[str, str] = DEFAULT_ALIASES,
    **factory_kwargs: Any,
) -> OpenRouterModel:
    """Create the model that `name` stands for."""
    model_name = resolve_alias(name, aliases)
    return create_openrouter_model(model_name, api_key, **factory_kwargs)
