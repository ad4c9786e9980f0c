"""One prepared process for all tests of grading, and hostile answers as data."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from course.content import Course, CourseError, Exercise, find_course
from course.grading import bench, grader
from course.grading.command import Wanted, settings_for
from course.grading.grade import ExerciseGrade, Grade
from course.grading.settings import Level, Settings
from course.grading.submission import Submission

ROOT = Path(__file__).resolve().parents[3]

Judge = Callable[..., ExerciseGrade]


@pytest.fixture(scope="session")
def reports() -> Callable[[Path], dict[str, bytes]]:
    """What stands in a folder of reports, but for times and what resuming needs."""

    def read(output: Path) -> dict[str, bytes]:
        return {
            str(file.relative_to(output)): file.read_bytes()
            for file in sorted(output.rglob("*"))
            if file.is_file() and file.name != "times.csv" and "state" not in file.parts
        }

    return read


@pytest.fixture(scope="session")
def course() -> Course:
    return find_course(ROOT)


@pytest.fixture(scope="session")
def settings_of(course: Course) -> Callable[..., Settings]:
    """Settings for one exercise; the limit is short, for what never ends."""

    def make(
        exercise: Exercise, level: Level = Level.PROCESS, **more: object
    ) -> Settings:
        wanted = Wanted((), Path("unused"), level=level, exercises=(exercise.name,))
        made = settings_for(course, [exercise], wanted)
        return replace(made, **{"time_limit": 1.0, **more})  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def grade_text(
    course: Course, settings_of: Callable[..., Settings]
) -> Iterator[Callable[..., Grade]]:
    """The grade of a text, as the answer to an exercise."""

    def grade(exercise: str, text: str | bytes, **more: object) -> Grade:
        chosen = course.exercise(exercise)
        data = text.encode() if isinstance(text, str) else text
        submission = Submission("ada", answers={chosen.name: data})
        return grader.grade_one(submission, settings_of(chosen, **more))

    yield grade
    grader.close_all()


@pytest.fixture(scope="session")
def judge(grade_text: Callable[..., Grade]) -> Judge:
    """The grade of one exercise."""

    def one(exercise: str, text: str | bytes, **more: object) -> ExerciseGrade:
        [graded] = grade_text(exercise, text, **more).exercises
        return graded

    return one


@pytest.fixture(scope="session")
def sandbox() -> Level:
    """The level `sandbox`, where it can be had."""
    try:
        bench.refuse_if_missing(Level.SANDBOX)
    except CourseError as error:
        pytest.skip(str(error))
    return Level.SANDBOX
