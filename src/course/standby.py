"""Checks answers by prepared processes that stand ready: where none can fork.

    the next ones   have imported everything, and wait for an answer
    the one at work has got its answer, gives a verdict, and ends

As soon as a check is done, another process begins to prepare itself.
"""

import subprocess
from collections import deque
from collections.abc import Callable, Generator, Iterator
from functools import partial
from pathlib import Path
from threading import Event as Flag

from course import runner
from course.content import Exercise
from course.runner import Event
from course.verdict import Verdict
from course.workshop import StoppedError

READY = 2  # a save may come while the check of the one before it still runs


class Standby:
    """Stands in for a `Workshop`, and gives the same verdicts."""

    def __init__(self, ready: int = READY) -> None:
        self._size = ready
        self._ready: deque[subprocess.Popen[str]] = deque()
        self._at_work: subprocess.Popen[str] | None = None
        self._place = runner.new_place()

    def prepare(self, exercise: Exercise) -> None:
        """Let processes stand ready for a check of `exercise`."""
        while len(self._ready) < self._size:
            process = runner.start_worker("--once")
            self._ready.append(process)
            self._order_to_prepare(process, exercise, "")

    def _order_to_prepare(
        self, process: subprocess.Popen[str], exercise: Exercise, options: str
    ) -> None:
        place = Path(self._place.name)
        runner.order_to_prepare(process, exercise, place, options)

    def check(
        self,
        exercise: Exercise,
        answer: Path,
        options: str = "",
        stop: Flag | None = None,
        tell: Callable[[Verdict], None] = lambda verdict: None,
    ) -> Verdict:
        """As `Workshop.check`."""
        run = partial(self._run, options, stop or Flag())
        return runner.check(exercise, answer, run, tell)

    def end_check(self, *, all_of_it: bool = False) -> None:
        """As `Workshop.end_check`."""
        ready = [*self._ready] if all_of_it else []
        for process in (self._at_work, *ready):
            if process is not None:
                process.kill()

    def close(self) -> None:
        """End all processes."""
        self.end_check()
        for process in self._ready:
            runner.stop(process)
        self._ready.clear()
        self._place.cleanup()

    def _run(
        self, options: str, stop: Flag, exercise: Exercise, answer: Path
    ) -> Generator[Event]:
        with runner.bench(exercise, answer, Path(self._place.name)):
            self.prepare(exercise)
            self._at_work = process = self._ready.popleft()
            try:
                if stop.is_set():
                    raise StoppedError
                self._order_to_prepare(process, exercise, options)
                runner.order(process, run=exercise.time_limit)
                yield from self._events(process, stop, exercise.time_limit)
            finally:
                self._at_work = None
                runner.stop(process)
                if not stop.is_set():
                    self.prepare(exercise)  # while the learner reads

    def _events(
        self, process: subprocess.Popen[str], stop: Flag, limit: float
    ) -> Iterator[Event]:
        for event in runner.events_of(process, lambda: limit):
            if stop.is_set():
                process.kill()
            yield event
        if stop.is_set():
            raise StoppedError
