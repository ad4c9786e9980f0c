"""The line to the parent: each message is numbered and sealed with a key of this run.

    <64 hexadecimal digits> ["result", 3, "passed", ""]

Whoever finds the file descriptor and not the key can only break the line, and that is
seen.
"""

import hashlib
import hmac
import json
import os
import sys
from collections.abc import Callable
from json.encoder import encode_basestring_ascii
from typing import Any

MOST_TEXT = 4_000
HELD = {"case", "said", "reached", "result"}
"""What goes out with the next event: a write wakes the parent, which takes a while."""
Tell = Callable[..., None]


def writer(handle: int, key: bytes) -> Tell:
    """A function that tells the parent an event: words and numbers."""
    write, digest, encode = os.write, hmac.digest, encode_basestring_ascii
    text_of, is_text, frame_of = str, str.__str__, sys._getframe
    number, held, waiting = 0, {*HELD}, b""

    def tell(*event: str | int) -> None:
        nonlocal number, waiting
        if not frame_of(1).f_globals.get("__name__", "").startswith(__package__):
            event = ("flag", "forged", "It tells results in the place of the tests.")
        parts = [
            encode(is_text(part)[:MOST_TEXT])
            if isinstance(part, str)
            else text_of(part)
            for part in event
        ]
        body = f"[{number}, {', '.join(parts)}]".encode()
        number += 1
        line = digest(key, body, "sha256").hex().encode() + b" " + body + b"\n"
        waiting += line
        if event[0] in held:
            return
        while waiting:
            waiting = waiting[write(handle, waiting) :]

    return tell


class Reader:
    """Takes apart what came through the line; what is not sealed is only counted."""

    def __init__(self, key: bytes) -> None:
        self.key, self._rest, self._next = key, b"", 0
        self.events: list[list[Any]] = []
        self.forged = 0

    def feed(self, data: bytes) -> list[list[Any]]:
        """The events that became complete with `data`."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        new = [event for line in lines if (event := self._event(line))]
        self.events += new
        return new

    def _event(self, line: bytes) -> list[Any] | None:
        seal, _, body = line.partition(b" ")
        wanted = hmac.digest(self.key, body, hashlib.sha256).hex().encode()
        if not hmac.compare_digest(seal, wanted):
            self.forged += 1
            return None
        number, *event = json.loads(body)
        self.forged += number != self._next
        self._next = number + 1
        return list(event)
