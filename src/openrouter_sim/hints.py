"""What the question offers to fill in: its numbers, its names, its quoted phrases.

"What is 123 / 456?" fills two numbers, "Is it warm in New York?" fills a name. This is
no understanding: it takes what it finds, in order.
"""

import re
from collections.abc import Iterator
from typing import Any

NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")
QUOTED = re.compile(r"[\"“]([^\"”\n]{1,80})[\"”]|(?<!\w)'([^'\n]{1,80})'(?!\w)")
NAME = re.compile(r"(?<=[\w,;:] )[A-Z]\w+(?: [A-Z]\w+)*")
LONGEST = 10_000


class Hints:
    """The hints in `text`; each number and each name is offered until it is used."""

    def __init__(self, text: str) -> None:
        text = text[:LONGEST]
        self.text = text.lower()
        self.numbers = [as_number(found) for found in NUMBER.findall(text)]
        quoted = ["".join(groups) for groups in QUOTED.findall(text)]
        self.names = quoted + [name for name in NAME.findall(text) if name != "I"]

    def mentions(self, value: Any) -> bool:
        """Whether the question has `value` in it as a word of its own."""
        word = re.escape(str(value).lower())
        return re.search(rf"(?<!\w){word}(?!\w)", self.text) is not None

    def use(self, value: Any) -> None:
        """Marks `value` as used, so that the next place gets the next hint."""
        for offered in (self.numbers, self.names):
            if value in offered and not isinstance(value, bool):
                offered.remove(value)


def as_number(text: str) -> int | float:
    """The number that `text` spells."""
    return float(text) if "." in text else int(text[:300])


def mentioned_first(values: list[Any], hints: Hints) -> Iterator[Any]:
    """`values`, those that the question mentions before the others."""
    mentioned = [value for value in values if hints.mentions(value)]
    yield from mentioned
    yield from (value for value in values if value not in mentioned)
