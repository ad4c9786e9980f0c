"""Checks many answers in one prepared process, which forks for each of them.

Nearly all of a single check is the import of the libraries; here that is paid once.
The verdicts are the same, and an answer that ends, floods or kills its process takes
nothing with it: the next one gets a new fork, if need be of a new process.

Needs `os.fork`; elsewhere each answer gets a process of its own, as in `runner`.
"""

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from course import runner
from course.content import Exercise
from course.runner import Event
from course.verdict import Verdict


class Workshop:
    """One prepared process. Not for two threads at once: give each its own."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._events: Iterator[Event] = iter(())
        self._fork, self._limit = 0, 0.0

    def check(self, exercise: Exercise, answer: Path, options: str = "") -> Verdict:
        """The verdict of `runner.check`, sooner; `options` are for pytest."""
        run = partial(self._run, options) if hasattr(os, "fork") else None
        return runner.check(exercise, answer, run)

    def close(self) -> None:
        """End the process, and the fork that it may have."""
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._fork or self._process.pid, signal.SIGKILL)
            runner.stop(self._process)
        self._process, self._fork = None, 0

    def _run(self, options: str, exercise: Exercise, answer: Path) -> Iterator[Event]:
        with runner.bench(exercise, answer, options) as folder:
            self._ask(exercise, folder)
            for event in self._events:
                if event["event"] == "ended":
                    self._fork = 0
                    return
                self._fork = event.get("process", self._fork)
                yield event
            self.close()  # it is silent, or it was killed

    def _ask(self, exercise: Exercise, folder: Path) -> None:
        dead = self._process is None or self._process.poll() is not None
        if dead:
            self.close()
            self._start()
        self._limit = exercise.time_limit
        self._order(prepare=runner.known_ahead(exercise))
        self._order(run=str(folder), limit=self._limit)

    def _order(self, **order: Any) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def _start(self) -> None:
        self._process = runner.start_worker(cwd=Path(tempfile.gettempdir()))
        self._events = runner.events_of(self._process, lambda: self._limit)
        next(self._events, None)  # it is ready
