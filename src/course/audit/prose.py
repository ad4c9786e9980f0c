"""The words of a text, without its code; and the words that talk down to a reader."""

import re
from collections.abc import Iterator

from course.audit import Fault

_TALKING_DOWN = re.compile(
    r"\b(just|simply|obviously|obvious|easy|easily|of course|trivial|trivially)\b", re.I
)
_CODE = re.compile(r"^(```|~~~).*?^\1[ \t]*$|`[^`\n]+`", re.M | re.S)


def prose_of(markdown: str) -> str:
    """`markdown` without fenced blocks and without code between backticks."""
    return _CODE.sub(" ", markdown)


def talking_down(where: str, text: str) -> Iterator[Fault]:
    """A fault for each word that belittles whoever finds it hard."""
    for match in _TALKING_DOWN.finditer(prose_of(text)):
        around = prose_of(text)[max(0, match.start() - 20) : match.end() + 20]
        yield Fault(
            f"{where} says “{match[0]}”: …{' '.join(around.split())}…",
            "Leave the word out.",
        )
