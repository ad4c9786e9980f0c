"""Candidates as objects that know what they are outside of; the heap sorts."""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import cached_property

from openrouter_factory import ModelInfo, variant_of

WISHES: Mapping[str, frozenset[str]] = {
    "image": frozenset({"image", "images", "photo", "photos", "picture", "pictures"}),
    "audio": frozenset({"audio", "speech", "voice", "podcast"}),
    "structured output": frozenset({"json", "schema", "table", "extract"}),
    "reasoning": frozenset({"reason", "plan", "prove", "proof"}),
}
"""What a task may wish for, and the words in it that say so."""


@dataclass(frozen=True)
class Recommendation:
    """One model, how many wishes of the task it grants, and the reasons in words."""

    info: ModelInfo
    score: int
    reasons: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name to build the model with."""
        return self.info.name


class NoModelFitsError(ValueError):
    """Every model was shut out; `shut_out` says by which limit, and how many."""

    def __init__(self, shut_out: Mapping[str, int]) -> None:
        self.shut_out = {limit: count for limit, count in shut_out.items() if count}
        counts = ", ".join(f"{limit}: {n}" for limit, n in self.shut_out.items())
        super().__init__(f"No model fits. Shut out by {counts or 'no limit'}.")


class Limit(Enum):
    """Why a model cannot be taken."""

    TOOLS = "needs_tools"
    CONTEXT = "min_context"
    PRICE = "max_price"
    RETIRED = "retired"
    BATCH = "batch"


@dataclass(frozen=True)
class Asked:
    """What the caller wants, prepared once."""

    tools: bool
    context: int
    price: Decimal | None
    wishes: tuple[str, ...]


@dataclass(frozen=True)
class Candidate:
    """A model, seen with the eyes of one caller."""

    info: ModelInfo
    place: int
    asked: Asked

    @cached_property
    def price(self) -> Decimal | None:
        both = (self.info.input_price, self.info.output_price)
        return None if None in both else max(both)  # type: ignore[type-var]

    @cached_property
    def outside(self) -> frozenset[Limit]:
        info, asked = self.info, self.asked
        return frozenset(
            limit
            for limit, out in (
                (Limit.TOOLS, asked.tools and not info.supports_tools),
                (
                    Limit.CONTEXT,
                    asked.context > 0 and (info.context_length or -1) < asked.context,
                ),
                (
                    Limit.PRICE,
                    asked.price is not None
                    and (self.price is None or self.price > asked.price),
                ),
                (Limit.RETIRED, info.retired),
                (Limit.BATCH, variant_of(info.name) == "batch"),
            )
            if out
        )

    @cached_property
    def granted(self) -> tuple[str, ...]:
        return tuple(wish for wish in self.asked.wishes if self.grants(wish))

    def grants(self, wish: str) -> bool:
        if wish == "structured output":
            return self.info.supports_structured_output
        if wish == "reasoning":
            return self.info.supports_reasoning
        return wish in self.info.input_modalities

    @property
    def rank(self) -> tuple[int, bool, Decimal, int]:
        unknown = self.price is None
        return (-len(self.granted), unknown, self.price or Decimal(0), self.place)

    def recommendation(self) -> Recommendation:
        return Recommendation(
            self.info,
            len(self.granted),
            (
                *(f"You asked for {wish}: it can do that." for wish in self.granted),
                self.price_in_words,
            ),
        )

    @property
    def price_in_words(self) -> str:
        if self.price is None:
            return "What it costs is unknown."
        return f"It costs {self.price} USD." if self.price else "It is free."


def recommend_models(
    task: str,
    catalogue: Mapping[str, ModelInfo],
    *,
    needs_tools: bool = False,
    min_context: int = 0,
    max_price: Decimal | float | None = None,
    limit: int = 3,
) -> list[Recommendation]:
    """Return at most `limit` models for `task`, the best first."""
    words = set(re.split(r"\W+", task.casefold()))
    wishes = tuple(
        wish for wish, known in WISHES.items() if not known.isdisjoint(words)
    )
    price = (
        None
        if max_price is None
        else Decimal(repr(max_price) if isinstance(max_price, float) else max_price)
    )
    asked = Asked(needs_tools, min_context, price, wishes)
    all_of_them = [
        Candidate(info, place, asked) for place, info in enumerate(catalogue.values())
    ]
    if left := [c for c in all_of_them if not c.outside]:
        best = heapq.nsmallest(limit, left, key=lambda c: c.rank)
        return [c.recommendation() for c in best]
    raise NoModelFitsError(
        {limit.value: sum(limit in c.outside for c in all_of_them) for limit in Limit}
    )
