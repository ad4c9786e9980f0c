"""Guesses which test will catch a fault: one that speaks of the same things.

It saves time, and decides nothing: whatever is guessed, each test has its turn.
"""

import re
from collections.abc import Mapping
from typing import TypeVar

Key = TypeVar("Key")


def words(text: str) -> frozenset[str]:
    """The words in `text`, or in source: without their case, their plural `s`."""
    return frozenset(w.removesuffix("s") for w in re.findall("[a-z]{3,}", text.lower()))


def nearness(fault: str, tests: Mapping[Key, frozenset[str]]) -> dict[Key, float]:
    """How much each of `tests`, of which the words are given, speaks of `fault`.

    A word counts the less, the more of them use it.
    """
    shared = {test: words(fault) & said for test, said in tests.items()}
    users = [word for found in shared.values() for word in found]
    return {
        test: sum(1 / users.count(word) for word in found)
        for test, found in shared.items()
    }
