"""Limits and wishes are tables of functions; a stable sort for each criterion."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import inf

from openrouter_factory import ModelInfo

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


def price(info: ModelInfo) -> float | Decimal:
    prices = (info.input_price, info.output_price)
    return inf if None in prices else max(prices)


GRANTS: dict[str, Callable[[ModelInfo], bool]] = {
    "image": lambda info: "image" in info.input_modalities,
    "audio": lambda info: "audio" in info.input_modalities,
    "structured output": lambda info: info.supports_structured_output,
    "reasoning": lambda info: info.supports_reasoning,
}


def recommend_models(
    task, catalogue, *, needs_tools=False, min_context=0, max_price=None, limit=3
):
    within: dict[str, Callable[[ModelInfo], bool]] = {
        "needs_tools": lambda info: not needs_tools or info.supports_tools,
        "min_context": lambda info: min_context <= (info.context_length or 0),
        "max_price": lambda info: (
            max_price is None or price(info) <= Decimal(f"{max_price}")
        ),
        "retired": lambda info: not info.retired,
        "batch": lambda info: not re.search(r":batch($|@)", info.name),
    }
    models = list(catalogue.values())
    left = [m for m in models if all(is_within(m) for is_within in within.values())]
    if not left:
        raise NoModelFitsError(
            {
                name: len([m for m in models if not is_within(m)])
                for name, is_within in within.items()
            }
        )

    text = re.compile(r"\W+").sub(" ", f" {task} ").casefold()
    wished = {
        wish
        for wish, words in WISHES.items()
        for word in words
        if f" {word} " in text
    }

    def judged(info):
        wishes = [wish for wish in GRANTS if wish in wished and GRANTS[wish](info)]
        cost = price(info)
        last = {inf: "The price is unknown", 0: "It is free"}.get(
            cost, f"Price: {cost} USD per million tokens"
        )
        return Recommendation(
            info, len(wishes), (*(f"+ {wish}" for wish in wishes), last)
        )

    judgements = [judged(info) for info in left]
    judgements = sorted(judgements, key=lambda one: price(one.info))
    judgements = sorted(judgements, key=lambda one: one.score, reverse=True)
    return judgements[0:limit]
