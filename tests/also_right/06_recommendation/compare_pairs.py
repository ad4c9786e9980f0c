"""Compares two models at a time, and counts before it filters."""

import string
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cmp_to_key

from openrouter_factory import ModelInfo, variant_of

WISHES: Mapping[str, frozenset[str]] = {
    "image": frozenset({"image", "images", "photo", "photos", "picture", "pictures"}),
    "audio": frozenset({"audio", "speech", "voice", "podcast"}),
    "structured output": frozenset({"json", "schema", "table", "extract"}),
    "reasoning": frozenset({"reason", "plan", "prove", "proof"}),
}


@dataclass(frozen=True)
class Recommendation:
    info: ModelInfo
    score: int
    reasons: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.info.name


class NoModelFitsError(ValueError):
    def __init__(self, shut_out: Mapping[str, int]) -> None:
        self.shut_out = {limit: count for limit, count in shut_out.items() if count}
        counts = ", ".join(f"{limit}: {n}" for limit, n in self.shut_out.items())
        super().__init__(f"No model fits. Shut out by {counts or 'no limit'}.")


def words_of(task):
    kept = "".join(letter if letter.isalnum() else " " for letter in task.lower())
    return kept.split()


def price_of(info):
    if info.input_price is None or info.output_price is None:
        return None
    return info.input_price if info.input_price > info.output_price else info.output_price


def limits_broken(info, needs_tools, min_context, max_price):
    broken = []
    if needs_tools and not info.supports_tools:
        broken.append("needs_tools")
    if min_context > 0:
        if info.context_length is None or info.context_length < min_context:
            broken.append("min_context")
    if max_price is not None:
        price = price_of(info)
        if price is None or price > Decimal(str(max_price)):
            broken.append("max_price")
    if info.retired:
        broken.append("retired")
    if variant_of(info.name) == "batch":
        broken.append("batch")
    return broken


def granted(wish, info):
    if wish == "structured output":
        return info.supports_structured_output
    if wish == "reasoning":
        return info.supports_reasoning
    return wish in info.input_modalities


def price_in_words(price):
    if price is None:
        return "What it costs is unknown."
    if price == 0:
        return "It is free."
    return f"It costs {price:f} dollars per million tokens."


def recommend_models(
    task, catalogue, *, needs_tools=False, min_context=0, max_price=None, limit=3
):
    shut_out = Counter()
    left = []
    words = words_of(task)
    wishes = [wish for wish in WISHES if any(word in words for word in WISHES[wish])]
    for info in catalogue.values():
        broken = limits_broken(info, needs_tools, min_context, max_price)
        shut_out.update(broken)
        if not broken:
            fulfilled = [wish for wish in wishes if granted(wish, info)]
            reasons = [f"You want {wish}: it can do that." for wish in fulfilled]
            reasons.append(price_in_words(price_of(info)))
            left.append(Recommendation(info, len(fulfilled), tuple(reasons)))
    if not left:
        raise NoModelFitsError(shut_out)

    def compare(one, other):
        if one.score != other.score:
            return other.score - one.score
        first, second = price_of(one.info), price_of(other.info)
        if first is None or second is None:
            return (first is None) - (second is None)
        return (first > second) - (first < second)

    left.sort(key=cmp_to_key(compare))
    return left[:limit]


assert set(string.punctuation) & set("!-")
