"""Waits for a fork to end, reads what it tells, and ends it when it takes too long."""

import json
import os
import re
import select
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from course.grading.clock import Clock
from course.grading.inside.channel import Reader
from course.grading.order import Order

TICK = 0.05  # seconds between two looks
PATIENCE = 3.0  # seconds to tell where one is
MOST_TOLD = 4_000_000  # bytes
MOST_KEPT = 128_000_000  # bytes of files
MOST_FILES = 2_000
_CALLER = re.compile(rb'/(_pytest|course/grading)/[^"]*", line')  # below the answer


class Watch:
    """One fork, from its beginning to its end."""

    def __init__(
        self,
        child: int,
        line: int,
        status: int,
        reader: Reader,
        order: Order,
        own: Path,
        *,
        answer: int | None = None,
    ) -> None:
        """`child` runs the tests; `answer` is where the answer is, if not there."""
        self.reader = reader
        self.inside = ""
        self.walls: list[str] = []
        self._child, self._line, self._status = child, line, status
        self._limit, self._own = order.limit, own
        self._module = order.module
        self._process = self._answer = child if answer is None else answer
        self._told, self._known = 0, False
        self._open = [line, status]
        self._said = b""
        self._clock = Clock(None if answer is None else child)

    def until_end(self) -> str:
        """How it ended: finished, died, stuck or flood."""
        end = ""
        for handle in (self._line, self._status):
            os.set_blocking(handle, False)
        while not end:
            self._listen()
            if _is_gone(self._child):
                self._hear(0)
                end = "flood" if _is_full(self._own) else ""
                break
            end = self._too_much()
        if end == "stuck":
            self._find_function()
        self.kill()
        finished = any(
            event[0] in ("finished", "broken") for event in self.reader.events
        )
        return end or ("finished" if finished else "died")

    def kill(self) -> None:
        """End the fork and all that came of it."""
        for process in {self._child, self._answer, self._process}:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process, signal.SIGKILL)
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        reap_all()

    def close(self) -> None:
        """Let go of the lines."""
        os.close(self._line)
        os.close(self._status)

    def _listen(self) -> None:
        """Hear what is told until the next look, or until there is no more to come."""
        until = time.monotonic() + TICK
        while self._line in self._open and (left := until - time.monotonic()) > 0:
            self._hear(left)
        for pause in (TICK / 50, TICK / 10, TICK):  # most end when their line does
            if self._line in self._open or _is_gone(self._child):
                return
            time.sleep(pause)

    def _hear(self, patience: float) -> None:
        ready, _, _ = select.select(self._open, [], [], patience)
        if self._line in ready and (data := self._read(self._line)):
            self._told += len(data)
            if self._told <= MOST_TOLD and self.reader.feed(data):
                self._clock.restart()
        if self._status in ready:
            self._hear_status(self._read(self._status))

    def _read(self, handle: int) -> bytes:
        """What has come; at its end, a line is heard no more."""
        try:
            data = os.read(handle, 1 << 20)
        except BlockingIOError:
            return b""
        if not data:
            self._open.remove(handle)
        return data

    def _hear_status(self, data: bytes) -> None:
        self._said += data[: 100_000 - len(self._said)]
        while not self._known and b"\n" in self._said:
            first, _, self._said = self._said.partition(b"\n")
            facts: dict[str, Any] = json.loads(first)
            self.walls += facts.get("walls", [])
            self._process = facts.get("process", self._process)
            self._known = "walls" in facts
            self._clock.of(self._process)

    def _too_much(self) -> str:
        if self._told > MOST_TOLD:
            return "flood"
        if self._clock.too_long(self._limit):
            return "stuck"
        return "flood" if self._clock.looks % 10 == 0 and _is_full(self._own) else ""

    def _find_function(self) -> None:
        """Ask where it is: `faulthandler` answers even from within a loop of C."""
        with suppress(ProcessLookupError, PermissionError):
            os.kill(self._process, signal.SIGUSR1)
        until = time.monotonic() + PATIENCE
        while not _CALLER.search(self._said) and time.monotonic() < until:
            self._hear(TICK)
        pattern = rf'File "[^"\n]*/{re.escape(self._module)}\.py", line \d+ in (\w+)'
        if found := re.findall(pattern.encode(), self._said):
            self.inside = found[-1].decode(errors="replace")  # what the tests called


def _is_gone(child: int) -> bool:
    """Whether it has ended; the number stays taken until `reap_all`."""
    flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
    try:
        return os.waitid(os.P_PID, child, flags) is not None
    except ChildProcessError:
        return True


def _is_full(folder: Path) -> bool:
    size = count = 0
    for place, _, names in os.walk(folder):
        for name in names:
            count += 1
            with suppress(OSError):
                size += os.lstat(os.path.join(place, name)).st_blocks * 512  # noqa: PTH118
        if count > MOST_FILES or size > MOST_KEPT:
            return True
    return False


def reap_all() -> None:
    """End every child of this process, and those that were left to it."""
    while True:
        for process in _children():
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _children() -> list[int]:
    try:
        text = Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii")
    except OSError:
        return []
    return [int(word) for word in text.split()]
