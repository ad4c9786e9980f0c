"""How long an answer takes.

A busy machine is no fault of the answer: what counts is the processor time that it
took, and the time in which it wanted none, because it waits for what never comes.
"""

import os
import time
from pathlib import Path

MOST_STEPS = 6  # of the longest length, all tests of an answer together
MOST_WALL = 30  # times the limit, whatever the machine does
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


class Clock:
    """What one step took: of the processor, and waiting."""

    def __init__(self, tests: int | None) -> None:
        """`tests` is the process with the tests, if the answer is in another."""
        self._process, self._tests, self.looks = 0, tests, 0
        self._tests_used = 0.0
        self._used = self._used_before = self._step_began_at = 0.0
        self._waited = 0.0
        self._now = self._began = time.monotonic()

    def of(self, process: int) -> None:
        """Look at this process from now on."""
        self._process = process

    def restart(self) -> None:
        """A new step begins."""
        self._waited, self._step_began_at = 0.0, self._used
        self._began = time.monotonic()

    def too_long(self, limit: float) -> bool:
        """Look: whether this step, or all of them, took more than `limit` allows."""
        self.looks += 1
        before, self._now = self._now, time.monotonic()
        facts = _facts_of(self._process)
        if facts is None:
            return self._now - self._began > 3 * limit
        state, self._used = facts
        waits = state == "S" and self._used == self._used_before
        if waits and not self._tests_work():
            self._waited += self._now - before
        self._used_before = self._used
        return (
            self._used - self._step_began_at > limit
            or self._used > MOST_STEPS * limit
            or self._waited > limit
            or self._now - self._began > MOST_WALL * limit
        )

    def _tests_work(self) -> bool:
        """Whether it waits for the tests, and those run, or want to."""
        facts = _facts_of(self._tests) if self._tests is not None else None
        if facts is None:
            return False
        before, self._tests_used = self._tests_used, facts[1]
        return facts[0] != "S" or facts[1] != before


def _facts_of(process: int) -> tuple[str, float] | None:
    """The state of a process, and the seconds that it had of the processor (Linux)."""
    try:
        text = Path(f"/proc/{process}/stat").read_text("ascii", errors="replace")
    except OSError:
        return None
    rows = text.rpartition(")")[2].split()
    return rows[0], (int(rows[11]) + int(rows[12])) / _TICKS
