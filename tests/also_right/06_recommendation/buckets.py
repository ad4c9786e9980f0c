"""No sort at all over scores: a bucket for each, filters one after the other."""

import re
from collections import defaultdict
from fractions import Fraction
from operator import attrgetter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from openrouter_factory import ModelInfo

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


_ASK = {
    "image": lambda i: any(m == "image" for m in i.input_modalities),
    "audio": lambda i: any(m == "audio" for m in i.input_modalities),
    "structured output": attrgetter("supports_structured_output"),
    "reasoning": attrgetter("supports_reasoning"),
}


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
    everything = list(catalogue.values())
    kept, shut_out = everything, {}
    for name, good in _filters(needs_tools, min_context, max_price):
        shut_out[name] = len(everything) - len(list(filter(good, everything)))
        kept = list(filter(good, kept))
    if not kept:
        raise NoModelFitsError(shut_out)
    text = f" {re.sub('[^a-z0-9]', ' ', task.lower())} "
    wishes = [w for w in WISHES if any(f" {sign} " in text for sign in WISHES[w])]
    buckets = defaultdict(list)
    for info in kept:
        has = [wish for wish in wishes if _ASK[wish](info)]
        buckets[len(has)].append((info, has))
    answer = []
    for score in range(len(wishes), -1, -1):
        known = [pair for pair in buckets[score] if _cost(pair[0]) is not None]
        unknown = [pair for pair in buckets[score] if _cost(pair[0]) is None]
        for info, has in sorted(known, key=lambda pair: _cost(pair[0])) + unknown:
            cost = _cost(info)
            words = "Nobody knows the price: unknown." if cost is None else f"{cost} USD."
            answer.append(Recommendation(info, float(score), (words, *has)))
    del answer[limit:]
    return answer


def _cost(info):
    try:
        return max(info.input_price, info.output_price)
    except TypeError:
        return None


def _filters(needs_tools, min_context, max_price):
    yield "retired", lambda i: not i.retired
    yield "batch", lambda i: re.search(":batch$", i.name) is None
    if needs_tools:
        yield "needs_tools", lambda i: i.supports_tools
    if min_context:
        yield "min_context", lambda i: bool(i.context_length) and i.context_length >= min_context
    if max_price is not None:
        most = Fraction(str(max_price))
        yield "max_price", lambda i: _cost(i) is not None and Fraction(_cost(i)) <= most
