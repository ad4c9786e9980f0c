"""Keys and their money: who is asking, what is left, how often free models may be used.

Any key that looks like one is an account of its own, without limits until it is given
some. Keys are kept as digests; only their masked form can be shown.
"""

import hashlib
import re
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from openrouter_sim.errors import ApiError, limit_headers
from openrouter_sim.record import shorten

KEY = re.compile(r"sk-or-[A-Za-z0-9_-]+")
MAX_ACCOUNTS = 10_000
MAX_CALLS = 2_000
MINUTE, DAY = 60.0, 86_400.0


@dataclass
class Account:
    """What is known of one key; money in USD, None where nothing limits."""

    label: str
    credit: Decimal | None = None
    spent: Decimal = Decimal(0)
    free_per_minute: int | None = None
    free_per_day: int | None = None
    free_calls: deque[float] = field(default_factory=lambda: deque(maxlen=MAX_CALLS))

    @property
    def left(self) -> Decimal | None:
        """USD that can still be spent."""
        return (
            None if self.credit is None else max(self.credit - self.spent, Decimal(0))
        )

    def check_credit(self) -> None:
        """Raises `ApiError` 402 when there was a credit and all of it is spent."""
        if self.left is not None and self.left <= 0:
            raise ApiError(402)

    def free_today(self, now: float) -> int:
        """How often free models were called since midnight, UTC."""
        return sum(call >= now // DAY * DAY for call in self.free_calls)

    def count_free_call(self, now: float) -> None:
        """Counts a call of a free model. Raises `ApiError` 429 beyond the limits."""
        midnight = now // DAY * DAY
        while self.free_calls and self.free_calls[0] < midnight - MINUTE:
            self.free_calls.popleft()
        recent = [call for call in self.free_calls if call > now - MINUTE]
        per_minute, per_day = self.free_per_minute, self.free_per_day
        if per_minute is not None and len(recent) >= per_minute:
            reset = min(recent, default=now) + MINUTE
            raise too_many("free-models-per-min", per_minute, reset)
        if per_day is not None and self.free_today(now) >= per_day:
            raise too_many("free-models-per-day", per_day, midnight + DAY)
        self.free_calls.append(now)


def too_many(which: str, limit: int, reset: float) -> ApiError:
    """OpenRouter's own 429, which says when it is over."""
    headers = limit_headers(limit, reset)
    message = f"Rate limit exceeded: {which}. "
    if which.endswith("day"):
        message += "Add 10 credits to unlock 1000 free model requests per day"
    return ApiError(429, message, metadata={"headers": headers}, headers=headers)


class Accounts:
    """All accounts by key; safe from any thread. `clock` gives seconds since 1970."""

    def __init__(self) -> None:
        self.clock = time.time
        self._accounts: OrderedDict[bytes, Account] = OrderedDict()
        self._lock = threading.Lock()

    def authenticate(self, headers: Mapping[str, str]) -> Account:
        """The account of the bearer. Raises `ApiError` 401 without a usable key."""
        scheme, _, key = headers.get("authorization", "").strip().partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise ApiError(401)
        if not KEY.fullmatch(key.strip()):
            raise ApiError(401, "User not found.")
        return self.of(key.strip())

    def of(self, key: str) -> Account:
        """The account of `key`, opened at its first use."""
        digest = hashlib.sha256(key.encode()).digest()
        with self._lock:
            if digest not in self._accounts:
                self._accounts[digest] = Account(shorten(key.encode()).decode())
            self._accounts.move_to_end(digest)
            while len(self._accounts) > MAX_ACCOUNTS:
                self._accounts.popitem(last=False)
            return self._accounts[digest]

    def clear(self) -> None:
        """Forgets all limits and all that was spent."""
        with self._lock:
            self._accounts.clear()
