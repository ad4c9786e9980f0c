"""What the course remembers about a learner: one small file, `.course/progress.json`.

It is written in one step, so that a crash leaves the old file or the new one. A file
that cannot be read is put aside, never overwritten. It never leaves this machine.

    {"version": 1,
     "exercises": {"aliasing": {"state": "failing", "task": 2, "hints": {"2": 1},
                                "file": "<SHA-256 of what was checked>"}},
     "lessons": {"01_factories": {"answered": ["who-closes"],
                                  "predicted": {"odd-one": "the second"}}}}
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from course.content import Course, CourseError, Lesson
from course.verdict import State, Verdict

VERSION = 1
_UNUSABLE = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
)


class Progress:
    """The progress file of one clone. `notice` says what the learner should know."""

    def __init__(self, course: Course) -> None:
        self.file = course.state_folder / "progress.json"
        self.notice = ""
        self._data = self._load()

    def exercise(self, name: str) -> dict[str, Any]:
        """What is known of one exercise; empty if it was never checked."""
        return dict(self._data["exercises"].get(name, {}))

    def is_passed(self, name: str) -> bool:
        """Whether the exercise passed, the last time that it was checked."""
        return self.exercise(name).get("state") == State.PASSED

    def answered(self, lesson: str) -> set[str]:
        """The questions of `lesson` that were answered rightly."""
        return set(self._data["lessons"].get(lesson, {}).get("answered", []))

    def predicted(self, lesson: str) -> dict[str, str]:
        """What the learner last predicted in `lesson`, by the prediction's name."""
        return dict(self._data["lessons"].get(lesson, {}).get("predicted", {}))

    def is_done(self, lesson: Lesson) -> bool:
        """Whether every question of `lesson` was answered rightly."""
        return {q["id"] for q in lesson.quiz} <= self.answered(lesson.name)

    def next_lesson(self, course: Course) -> Lesson:
        """The first lesson that is not done, else the last one."""
        if not course.lessons:
            raise CourseError(f"There are no lessons in {course.root}.")
        not_done = (lesson for lesson in course.lessons if not self.is_done(lesson))
        return next(not_done, course.lessons[-1])

    def record_check(self, verdict: Verdict) -> None:
        """Keep the state of an exercise, and the task to go on with.

        A broken file says nothing about the task: the one before is kept.
        """
        task = verdict.current_task.number if verdict.current_task else None

        def change(data: dict[str, Any]) -> None:
            row = data["exercises"].setdefault(verdict.exercise, {})
            row |= {"state": str(verdict.state), "file": verdict.file}
            if verdict.state is not State.BROKEN:
                row["task"] = task

        self._update(change)

    def forget(self, name: str) -> None:
        """Begin an exercise anew: its state, its task and its hints."""

        def change(data: dict[str, Any]) -> None:
            data["exercises"].pop(name, None)

        self._update(change)

    def record_hint(self, name: str, task: int, shown: int) -> None:
        """Keep how many hints of `task` were shown."""

        def change(data: dict[str, Any]) -> None:
            row = data["exercises"].setdefault(name, {})
            row.setdefault("hints", {})[str(task)] = shown

        self._update(change)

    def record_answer(self, lesson: str, question: str) -> None:
        """Keep that a question of a lesson was answered rightly."""

        def change(data: dict[str, Any]) -> None:
            row = data["lessons"].setdefault(lesson, {})
            row["answered"] = sorted({*row.get("answered", []), question})

        self._update(change)

    def record_prediction(self, lesson: str, name: str, text: str) -> None:
        """Keep what the learner predicts under `name`, instead of what was before."""

        def change(data: dict[str, Any]) -> None:
            row = data["lessons"].setdefault(lesson, {})
            row.setdefault("predicted", {})[name] = text

        self._update(change)

    def _update(self, change: Callable[[dict[str, Any]], None]) -> None:
        try:
            with _alone(self.file.with_name("progress.lock")):
                self._data = self._load()  # another terminal may have written meanwhile
                change(self._data)
                _write(self.file, json.dumps(self._data, indent=1) + "\n")
        except OSError as error:
            change(self._data)
            self.notice = (
                f"Your progress could not be saved ({error.strerror}: {self.file}). "
                "Everything else works."
            )

    def _load(self) -> dict[str, Any]:
        try:
            data: Any = json.loads(self.file.read_text("utf-8"))
            if data["version"] == VERSION and _has_our_shape(data):
                return dict(data)
        except FileNotFoundError:
            return _empty()
        except _UNUSABLE:
            pass
        self._put_aside()
        return _empty()

    def _put_aside(self) -> None:
        aside = self.file.with_name(f"progress-{datetime.now():%Y%m%d-%H%M%S-%f}.json")
        try:
            self.file.rename(aside)
        except FileNotFoundError:
            return  # another terminal was quicker, and says so
        except OSError as error:
            self.notice = f"{self.file} cannot be read ({error.strerror})."
            return
        self.notice = (
            "Your progress file could not be read: damaged, or from another version. "
            f"It is kept as {aside}, and a new one begins. Your work is as it was."
        )


def _empty() -> dict[str, Any]:
    return {"version": VERSION, "exercises": {}, "lessons": {}}


def _has_our_shape(data: dict[str, Any]) -> bool:
    exercises, lessons = data["exercises"].values(), data["lessons"].values()
    return all(map(_is_exercise, exercises)) and all(map(_is_lesson, lessons))


def _is_lesson(row: Any) -> bool:
    return (
        isinstance(row, dict)
        and _all_are(str, row.get("answered", []))
        and isinstance(predicted := row.get("predicted", {}), dict)
        and _all_are(str, list(predicted.values()))
    )


def _is_exercise(row: Any) -> bool:
    return (
        isinstance(row, dict)
        and isinstance(row.get("state", ""), str)
        and isinstance(row.get("file", ""), str)
        and isinstance(row.get("task"), int | None)
        and isinstance(hints := row.get("hints", {}), dict)
        and _all_are(int, list(hints.values()))
    )


def _all_are(kind: type, values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(v, kind) for v in values)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Wait for whoever else is changing the file, where the system can tell."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        with suppress(OSError):  # some network drives know no locks
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".progress-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as temporary:
            temporary.write(text)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
