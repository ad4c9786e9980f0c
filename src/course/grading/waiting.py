"""What a teacher sees meanwhile: a bar with the time left, or now and then a line."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

EVERY = 15.0  # seconds between two lines, where there is no terminal


class Waiting:
    """Counts what is done, on the standard error."""

    def __init__(self, total: int, console: Console | None = None) -> None:
        self._total, self._done = total, 0
        self._console = console or Console(stderr=True, highlight=False)
        self._began = self._told = time.monotonic()
        self._bar = self._make_bar() if self._console.is_terminal else None

    def _make_bar(self) -> Progress:
        return Progress(
            TextColumn("Grading"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(elapsed_when_finished=True),
            console=self._console,
        )

    @contextmanager
    def shown(self) -> Iterator["Waiting"]:
        """Show the bar until the end of the block."""
        if self._bar is None:
            yield self
            return
        self._task = self._bar.add_task("", total=self._total)
        with self._bar:
            yield self

    def one_done(self) -> None:
        """One more submission is graded."""
        self._done += 1
        if self._bar is not None:
            self._bar.advance(self._task)
            return
        now = time.monotonic()
        if now - self._told >= EVERY:
            self._told = now
            left = (now - self._began) / self._done * (self._total - self._done)
            done = f"{self._done} of {self._total} graded"
            self._console.print(f"{done}, about {_words(left)} left", markup=False)


def _words(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
