"""Replies that a lesson or a test has written for the model, used up one by one."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from openrouter_sim.errors import ApiError
from openrouter_sim.record import Received

Text = str | Callable[[Received], str]


@dataclass(frozen=True)
class ToolCall:
    """A call of a tool that the model makes."""

    name: str
    arguments: dict[str, Any]


class Scripts:
    """The scripted replies still to come, oldest first; safe from any thread."""

    def __init__(self) -> None:
        self._queue: deque[tuple[Text | ToolCall, int]] = deque()
        self._lock = threading.Lock()

    def add(self, reply: Text | ToolCall, times: int) -> None:
        """Scripts the next `times` replies after those that are scripted already."""
        if not (isinstance(reply, str | ToolCall) or callable(reply)):
            raise TypeError(
                f"`sim.reply` got {type(reply).__name__}: give the text, or a function "
                "from the request to the text."
            )
        if times < 1:
            raise ValueError(f"times is {times}: give 1 or more.")
        with self._lock:
            self._queue.append((reply, times))

    def take(self, received: Received) -> str | ToolCall | None:
        """The next scripted reply, or None if the model is to speak for itself."""
        if not self._queue:
            return None
        with self._lock:
            reply, times = self._queue.popleft()
            if times > 1:
                self._queue.appendleft((reply, times - 1))
        return ask(reply, received) if callable(reply) else reply

    def clear(self) -> None:
        """Forgets all scripts."""
        with self._lock:
            self._queue.clear()


def ask(function: Callable[[Received], str], received: Received) -> str:
    """What `function` says to `received`; its failure becomes a readable 500."""
    try:
        text = function(received)
    except Exception as error:
        problem = f"raised {type(error).__name__}: {error}"
    else:
        if isinstance(text, str):
            return text
        problem = f"returned {type(text).__name__}, wanted str"
    raise ApiError(500, f"The function given to `sim.reply` {problem}")
