"""Hostile answers in a process of their own: none scores above its due."""

from collections.abc import Callable

from course.grading.grade import ExerciseGrade

TRIES = "against two processes"


def test_nothing_is_gained(grade_hostile: Callable[..., ExerciseGrade]) -> None:
    grade_hostile()
