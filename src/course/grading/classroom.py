"""Grades a class: several at once, each kept as soon as it is there.

An executor is whatever turns submissions into grades, in any order; threads of this
machine are one, a cluster is another.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from itertools import islice
from typing import Protocol

from course.grading import grader
from course.grading.grade import Grade
from course.grading.settings import Settings
from course.grading.state import State
from course.grading.submission import Handed, Submission

Read = Callable[[Handed], Submission]


class Executor(Protocol):
    """Turns submissions into grades, and takes few ahead: memory stays flat."""

    def __call__(
        self, submissions: Iterator[Submission], settings: Settings
    ) -> Iterator[tuple[Submission, Grade]]:
        """Each submission with its grade, in any order."""


def grade_all(
    handed: Iterable[Handed],
    read: Read,
    settings: Settings,
    state: State,
    executor: Executor,
) -> Iterator[Grade]:
    """The grade of each of `handed`, in any order; known ones are not made again."""
    known: list[Grade] = []

    def wanted() -> Iterator[Submission]:
        for each in handed:
            submission = read(each)
            if grade := state.find(submission):
                known.append(grade)
            else:
                yield submission

    for submission, grade in executor(wanted(), settings):
        state.keep(submission, grade)
        yield grade
        yield from _taken(known)
    yield from _taken(known)


def _taken(grades: list[Grade]) -> Iterator[Grade]:
    while grades:
        yield grades.pop()


def threads(workers: int) -> Executor:
    """An executor of this machine: a thread for each prepared process."""
    return partial(_threads, workers)


def _threads(
    workers: int, submissions: Iterator[Submission], settings: Settings
) -> Iterator[tuple[Submission, Grade]]:
    pool = ThreadPoolExecutor(workers, thread_name_prefix="grade")
    running: dict[Future[Grade], Submission] = {}
    try:
        while True:
            for one in islice(submissions, 2 * workers - len(running)):
                running[pool.submit(grader.grade_one, one, settings)] = one
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield running.pop(future), future.result()
    finally:
        for future in running:
            future.cancel()
        grader.close_all()
        pool.shutdown()
