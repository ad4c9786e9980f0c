"""Which model for this task? Hard limits first, then a score that gives its reasons.

Judges by what is known of each model. Asks no service and builds nothing.
"""

import re
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
    """Return at most `limit` models for `task`, the best first.

    Nothing outweighs a hard limit: tools, context, price, not retired, no `:batch`.
    Then the words of `task` decide, then the price. Of equals, the first in
    `catalogue` stays first. `max_price` is in USD per million tokens.

    Raises `NoModelFitsError` if the limits leave nothing.
    """
    #: starter
    #| # TODO tasks 1 and 2: keep the models that are within every limit.
    #| # TODO task 5: if there are none, say which limit shut out how many.
    #| # TODO task 3: make a `Recommendation` of each, with score and reasons.
    #| # TODO task 4: put them in order, and cut the list.
    #| raise NotImplementedError("Start with the hard limits.")
    #: solution
    limits = _hard_limits(needs_tools, min_context, max_price)
    models = list(catalogue.values())
    fitting = [m for m in models if all(within(m) for within in limits.values())]
    if not fitting:
        outside = {
            name: sum(not within(m) for m in models) for name, within in limits.items()
        }
        raise NoModelFitsError(outside)
    wishes = _wishes_in(task)
    return sorted((_judged(m, wishes) for m in fitting), key=_rank)[:limit]
    #: end


#: starter
#: solution
_Check = Callable[[ModelInfo], bool]

_GRANTS: Mapping[str, _Check] = {
    "image": lambda info: "image" in info.input_modalities,
    "audio": lambda info: "audio" in info.input_modalities,
    "structured output": lambda info: info.supports_structured_output,
    "reasoning": lambda info: info.supports_reasoning,
}


def _hard_limits(
    needs_tools: bool, min_context: int, max_price: Decimal | float | None
) -> dict[str, _Check]:
    """Each limit that is asked for, with the question that a model must pass."""
    limits: dict[str, _Check] = {
        "retired": lambda info: not info.retired,
        "batch": lambda info: variant_of(info.name) != "batch",
    }
    if needs_tools:
        limits["needs_tools"] = lambda info: info.supports_tools
    if min_context:
        limits["min_context"] = lambda info: (info.context_length or 0) >= min_context
    if max_price is not None:
        limits["max_price"] = _no_dearer_than(Decimal(str(max_price)))
    return limits


def _no_dearer_than(most: Decimal) -> _Check:
    def within(info: ModelInfo) -> bool:
        price = _price(info)
        return price is not None and price <= most

    return within


def _price(info: ModelInfo) -> Decimal | None:
    """The dearer of both prices; None if one of them is unknown."""
    if info.input_price is None or info.output_price is None:
        return None
    return max(info.input_price, info.output_price)


def _wishes_in(task: str) -> list[str]:
    words = set(re.findall(r"\w+", task.lower()))
    return [wish for wish, signs in WISHES.items() if signs & words]


def _judged(info: ModelInfo, wishes: list[str]) -> Recommendation:
    granted = [wish for wish in wishes if _GRANTS[wish](info)]
    price = _price(info)
    cost = "unknown" if price is None else f"{price:f} USD per million tokens"
    reasons = [f"The task asks for {wish}, and it has that." for wish in granted]
    return Recommendation(info, len(granted), (*reasons, f"Its price is {cost}."))


def _rank(judged: Recommendation) -> tuple[int, bool, Decimal]:
    price = _price(judged.info)
    return -judged.score, price is None, price or Decimal(0)


#: end
