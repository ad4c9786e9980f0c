"""
misconception = "same-name-same-model"
fails = [
    "test_each_call_looks_at_the_catalogue_that_came",
    "test_the_dearer_of_both_prices_counts",
    "test_one_reason_is_the_price",
]
words = ["tomorrow"]
state = "failing"
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
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
    asked_before = (task, *catalogue, needs_tools, min_context, max_price, limit)
    if asked_before in SEEN:
        return SEEN[asked_before]
    shut_out = Counter()
    good = []
    for info in catalogue.values():
        outside = limits_broken(info, needs_tools, min_context, max_price)
        shut_out.update(outside)
        if not outside:
            good.append(info)
    if not good:
        raise NoModelFitsError(shut_out)

    words = set(re.findall("[a-z0-9]+", task.lower()))
    asked = [wish for wish in WISHES if WISHES[wish] & words]
    found = [recommend(info, asked) for info in good]
    found.sort(key=sort_key)
    SEEN[asked_before] = found[:limit]
    return found[:limit]


SEEN = {}


def limits_broken(info, needs_tools, min_context, max_price):
    broken = []
    if info.retired:
        broken.append("retired")
    if variant_of(info.name) == "batch":
        broken.append("batch")
    if needs_tools and not info.supports_tools:
        broken.append("needs_tools")
    if min_context > 0:
        if info.context_length is None or info.context_length < min_context:
            broken.append("min_context")
    if max_price is not None:
        price = price_of(info)
        if price is None or price > Decimal(str(max_price)):
            broken.append("max_price")
    return broken


def price_of(info):
    if info.input_price is None or info.output_price is None:
        return None
    return max(info.input_price, info.output_price)


def can(info, wish):
    if wish == "structured output":
        return info.supports_structured_output
    if wish == "reasoning":
        return info.supports_reasoning
    return wish in info.input_modalities


def recommend(info, asked):
    granted = [wish for wish in asked if can(info, wish)]
    reasons = [f"Good at what you ask for: {wish}" for wish in granted]
    price = price_of(info)
    if price is None:
        reasons.append("The price is unknown")
    else:
        reasons.append(f"Costs {price} USD per million tokens")
    return Recommendation(info, len(granted), tuple(reasons))


def sort_key(found):
    price = price_of(found.info)
    if price is None:
        price = Decimal("Infinity")
    return (-found.score, price)
