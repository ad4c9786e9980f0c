"""Hostile answers that end, stop or flood: none stops the run, none gains anything."""

from collections.abc import Callable

from course.grading.grade import ExerciseGrade

TRIES = "to end it"


def test_nothing_is_gained(grade_hostile: Callable[..., ExerciseGrade]) -> None:
    grade_hostile(apart=False)
