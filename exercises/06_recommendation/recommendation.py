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
    # TODO tasks 1 and 2: keep the models that are within every limit.
    # TODO task 5: if there are none, say which limit shut out how many.
    # TODO task 3: make a `Recommendation` of each, with score and reasons.
    # TODO task 4: put them in order, and cut the list.
    raise NotImplementedError("Start with the hard limits.")
