"""One prepared process for all tests of grading, and hostile answers as data.

Each file of `hostile/EXERCISE` is an answer. Its first line says what is due and what
it tries; `#: starter` stands for the starter of the exercise. A test that takes a
`hostile` one is given those that its module asks for by `TRIES`, a word of below.
"""

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from course.content import Course, CourseError, Exercise, find_course
from course.grading import bench, grader
from course.grading.command import Wanted, settings_for
from course.grading.grade import ExerciseGrade, Grade, Status
from course.grading.settings import Level, Settings
from course.grading.submission import Submission
from course.starter import source_of, starter_of

ROOT = Path(__file__).resolve().parents[3]

Judge = Callable[..., ExerciseGrade]

HOSTILE = sorted(Path(__file__).parent.glob("hostile/*/*.py"))
ONE_OF = {
    "to exchange": "patch|plugin|hooks|items|session|modules|globals|context|class",
    "to end it": "exit|endless|bomb|stops|kills|thread|outlives|signal|text",
    "something else": "",
}
"""What a hostile answer tries, by the words that its name may begin with."""
AGAIN = {
    "against two processes": "exit|equal|frame|forge|endless_import|bomb_m|"
    "patch_returns|wire|class|says|reach",
    "against a sandbox": "reads|outlives|kills|bomb_fork|network|source|forge_all",
}
"""Some of them are tried once more."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "hostile" in metafunc.fixturenames:
        assert len(HOSTILE) > 100
        files = hostile_answers(metafunc.module.TRIES)
        metafunc.parametrize("hostile", files, ids=lambda file: file.stem)


def hostile_answers(tries: str) -> list[Path]:
    if tries in AGAIN:
        return [file for file in HOSTILE if re.match(AGAIN[tries], file.stem)]
    return [file for file in HOSTILE if tries == what_it_tries(file)]


def what_it_tries(file: Path) -> str:
    return next(tries for tries, names in ONE_OF.items() if re.match(names, file.stem))


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


@pytest.fixture
def grade_hostile(hostile: Path, course: Course, judge: Judge) -> Judge:
    """The grade of a hostile answer: not more than its due, and no fault of ours."""
    if sys.platform != "linux":
        pytest.skip("what these try is refused by walls of Linux")
    exercise = course.exercise(hostile.parent.name)
    text = hostile.read_text("utf-8")
    due = re.match(r"# due (\d+): ", text)
    assert due, f"{hostile.name} begins with `# due N: what it tries`"
    text = text.replace("#: starter\n", starter_of(source_of(exercise)))

    def grade(**more: object) -> ExerciseGrade:
        graded = judge(exercise.name, text, **more)
        assert graded.status is not Status.NOT_GRADED, graded
        assert graded.points <= float(due[1]), graded
        assert graded.claimed <= float(due[1]) or graded.flags, graded
        return graded

    return grade


@pytest.fixture(scope="session")
def sandbox() -> Level:
    """The level `sandbox`, where it can be had."""
    try:
        bench.refuse_if_missing(Level.SANDBOX)
    except CourseError as error:
        pytest.skip(str(error))
    return Level.SANDBOX
