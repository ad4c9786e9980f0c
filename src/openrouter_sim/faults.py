"""Faults on order: what shall go wrong next, how often, and for whom."""

import threading
from collections import deque
from dataclasses import dataclass
from typing import Literal

from openrouter_sim.errors import ApiError

StreamTrouble = Literal["stop", "error", "garbage"]
Kind = Literal["status", "status in 200", "drop", "delay"] | StreamTrouble
DOOR: tuple[Kind, ...] = ("status", "drop", "delay")
CHAT: tuple[Kind, ...] = ("status in 200",)
STREAM: tuple[Kind, ...] = ("stop", "error", "garbage")


@dataclass(eq=False)
class Fault:
    """One order: `times` more requests get this `kind` of trouble."""

    kind: Kind
    times: int = 1
    status: int = 500
    message: str | None = None
    retry_after: float | None = None
    model: str | None = None
    seconds: float = 0.0
    after: int = 0

    def error(self) -> ApiError:
        """The refusal that this fault stands for."""
        headers = {}
        if self.retry_after is not None:
            headers["Retry-After"] = f"{self.retry_after:g}"
        return ApiError(self.status, self.message, headers=headers)


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
