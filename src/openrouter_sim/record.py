"""What was received, kept for reading back: a bounded log without a whole key in it."""

import json
import math
import re
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from openrouter_sim.errors import ApiError

KEY = re.compile(rb"sk-or-[\w-]+")
SECRET_HEADERS = {b"authorization", b"x-api-key", b"api-key", b"cookie"}
MAX_ENTRIES = 1_000
MAX_BYTES = 64_000_000


def mask(raw: bytes) -> bytes:
    """`raw` with each OpenRouter key in it shortened to its beginning and end."""
    if b"sk-or-" not in raw:
        return raw
    return KEY.sub(lambda found: shorten(found[0]), raw)


def shorten(key: bytes) -> bytes:
    """The form of a key that may be shown: `sk-or-v1-abc...xyz`."""
    return key[:12] + b"..." + key[-3:] if len(key) > 30 else b"sk-or-..."


def mask_header(name: bytes, value: bytes) -> bytes:
    """A header's value as it may be kept; what is secret but no key goes altogether."""
    if name.lower() not in SECRET_HEADERS or KEY.search(value):
        return mask(value)
    scheme, space, _ = value.partition(b" ")
    return scheme + b" ..." if space else b"..."


def parse(raw: bytes) -> Any:
    """The JSON in `raw`. Raises `ApiError` 400 if it is none that the service takes."""
    try:
        return DECODER.decode(raw.decode())
    except (ValueError, RecursionError):
        raise ApiError(400, "Request body is not valid JSON") from None


def _finite(digits: str) -> float:
    value = float(digits)
    return value if math.isfinite(value) else _refuse(digits)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


DECODER = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)


@dataclass
class Received:
    """One request as it came in: `raw` is its body, byte by byte, and `body` its JSON.

    `status` is what it was answered with, None so far. Requests that came over the same
    TCP connection have the same `connection`, a number.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: Any = None
    raw: bytes = field(default=b"", repr=False)
    status: int | None = None
    size: int = 0
    connection: int = 0
    problem: ApiError | None = field(default=None, repr=False)

    def need_json(self) -> Any:
        """The body. Raises `ApiError` 400 if it was no JSON."""
        if self.problem:
            raise self.problem
        return self.body


class Log:
    """The newest requests, at most `MAX_ENTRIES` and about `MAX_BYTES` of bodies."""

    def __init__(self) -> None:
        self._entries: deque[Received] = deque()
        self._bytes = 0
        self._lock = threading.Lock()

    def add(self, received: Received) -> None:
        """Keeps `received`, and forgets the oldest when there is no more room."""
        with self._lock:
            self._entries.append(received)
            self._bytes += received.size
            while len(self._entries) > MAX_ENTRIES or self._bytes > MAX_BYTES:
                self._bytes -= self._entries.popleft().size

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0

    def snapshot(self) -> tuple[Received, ...]:
        """What is kept now, newest last."""
        with self._lock:
            return tuple(self._entries)
