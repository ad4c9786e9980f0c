"""Hostile answers that reach, read, equal or forge: none scores above its due."""

import re
from collections.abc import Callable
from pathlib import Path

from course.grading.grade import ExerciseGrade

TRIES = "something else"


def test_nothing_is_gained(
    hostile: Path, grade_hostile: Callable[..., ExerciseGrade]
) -> None:
    grade = grade_hostile(apart=False)
    if re.match("gc|ctypes|trace|profile|reach", hostile.stem):
        assert grade.flags, grade
