"""Hostile answers: none scores above its due, stops the run, or counts as our failure.

Each file of `hostile/EXERCISE` is one. Its first line says what is due and what it
tries; `#: starter` stands for the starter of the exercise.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from course.content import Course
from course.grading.grade import ExerciseGrade, Status
from course.grading.settings import Level
from course.starter import source_of, starter_of

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="what these try is refused by walls of Linux"
)

Judge = Callable[..., ExerciseGrade]

FILES = sorted(Path(__file__).parent.glob("hostile/*/*.py"))
APART = re.compile(
    "^(exit|equal|frame|forge|endless_import|bomb_m|patch_returns|wire|class|says|reach)"
)
IN_A_SANDBOX = re.compile("^(reads|outlives|kills|bomb_fork|network|source|forge_all)")
GIVES_ITSELF_AWAY = re.compile(
    "^(patch_(?!hooks|settings)|gc|ctypes|trace|profile|reach)"
)


def answer(file: Path, course: Course) -> tuple[str, str, float]:
    exercise = course.exercise(file.parent.name)
    text = file.read_text("utf-8")
    due = re.match(r"# due (\d+): ", text)
    assert due, f"{file.name} begins with `# due N: what it tries`"
    starter = starter_of(source_of(exercise))
    return exercise.name, text.replace("#: starter\n", starter), float(due[1])


def names(pattern: re.Pattern[str]) -> list[Path]:
    return [file for file in FILES if pattern.search(file.stem)]


def test_there_are_more_than_a_hundred() -> None:
    assert len(FILES) > 100


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_is_gained(file: Path, course: Course, judge: Judge) -> None:
    exercise, text, due = answer(file, course)
    grade = judge(exercise, text, apart=False)
    assert grade.points <= due, grade
    assert grade.status is not Status.NOT_GRADED, grade
    assert grade.claimed <= due or grade.flags, grade
    assert grade.flags or not GIVES_ITSELF_AWAY.search(file.stem), grade


@pytest.mark.parametrize("file", names(APART), ids=lambda file: file.stem)
def test_nothing_is_gained_from_a_process_of_its_own(
    file: Path, course: Course, judge: Judge
) -> None:
    exercise, text, due = answer(file, course)
    grade = judge(exercise, text)
    assert grade.points <= due, grade
    assert grade.status is not Status.NOT_GRADED, grade


@pytest.mark.parametrize("file", names(IN_A_SANDBOX), ids=lambda file: file.stem)
def test_nothing_is_gained_in_a_sandbox(
    file: Path, course: Course, judge: Judge, sandbox: Level
) -> None:
    exercise, text, due = answer(file, course)
    grade = judge(exercise, text, level=sandbox, apart=False)
    assert grade.points <= due, grade
    assert grade.status is not Status.NOT_GRADED, grade
