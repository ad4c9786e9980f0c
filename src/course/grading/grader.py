"""Grades one submission. Everything that grades many calls this, and nothing else.

    grade = grade_one(submission, settings)

Both arguments and the result are plain data. What was prepared for one submission is
kept for the next one in the same thread; `close_all` ends it.
"""

import tempfile
import threading
from pathlib import Path

from course.content import Course, CourseError, Exercise, find_course
from course.grading.grade import ExerciseGrade, Grade, Status, TaskGrade
from course.grading.settings import Settings, digest_of_tests, versions, weight
from course.grading.submission import Submission
from course.verdict import State, TaskVerdict
from course.workshop import Workshop

_kept = threading.local()
_shops: list[Workshop] = []


def grade_one(submission: Submission, settings: Settings) -> Grade:
    """The grade of `submission`. Its faults are in it; ours are another state."""
    course = Course(Path(settings.root)) if settings.root else find_course()
    exercises = [course.exercise(name) for name in settings.exercises]
    return Grade(
        submission=submission.id,
        name=submission.name,
        source=submission.source,
        digest=submission.digest,
        exercises=tuple(_grade(each, submission, settings) for each in exercises),
        ignored=submission.ignored,
        remarks=submission.remarks,
        isolation=str(settings.level),
        versions=versions(),
    )


def absent(learner: str, name: str, settings: Settings) -> Grade:
    """The grade of a learner of whom nothing came."""
    return grade_one(Submission(learner, name), settings)


def close_all() -> None:
    """End what was prepared, in whatever thread, also in the middle of its work."""
    while _shops:
        _shops.pop().close()


def _grade(
    exercise: Exercise, submission: Submission, settings: Settings
) -> ExerciseGrade:
    of = sum(task.points for task in exercise.tasks) * weight(exercise)
    digest = digest_of_tests(exercise, settings.extra_tests.get(exercise.name, ""))
    if settings.tests and settings.tests[exercise.name] != digest:
        raise CourseError(
            f"The tests of `{exercise.name}` are others here than where the grading "
            "was started: install the same version of the course."
        )
    answer = submission.answers.get(exercise.name)
    if answer is None:
        refused = submission.refused.get(exercise.name, "")
        return ExerciseGrade(
            exercise.name,
            Status.NOT_HANDED_IN,
            of,
            problem=refused,
            tests_digest=digest,
        )
    return _judged(exercise, answer, of, digest)


def _judged(exercise: Exercise, answer: bytes, of: float, digest: str) -> ExerciseGrade:
    if getattr(_kept, "shop", None) not in _shops:
        _kept.shop = Workshop()
        _shops.append(_kept.shop)
    with tempfile.TemporaryDirectory(prefix="course-") as folder:
        file = Path(folder) / exercise.file.name
        file.write_bytes(answer)
        verdict = _kept.shop.check(exercise, file)
    tasks = tuple(_task(exercise, task) for task in verdict.tasks)
    fresh = verdict.state is State.NOT_STARTED
    points = sum(task.points for task in tasks)
    return ExerciseGrade(
        exercise=exercise.name,
        status=Status.NOT_HANDED_IN if fresh else Status.SCORED,
        of=of,
        points=points,
        claimed=points,
        tasks=tasks,
        problem=verdict.problem,
        tests_digest=digest,
        seconds=verdict.seconds,
    )


def _task(exercise: Exercise, verdict: TaskVerdict) -> TaskGrade:
    of = exercise.tasks[verdict.number - 1].points * weight(exercise)
    failed = [test for test in verdict.tests if not test.passed]
    passed = bool(verdict.tests) and not failed
    return TaskGrade(
        number=verdict.number,
        title=verdict.title,
        of=of,
        points=of if passed else 0,
        passed=passed,
        tests=len(verdict.tests),
        failed=len(failed),
        test=failed[0].name if failed else "",
        message=failed[0].message if failed else "",
    )
