"""Checks an exercise in a thread of its own; a new order stops what is under way.

checks.order(exercise)   whatever runs is of yesterday: it ends, and this begins
tell(found)              what came of it, from that thread: a verdict or an error
"""

import os
from collections.abc import Callable
from pathlib import Path
from threading import Event as Flag
from threading import Thread

from course.content import CourseError, Exercise
from course.runner import digest
from course.standby import Standby
from course.verdict import Verdict
from course.workshop import StoppedError, Workshop

NO_FORK = "COURSE_NO_FORK"
"""In the environment, it lets checks be made as on Windows: to try that elsewhere."""

Found = Verdict | CourseError | OSError


class Checks:
    """One check at a time. `order`, `is_under_way` and `close` are for one thread."""

    def __init__(self, tell: Callable[[Exercise, Found], None]) -> None:
        forks = hasattr(os, "fork") and NO_FORK not in os.environ
        self._shop: Workshop | Standby = Workshop() if forks else Standby()
        self._tell = tell
        self._thread: Thread | None = None
        self._told = True
        self._stop = Flag()
        self._of: tuple[object, ...] = ()

    @property
    def is_under_way(self) -> bool:
        """Whether there is something to be told yet."""
        return self._thread is not None and self._thread.is_alive() and not self._told

    def order(self, exercise: Exercise) -> None:
        """Check `exercise` as it is now."""
        now = _state_of(exercise)
        if now == self._of:
            return
        self._end()
        self._of, self._told = now, False
        self._stop = Flag()
        self._thread = Thread(
            target=self._check, args=(exercise, self._stop), daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """End the check and the processes."""
        self._end(all_of_it=True)
        self._shop.close()

    def _end(self, *, all_of_it: bool = False) -> None:
        self._stop.set()
        while self._thread is not None and self._thread.is_alive():
            self._shop.end_check(all_of_it=all_of_it)
            self._thread.join(0.05)

    def _check(self, exercise: Exercise, stop: Flag) -> None:
        def tell(verdict: Verdict) -> None:
            self._told = verdict.file == digest(exercise.file)
            if self._told and not stop.is_set():
                self._tell(exercise, verdict)

        try:
            while not self._told:  # or it was saved meanwhile
                self._shop.check(exercise, exercise.file, stop=stop, tell=tell)
        except StoppedError:
            return
        except (CourseError, OSError) as error:
            if not stop.is_set():
                self._told = True
                self._tell(exercise, error)


def _state_of(exercise: Exercise) -> tuple[object, ...]:
    """Another one after each save, even of the same text."""
    parts = (exercise.file, exercise.test_file, exercise.folder / "exercise.toml")
    return (exercise.name, digest(exercise.file), *map(_stamp, parts))


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino
