"""Faults on order: what shall go wrong next, how often, and for whom."""

import threading
import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Literal

from openrouter_sim.errors import FREE_PER_MINUTE, MODERATION, ApiError, limit_headers

StreamTrouble = Literal["stop", "error", "garbage"]
Kind = Literal["status", "status in 200", "drop", "delay"] | StreamTrouble
FAILURES: tuple[Kind, ...] = ("status", "drop")
DOOR: tuple[Kind, ...] = (*FAILURES, "delay")
CHAT: tuple[Kind, ...] = ("status in 200",)
STREAM: tuple[Kind, ...] = ("stop", "error", "garbage")


@dataclass(eq=False)
class Fault:
    """One order: `times` more requests get this `kind` of trouble."""

    kind: Kind
    times: int = 1
    status: int = 500
    message: str | None = None
    retry_after: float | datetime | None = None
    model: str | None = None
    seconds: float = 0.0
    after: int = 0

    def error(self) -> ApiError:
        """The refusal that this fault stands for, as OpenRouter itself words it."""
        headers = self.headers()
        if self.status == 429:
            reset = time.time() + self.seconds_to_wait()
            headers |= limit_headers(FREE_PER_MINUTE, reset)
        metadata = MODERATION if self.status == 403 else {}
        return ApiError(self.status, self.message, metadata=metadata, headers=headers)

    def upstream_error(self, provider: str) -> ApiError:
        """The same refusal, where it is a `provider` behind OpenRouter that fails."""
        usual = str(ApiError(self.status))
        metadata = {"provider_name": provider, "raw": f"{self.model}: {usual}"}
        message = self.message or "Provider returned error"
        headers = self.headers()
        return ApiError(self.status, message, metadata=metadata, headers=headers)

    def headers(self) -> dict[str, str]:
        """`Retry-After`, where it was ordered: seconds, or a date."""
        after = self.retry_after
        if after is None:
            return {}
        if isinstance(after, datetime):
            return {"Retry-After": format_datetime(after.astimezone(UTC), usegmt=True)}
        return {"Retry-After": f"{after:g}"}

    def seconds_to_wait(self) -> float:
        """How long the caller is to wait: as ordered, else a minute."""
        after = self.retry_after
        if isinstance(after, datetime):
            return (after.astimezone(UTC) - datetime.now(UTC)).total_seconds()
        return after or 60.0


class Orders:
    """The faults still to come, oldest first; safe to use from any thread."""

    def __init__(self) -> None:
        self._queue: deque[Fault] = deque()
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Orders `fault`. Raises `ValueError` where no request could ever get it."""
        if fault.times < 1:
            raise ValueError(f"times is {fault.times}: give 1 or more.")
        if not 400 <= fault.status <= 599:
            raise ValueError(
                f"{fault.status} is no status of a failure: give one from 400 to 599, "
                "as in `sim.fail_next(429)`."
            )
        with self._lock:
            self._queue.append(fault)

    def take(self, kinds: tuple[Kind, ...], model: str | None = None) -> Fault | None:
        """The oldest fault of these `kinds` for this `model`, used up by one."""
        if not self._queue:
            return None
        with self._lock:
            for fault in self._queue:
                if fault.kind in kinds and fault.model == model:
                    fault.times -= 1
                    if not fault.times:
                        self._queue.remove(fault)
                    return fault
        return None

    def clear(self) -> None:
        """Forgets all orders."""
        with self._lock:
            self._queue.clear()
