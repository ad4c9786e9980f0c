"""`course watch`: the verdict on the screen after each save, until one has enough.

    saves ───┐
    keys ────┼──▶ one thing at a time ──▶ the screen, and what is remembered
    verdicts ┘

It never goes on to another exercise by itself.
"""

import errno
import json
import os
import queue
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime
from threading import Event as Flag
from threading import Thread
from typing import Any

import click

from course import keys
from course.checks import Checks, Found
from course.content import Course, CourseError, Exercise
from course.progress import Progress
from course.saves import saves
from course.screen import Screen
from course.verdict import Verdict
from course.watch_keys import Keys

AT_WORK = 1.0  # seconds without a verdict, after which one says that it is under way
_CLOSED = (errno.EPIPE, errno.EIO)  # nobody reads: a pipe, a terminal


class Watch:
    """One exercise at a time, checked again at every save."""

    def __init__(
        self,
        screen: Screen,
        course: Course,
        progress: Progress,
        *,
        as_json: bool = False,
        poll: bool = False,
    ) -> None:
        self._screen, self._course, self._progress = screen, course, progress
        self._as_json, self._poll = as_json, poll
        self._happened: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._checks = Checks(lambda *found: self._happened.put(("found", found)))
        self._said = False  # that this check takes long
        self._keys = None if as_json or not keys.available() else self._key_board()

    def run(self, exercise: Exercise) -> None:
        """Watch until somebody has enough, or nobody looks any more."""
        pressed: Any = keys.each_given_to(lambda key: self._happened.put(("key", key)))
        pressed = pressed if self._keys else nullcontext()
        with _told_of_the_end(self._happened), self._closing(), pressed:
            following: Exercise | None = exercise
            while following is not None:
                following = self._watch(following)

    @contextmanager
    def _closing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno not in _CLOSED:
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nor is there a farewell
        finally:
            with _undisturbed():
                self._checks.close()

    def _key_board(self) -> Keys:
        self._screen.has_keys = True
        return Keys(self._screen, self._course, self._progress)

    def _watch(self, exercise: Exercise) -> Exercise | None:
        """Watch one exercise; give the one that is to be watched next, if any."""
        stop = Flag()
        Thread(target=self._tell_saves, args=(exercise, stop), daemon=True).start()
        try:
            self._greet(exercise)
            self._said = True  # just now
            self._checks.order(exercise)
            while True:
                what, found = self._next_event()
                if what == "saved" and found == exercise:
                    self._said = False
                    self._checks.order(exercise)
                elif what == "found" and found[0] == exercise:
                    self._show(exercise, found[1])
                elif what == "key" and (answer := self._pressed(exercise, found)):
                    return answer if isinstance(answer, Exercise) else None
        finally:
            stop.set()

    def _tell_saves(self, exercise: Exercise, stop: Flag) -> None:
        for _ in saves(exercise, stop, self._poll):
            self._happened.put(("saved", exercise))

    def _next_event(self) -> tuple[str, Any]:
        if self._checks.is_under_way:
            with suppress(queue.Empty):
                return self._happened.get(timeout=AT_WORK)
            self._say_that_it_takes_long()
        while sys.platform == "win32":  # it cannot be interrupted while it waits
            with suppress(queue.Empty):
                return self._happened.get(timeout=0.5)
        return self._happened.get()

    def _say_that_it_takes_long(self) -> None:
        if self._keys and not self._said:
            self._said = True
            self._screen.say("Checking…", "dim")

    def _greet(self, exercise: Exercise) -> None:
        if not self._as_json:
            end = "q ends" if self._keys else "Ctrl-C ends"
            self._screen.say("Save this file, and its verdict appears here:")
            self._screen.path(exercise.file, self._course.root)
            self._screen.say(f"{end}. Getting ready…", "dim")

    def _show(self, exercise: Exercise, found: Found) -> None:
        if isinstance(found, Verdict):
            self._progress.record_check(found)
        if self._as_json:
            click.echo(json.dumps(_as_json(exercise, found)))
            return
        self._screen.clear()
        self._screen.say(f"{datetime.now():%H:%M:%S}", "dim")
        if isinstance(found, Verdict):
            self._screen.verdict(exercise, found)
            self._screen.notice(self._progress.notice)
        else:
            self._screen.say(_in_words(found))
        if self._keys:
            self._keys.list_them()

    def _pressed(self, exercise: Exercise, key: str) -> Exercise | bool:
        """Do what `key` asks for; true to end, an exercise to go on with that."""
        if self._keys is None or key == keys.ENDED:
            return True
        return self._keys.press(exercise, key)


def _as_json(exercise: Exercise, found: Found) -> dict[str, Any]:
    if isinstance(found, Verdict):
        return found.as_json()
    return {"exercise": exercise.name, "error": _in_words(found)}


def _in_words(error: CourseError | OSError) -> str:
    reason = getattr(error, "strerror", None)
    return f"It could not be checked ({reason}). Save again." if reason else str(error)


@contextmanager
def _told_of_the_end(happened: "queue.SimpleQueue[tuple[str, Any]]") -> Iterator[None]:
    """Let a terminal that is closed, or a `kill`, be as if `q` were pressed."""
    kinds = [getattr(signal, name, None) for name in ("SIGHUP", "SIGTERM")]
    before = {
        kind: signal.signal(kind, lambda *_: happened.put(("key", keys.ENDED)))
        for kind in kinds
        if kind is not None
    }
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait until all is put away."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
