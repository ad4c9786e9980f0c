"""Hostile answers behind the walls of the level `sandbox`."""

from collections.abc import Callable

from course.grading.grade import ExerciseGrade
from course.grading.settings import Level

TRIES = "against a sandbox"


def test_nothing_is_gained(
    grade_hostile: Callable[..., ExerciseGrade], sandbox: Level
) -> None:
    grade_hostile(level=sandbox, apart=False)
