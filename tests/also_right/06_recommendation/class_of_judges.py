"""A class that judges one model, and lists of sort passes."""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

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


class Judge:
    """One model before the court of one task."""

    def __init__(self, info, wishes):
        self.info = info
        self.can = {
            "image": "image" in info.input_modalities,
            "audio": "audio" in info.input_modalities,
            "structured output": info.supports_structured_output,
            "reasoning": info.supports_reasoning,
        }
        self.granted = [wish for wish in wishes if self.can[wish]]

    @property
    def price(self):
        both = [self.info.input_price, self.info.output_price]
        return sorted(both)[-1] if all(p is not None for p in both) else None

    def faults(self, needs_tools, min_context, max_price):
        if self.info.retired:
            yield "retired"
        if variant_of(self.info.name) == "batch":
            yield "batch"
        if needs_tools and not self.info.supports_tools:
            yield "needs_tools"
        if min_context and (self.info.context_length or -1) < min_context:
            yield "min_context"
        if max_price is not None and (self.price is None or self.price > max_price):
            yield "max_price"

    def verdict(self):
        reasons = [f"does {wish}" for wish in self.granted]
        price = "of unknown price" if self.price is None else f"{self.price:.2f} USD"
        return Recommendation(self.info, len(self.granted), [*reasons, price])


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
    if isinstance(max_price, float):
        max_price = Decimal(str(max_price))
    table = str.maketrans({sign: " " for sign in string.punctuation})
    words = task.lower().translate(table).split()
    wishes = [wish for wish, signs in WISHES.items() if any(w in signs for w in words)]
    judges = [Judge(info, wishes) for info in catalogue.values()]
    counts, left = {}, []
    for judge in judges:
        faults = list(judge.faults(needs_tools, min_context, max_price))
        for fault in faults:
            counts[fault] = counts.get(fault, 0) + 1
        if not faults:
            left.append(judge)
    if not left:
        raise NoModelFitsError(counts)
    # from the least to the most important: sort() keeps what it finds equal
    left.sort(key=lambda j: j.price or 0)
    left.sort(key=lambda j: j.price is None)
    left.sort(key=lambda j: len(j.granted), reverse=True)
    return [judge.verdict() for judge in left][:limit]
