"""A careful beginner's: loops, flags and an insertion sort by hand."""

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
    # 1. the words of the task
    letters = ""
    for c in task.lower():
        if c.isalnum():
            letters = letters + c
        else:
            letters = letters + " "
    words = letters.split()
    wanted = []
    for wish in WISHES:
        for word in words:
            if word in WISHES[wish] and wish not in wanted:
                wanted.append(wish)

    # 2. the limits
    count = {"needs_tools": 0, "min_context": 0, "max_price": 0, "retired": 0, "batch": 0}
    result = []
    prices = []
    for name in catalogue:
        info = catalogue[name]
        ok = True
        if info.input_price is None or info.output_price is None:
            price = None
        elif info.input_price > info.output_price:
            price = info.input_price
        else:
            price = info.output_price
        if needs_tools:
            if not info.supports_tools:
                count["needs_tools"] += 1
                ok = False
        if min_context != 0:
            if info.context_length is None:
                count["min_context"] += 1
                ok = False
            elif info.context_length < min_context:
                count["min_context"] += 1
                ok = False
        if max_price is not None:
            if price is None or price > Decimal(repr(max_price) if isinstance(max_price, float) else max_price):
                count["max_price"] += 1
                ok = False
        if info.retired:
            count["retired"] += 1
            ok = False
        if name.endswith(":batch"):
            count["batch"] += 1
            ok = False
        if not ok:
            continue

        # 3. score and reasons
        score = 0
        reasons = []
        for wish in wanted:
            good = False
            if wish == "image" and "image" in info.input_modalities:
                good = True
            if wish == "audio" and "audio" in info.input_modalities:
                good = True
            if wish == "structured output" and info.supports_structured_output:
                good = True
            if wish == "reasoning" and info.supports_reasoning:
                good = True
            if good:
                score = score + 1
                reasons.append("+1 because of " + wish)
        if price is None:
            reasons.append("price: unknown")
        elif price == 0:
            reasons.append("price: free")
        else:
            reasons.append("price: $" + str(price))
        new = Recommendation(info=info, score=score, reasons=tuple(reasons))

        # 4. put it in its place: before the first one that is worse
        place = len(result)
        for i in range(len(result)):
            if result[i].score < score:
                place = i
                break
            if result[i].score == score:
                if price is not None and (prices[i] is None or prices[i] > price):
                    place = i
                    break
        result.insert(place, new)
        prices.insert(place, price)
    if len(result) == 0:
        raise NoModelFitsError(count)
    return result[0:limit]
