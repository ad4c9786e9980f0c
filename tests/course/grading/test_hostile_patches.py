"""Hostile answers that exchange what judges them: they gain nothing, and it shows."""

import re
from collections.abc import Callable
from pathlib import Path

from course.grading.grade import ExerciseGrade

TRIES = "to exchange"


def test_nothing_is_gained(
    hostile: Path, grade_hostile: Callable[..., ExerciseGrade]
) -> None:
    grade = grade_hostile(apart=False)
    if re.match("patch_(?!hooks|settings)", hostile.stem):
        assert grade.flags, grade
