"""A heap for the best few, a log, and reasons made by a generator."""

import heapq
import logging
import re
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from openrouter_factory import ModelInfo

log = logging.getLogger(__name__)

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
    log.info("asked for %s", task)
    models = tuple(catalogue.values())
    ceiling = None if max_price is None else Decimal(f"{max_price}")
    shut = {
        "retired": {i for i, m in enumerate(models) if m.retired},
        "batch": {i for i, m in enumerate(models) if m.name.partition(":")[2] == "batch"},
        "needs_tools": {i for i, m in enumerate(models) if needs_tools > m.supports_tools},
        "min_context": {
            i for i, m in enumerate(models) if min_context > (m.context_length or 0)
        },
        "max_price": {
            i
            for i, m in enumerate(models)
            if ceiling is not None and not _dearest(m) <= ceiling
        },
    }
    left = set(range(len(models))).difference(*shut.values())
    if not left:
        raise NoModelFitsError({limit: len(who) for limit, who in shut.items()})
    tokens = frozenset(re.split(r"\W+", task.casefold()))
    wishes = [w for w, signs in WISHES.items() if not signs.isdisjoint(tokens)]
    judged = (
        Recommendation(m, len(list(_granted(m, wishes))), tuple(_reasons(m, wishes)))
        for m in (models[i] for i in sorted(left))
    )
    return heapq.nsmallest(limit, judged, key=lambda r: (-r.score, _dearest(r.info)))


def _dearest(m: ModelInfo) -> Decimal:
    prices = (m.input_price, m.output_price)
    return Decimal("Infinity") if None in prices else max(prices)  # type: ignore


def _granted(m: ModelInfo, wishes: list[str]) -> Iterator[str]:
    for wish in wishes:
        match wish:
            case "structured output":
                has = m.supports_structured_output
            case "reasoning":
                has = m.supports_reasoning
            case _:
                has = wish in m.input_modalities
        if has:
            yield wish


def _reasons(m: ModelInfo, wishes: list[str]) -> Iterator[str]:
    price = _dearest(m)
    yield "Unknown price!" if price.is_infinite() else f"${price} per 1M tokens"
    yield from (f"{wish.upper()}: yes" for wish in _granted(m, wishes))
