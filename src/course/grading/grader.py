"""Grades one submission. Everything that grades many calls this, and nothing else.

    grade = grade_one(submission, settings)

Both arguments and the result are plain data. What was prepared for one submission is
kept for the next one in the same thread; `close_all` ends it.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from course.content import Course, CourseError, Exercise, find_course
from course.grading.bench import Bench, NotStartedError
from course.grading.grade import ExerciseGrade, Flag, Grade, Status
from course.grading.judge import is_untouched, judge, order_for
from course.grading.order import Answer, Order
from course.grading.runs import Run
from course.grading.settings import (
    Level,
    Settings,
    digest_of_tests,
    points_of,
    versions,
)
from course.grading.submission import Submission
from course.starter import source_of, starter_of

_kept = threading.local()
_benches: list[Bench] = []


def grade_one(submission: Submission, settings: Settings) -> Grade:
    """The grade of `submission`. Its faults are in it; ours are another state."""
    exercises = _exercises(settings)
    graded = [_grade(each, submission, settings) for each in exercises]
    walls = next((found for _, found in graded if found), ())
    return _whole(submission, settings, [grade for grade, _ in graded], walls)


def not_graded(submission: Submission, settings: Settings, problem: str) -> Grade:
    """The grade of a submission of which nothing could be graded, and why."""
    exercises = _exercises(settings)
    return _whole(submission, settings, [_not_graded(e, problem) for e in exercises])


def _exercises(settings: Settings) -> list[Exercise]:
    """What is to be graded; read once for all submissions that are graded alike."""
    before, exercises = getattr(_kept, "exercises", (None, []))
    if before is None or before != settings or not settings.tests:
        course = Course(Path(settings.root)) if settings.root else find_course()
        exercises = [course.exercise(name) for name in settings.exercises]
        _kept.exercises = (settings, exercises)
    return exercises


def _not_graded(exercise: Exercise, problem: str, digest: str = "") -> ExerciseGrade:
    return ExerciseGrade(
        exercise.name,
        Status.NOT_GRADED,
        points_of(exercise),
        problem=problem,
        tests_digest=digest,
    )


def _whole(
    submission: Submission,
    settings: Settings,
    exercises: Sequence[ExerciseGrade],
    walls: Sequence[str] = (),
) -> Grade:
    return Grade(
        submission=submission.id,
        name=submission.name,
        source=submission.source,
        digest=submission.digest,
        exercises=tuple(exercises),
        ignored=submission.ignored,
        remarks=submission.remarks,
        isolation=str(settings.level),
        walls=tuple(walls),
        versions=versions(),
    )


def absent(learner: str, name: str, settings: Settings) -> Grade:
    """The grade of a learner of whom nothing came."""
    return grade_one(Submission(learner, name), settings)


def close_all() -> None:
    """End what was prepared, in whatever thread, also in the middle of its work."""
    while _benches:
        _benches.pop().close()


def _grade(
    exercise: Exercise, submission: Submission, settings: Settings
) -> tuple[ExerciseGrade, Sequence[str]]:
    of = points_of(exercise)
    digest = digest_of_tests(exercise, settings.extra_tests.get(exercise.name, ""))
    if settings.tests and settings.tests[exercise.name] != digest:
        raise CourseError(
            f"The tests of `{exercise.name}` are others here than where the grading "
            "was started: install the same version of the course."
        )
    nothing = ExerciseGrade(
        exercise.name, Status.NOT_HANDED_IN, of, tests_digest=digest
    )
    answer = submission.answers.get(exercise.name)
    if answer is None:
        refused = submission.refused.get(exercise.name, "")
        return replace(nothing, problem=refused), ()
    if is_untouched(exercise, answer):
        return replace(nothing, problem="It is the starter, unchanged."), ()
    try:
        return _judged(exercise, answer, settings, digest)
    except NotGradedError as error:
        problem = str(error)
    except CourseError:  # a mistake in the call, such as a wall that is missing
        raise
    except Exception as error:  # whatever it is: no zero, and on with the others
        problem = f"A fault of the grader's: {type(error).__name__}: {error}"
    return _not_graded(exercise, problem, digest), ()


def _judged(
    exercise: Exercise, answer: bytes, settings: Settings, digest: str
) -> tuple[ExerciseGrade, Sequence[str]]:
    """Judge; what fails on our side is tried once more."""
    ask = _Asker(_bench(settings.level), exercise, settings)
    grade, walls = judge(exercise, answer, settings, ask)
    if any(flag.kind == "canary" for flag in grade.flags):
        ask.prove()
    if ask.lost:
        lost = Flag("escaped", "It ends the process that watches over it.")
        grade = replace(grade, flags=(*grade.flags, lost), points=0)
    return replace(grade, tests_digest=digest), walls


class NotGradedError(Exception):
    """Our fault, or the machine's, in words."""


class _Asker:
    """Asks a bench; once more, if it was lost; and whose fault that was."""

    def __init__(self, bench: Bench, exercise: Exercise, settings: Settings) -> None:
        self._bench, self._exercise, self._settings = bench, exercise, settings
        self.lost = False

    def __call__(self, order: Order) -> Answer:
        for _ in range(2):
            answer = self._ask(order)
            if answer.end != "lost":
                return answer
        self.prove()  # the bench works: it was the answer that ended it
        self.lost = True
        return replace(answer, end="died")

    def prove(self) -> None:
        """Raise `NotGradedError` unless the starter is judged here as it should be."""
        starter = starter_of(source_of(self._exercise)).encode()
        order = order_for(self._exercise, starter, self._settings)
        run = Run(self._ask(order))
        if not run.complete or run.flags or run.canary_flags():
            raise NotGradedError("The tests do not run as they should on this machine.")

    def _ask(self, order: Order) -> Answer:
        for attempt in range(2):
            try:
                return self._bench.ask(order)
            except (NotStartedError, OSError) as error:
                reason = error
                if attempt == 0:
                    time.sleep(1)
        raise NotGradedError(f"The grader did not come up: {reason}") from reason


def _bench(level: Level) -> Bench:
    if getattr(_kept, "bench", None) not in _benches:
        _kept.bench = Bench(level)
        _benches.append(_kept.bench)
    bench: Bench = _kept.bench
    return bench
