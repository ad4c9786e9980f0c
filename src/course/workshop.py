"""Checks many answers in one prepared process, which forks for each of them.

Nearly all of a single check is the import of the libraries; here that is paid once.
The verdicts are the same, and an answer that ends, floods or kills its process takes
nothing with it: the next one gets a new fork, if need be of a new process.

Needs `os.fork`; `standby` does the same without it.
"""

import os
import signal
import subprocess
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event as Flag

from course import runner
from course.content import Exercise
from course.runner import Event
from course.verdict import Verdict


class StoppedError(Exception):
    """A check was ended before it had a verdict."""


class Workshop:
    """One prepared process. Not for two threads at once: give each its own."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._events: Iterator[Event] = iter(())
        self._fork, self._limit = 0, 0.0
        self._place = runner.new_place()

    def prepare(self, exercise: Exercise, options: str = "") -> None:
        """Do ahead what a check of `exercise` will need."""
        if self._process is None or self._process.poll() is not None:
            self._end_process()
            self._start()
        assert self._process is not None
        place = Path(self._place.name)
        runner.order_to_prepare(self._process, exercise, place, options)

    def check(
        self,
        exercise: Exercise,
        answer: Path,
        options: str = "",
        stop: Flag | None = None,
        tell: Callable[[Verdict], None] = lambda verdict: None,
    ) -> Verdict:
        """The verdict of `runner.check`, sooner; `options` are for pytest.

        Raises `StoppedError` if `stop` is set meanwhile: see `end_check`.
        """
        run = partial(self._run, options, stop or Flag())
        way = run if hasattr(os, "fork") else None
        return runner.check(exercise, answer, way, tell)

    def end_check(self, *, all_of_it: bool = False) -> None:
        """End what runs, or the process too; for another thread, which set `stop`."""
        process = self._process if all_of_it else None
        for group in (self._fork, process.pid if process else 0):
            if group:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(group, signal.SIGKILL)

    def close(self) -> None:
        """End the process, and the fork that it may have; for good."""
        self._end_process()
        self._place.cleanup()

    def _end_process(self) -> None:
        if self._process is not None:
            self.end_check()
            runner.stop(self._process)
        self._process, self._fork = None, 0

    def _run(
        self, options: str, stop: Flag, exercise: Exercise, answer: Path
    ) -> Generator[Event]:
        with runner.bench(exercise, answer, Path(self._place.name)):
            self.prepare(exercise, options)
            if stop.is_set():
                raise StoppedError
            self._limit = exercise.time_limit
            assert self._process is not None
            runner.order(self._process, run=self._limit)
            try:
                yield from self._until_it_ended(stop)
            finally:
                self._end_fork()
            if stop.is_set():
                raise StoppedError

    def _until_it_ended(self, stop: Flag) -> Iterator[Event]:
        for event in self._events:
            if event["event"] == "ended":
                self._fork = 0
                return
            self._fork = event.get("process", self._fork)
            if stop.is_set():
                self.end_check()
            yield event
        self._end_process()  # it is silent, or it was killed

    def _end_fork(self) -> None:
        """If nobody waited for its end: let it come."""
        if self._fork:
            self.end_check()
            for _ in self._until_it_ended(Flag()):
                pass

    def _start(self) -> None:
        self._process = runner.start_worker()
        self._events = runner.events_of(self._process, lambda: self._limit)
        next(self._events, None)  # it is ready
