"""Closures in dicts; prices as fractions, infinite where unknown; a counter of words."""

import math
import re
from collections.abc import Callable, Mapping
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from openrouter_factory import ModelInfo, variant_of

WISHES: Mapping[str, frozenset[str]] = {
    "image": frozenset({"image", "images", "photo", "photos", "picture", "pictures"}),
    "audio": frozenset({"audio", "speech", "voice", "podcast"}),
    "structured output": frozenset({"json", "schema", "table", "extract"}),
    "reasoning": frozenset({"reason", "plan", "prove", "proof"}),
}


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


Test = Callable[[ModelInfo], bool]

GRANTS: dict[str, Test] = {
    "image": lambda info: "image" in info.input_modalities,
    "audio": lambda info: "audio" in info.input_modalities,
    "structured output": lambda info: info.supports_structured_output,
    "reasoning": lambda info: info.supports_reasoning,
}


def cost(info: ModelInfo) -> Fraction | float:
    """USD per million tokens, exactly; infinite if nobody knows."""
    prices = [info.input_price, info.output_price]
    return max(math.inf if p is None else Fraction(p) for p in prices)


def limits(tools: bool, context: int, price: Decimal | float | None) -> dict[str, Test]:
    """What shuts a model out, by name; only those that were asked for."""
    found: dict[str, Test] = {}
    if tools:
        found["needs_tools"] = lambda info: not info.supports_tools
    if context > 0:
        found["min_context"] = lambda info: (info.context_length or 0) < context
    if price is not None:
        top = Fraction(str(price))
        found["max_price"] = lambda info: cost(info) > top
    found["retired"] = lambda info: info.retired
    found["batch"] = lambda info: variant_of(info.name) == "batch"
    return found


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
    outside = limits(needs_tools, min_context, max_price)
    said = Counter(re.findall("[a-z0-9]+", task.lower()))
    wishes = [wish for wish in WISHES if any(said[word] for word in WISHES[wish])]

    def judge(info: ModelInfo) -> Recommendation:
        reasons = [f"{w.upper()}: yes" for w in wishes if GRANTS[w](info)]
        price = cost(info)
        words = "price: unknown"
        if price != math.inf:
            words = f"price: {float(price):g} USD" if price else "price: FREE"
        return Recommendation(info, len(reasons), (*reasons, words))

    def order(one: Recommendation) -> tuple[float, Fraction | float]:
        return -one.score, cost(one.info)

    fitting = [
        judge(info)
        for info in catalogue.values()
        if not any(shuts(info) for shuts in outside.values())
    ]
    if not fitting:
        everybody = list(catalogue.values())
        raise NoModelFitsError(
            {name: len([*filter(shuts, everybody)]) for name, shuts in outside.items()}
        )
    fitting.sort(key=order)
    return fitting[:limit]
