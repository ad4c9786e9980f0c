"""How a class is graded: what is the same for all of its submissions."""

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from course.content import Course, CourseError, Exercise

GRADER = "1"
"""Goes up with every change that may give another grade to the same answer."""


class Level(StrEnum):
    """How high the walls are between a learner's code and this machine."""

    PROCESS = "process"
    SANDBOX = "sandbox"
    CONTAINER = "container"


@dataclass(frozen=True)
class Settings:
    """Plain data: it travels to whichever process or machine does the grading."""

    exercises: tuple[str, ...]
    level: Level = Level.SANDBOX
    apart: bool = True
    """Judge from a second process whatever can be judged from one."""
    root: str = ""
    """The course; empty for the one that is installed where the grading is done."""
    extra_tests: Mapping[str, str] = field(default_factory=dict)
    """Hidden tests, as source text, by the name of the exercise."""
    memory: int = 1024
    """MiB that an answer may take."""
    time_limit: float = 0
    """Seconds of the processor that a test may take; 0 is what the exercise says."""
    tests: Mapping[str, str] = field(default_factory=dict)
    """The digest of the tests of each exercise: of record, tests and hidden tests."""

    def apart_tasks(self, exercise: Exercise) -> frozenset[int]:
        """The tasks of `exercise` that are judged from a second process."""
        tasks = exercise.record.get("separate_tasks", []) if self.apart else []
        return frozenset(tasks)

    def digest(self) -> str:
        """Changes with everything that may give another grade."""
        facts = asdict(self) | {"root": "", "grader": GRADER} | versions()
        return hashlib.sha256(repr(sorted(facts.items())).encode()).hexdigest()


def digest_of_tests(exercise: Exercise, extra: str) -> str:
    """A digest of the tests that decide, and of the record that gives the points."""
    digest = hashlib.sha256()
    for file in (exercise.folder / "exercise.toml", exercise.test_file):
        digest.update(file.read_bytes() + b"\0")
    digest.update(extra.encode())
    return digest.hexdigest()[:16]


def versions() -> dict[str, str]:
    """What a grade may depend on."""
    return {**_versions()}


@cache
def _versions() -> Mapping[str, str]:
    names = ("openrouter-course", "pytest", "pydantic-ai-slim", "httpx2", "respx")
    python = ".".join(map(str, sys.version_info[:2]))
    return {"python": python} | {name: version(name) for name in names}


def chosen(course: Course, names: tuple[str, ...]) -> tuple[Exercise, ...]:
    """The exercises to grade: those named, else all of the course."""
    found = {e.name: e for e in map(course.exercise, names)} if names else {}
    exercises = tuple(found.values()) or course.exercises
    if not exercises:
        raise CourseError(f"There are no exercises in {course.root}.")
    return tuple(sorted(exercises, key=lambda exercise: exercise.number))


def weight(exercise: Exercise) -> float:
    """What one point of `exercise` counts: `weight` in its record, else 1."""
    value: Any = exercise.record.get("weight", 1)
    return float(value)


def points_of(exercise: Exercise) -> float:
    """What the whole of `exercise` counts."""
    return sum(task.points for task in exercise.tasks) * weight(exercise)


def read_extra_tests(folder: Path, exercises: tuple[Exercise, ...]) -> dict[str, str]:
    """The hidden tests in `folder`: test_NAME.py, by itself or in NN_NAME."""
    found: dict[str, str] = {}
    for exercise in exercises:
        for file in (
            folder / exercise.test_file.name,
            folder / exercise.folder.name / exercise.test_file.name,
        ):
            if file.is_file():
                found[exercise.name] = file.read_text("utf-8")
    if not found:
        wanted = ", ".join(exercise.test_file.name for exercise in exercises)
        raise CourseError(f"No hidden tests in {folder}: wanted is one of {wanted}.")
    return found
