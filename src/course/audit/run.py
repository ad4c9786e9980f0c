"""Audits a course: makes the evidence, two processes at a time, and judges it."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from course.audit import Finding, work
from course.audit.exercises import ExerciseAudit
from course.audit.lessons import LessonAudit
from course.content import Course, CourseError, Exercise, Lesson


class ItemAudit(Protocol):
    """The audit of one lesson or exercise."""

    @property
    def item(self) -> str:
        """Its name in findings."""

    def jobs(self, folder: Path) -> dict[str, work.Job]:
        """What is to be run for it; `folder` is its own, to write into."""

    def judge(self, results: Iterable[Any]) -> Iterator[Finding]:
        """A finding for each criterion, from what the jobs gave."""


def item_audits(
    course: Course, names: Sequence[str] = (), *, mutants: bool = False
) -> list[ItemAudit]:
    """The audits of the lessons and exercises with these names, else of all."""
    if names:
        named = [_named(course, name) for name in names]
    else:
        named = [*course.lessons, *course.exercises]
    return [
        LessonAudit(course, one)
        if isinstance(one, Lesson)
        else ExerciseAudit(course, one, mutants)
        for one in named
    ]


def _named(course: Course, name: str) -> Lesson | Exercise:
    """The lesson of that very name, else an exercise, else whatever is close."""
    if name in [lesson.name for lesson in course.lessons]:
        return course.lesson(name)
    try:
        return course.exercise(name)
    except CourseError as no_exercise:
        try:
            return course.lesson(name)
        except CourseError as no_lesson:
            raise CourseError(f"{no_exercise}\n{no_lesson}") from no_lesson


def audit_all(
    audits: Sequence[ItemAudit], *, run: bool = True, tell: work.Tell = work.silent
) -> list[Finding]:
    """What `audits` find; without `run`, only what shows by reading."""
    with tempfile.TemporaryDirectory(prefix="course-") as folder:
        jobs = dict(_jobs(audits, Path(folder))) if run else {}
        results = work.do_all(jobs, tell)
    return [
        finding
        for each in audits
        for finding in each.judge(
            result for (item, _), result in results.items() if item == each.item
        )
    ]


def _jobs(
    audits: Sequence[ItemAudit], folder: Path
) -> Iterator[tuple[tuple[str, str], work.Job]]:
    for number, each in enumerate(audits):
        own = folder / str(number)
        own.mkdir()
        for name, job in each.jobs(own).items():
            yield (each.item, name), job
