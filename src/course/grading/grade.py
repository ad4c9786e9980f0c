"""A grade: what one submission got, and why. Plain data, from which reports are made.

Three states, never two:

    scored               its tests were run, and there is a number
    not handed in        there is no answer, or it is the starter, unchanged
    could not be graded  our fault or the machine's: no number, and never a zero
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """What became of one exercise of one submission."""

    SCORED = "scored"
    NOT_HANDED_IN = "not handed in"
    NOT_GRADED = "could not be graded"


class Judged(StrEnum):
    """How far from the learner's code the tests of a task ran."""

    APART = "in a second process"
    TOGETHER = "in one process"


@dataclass(frozen=True)
class Flag:
    """A sign of tampering, for the teacher's decision."""

    kind: str
    why: str


@dataclass(frozen=True)
class TaskGrade:
    """One task: its points, and the message of the first test that failed."""

    number: int
    title: str
    of: float
    points: float = 0
    passed: bool = False
    tests: int = 0
    failed: int = 0
    judged: Judged = Judged.TOGETHER
    test: str = ""
    """The test that failed first, as a sentence; empty if it is a hidden one."""
    message: str = ""


@dataclass(frozen=True)
class ExerciseGrade:
    """One exercise. If it is flagged, `points` holds only what can be trusted."""

    exercise: str
    status: Status
    of: float
    points: float = 0
    claimed: float = 0
    """The points that the tests gave, before any were withheld."""
    tasks: tuple[TaskGrade, ...] = ()
    problem: str = ""
    """Why there are no tests to tell of, in words."""
    flags: tuple[Flag, ...] = ()
    notes: tuple[str, ...] = ()
    """What a teacher may want to look at; it costs no points."""
    tests_digest: str = ""
    seconds: float = 0

    @property
    def flagged(self) -> bool:
        return bool(self.flags)


@dataclass(frozen=True)
class Grade:
    """All exercises of one submission."""

    submission: str
    """The learner's id: from the roster, else from the name of what was handed in."""
    name: str = ""
    source: str = ""
    """What was handed in, as it was called, made printable."""
    digest: str = ""
    """Of the answers that were read."""
    exercises: tuple[ExerciseGrade, ...] = ()
    ignored: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    isolation: str = ""
    walls: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def points(self) -> float:
        return sum(each.points for each in self.exercises)

    @property
    def of(self) -> float:
        return sum(each.of for each in self.exercises)

    @property
    def flagged(self) -> bool:
        return any(each.flagged for each in self.exercises)

    @property
    def complete(self) -> bool:
        """Whether there is nothing left that could not be graded."""
        return all(each.status is not Status.NOT_GRADED for each in self.exercises)

    def as_json(self) -> dict[str, Any]:
        """The whole grade as plain data."""
        return asdict(self) | {"points": self.points, "of": self.of}


def from_json(data: Mapping[str, Any]) -> Grade:
    """The grade that `as_json` gave. Raises `LookupError`, `TypeError` otherwise."""
    known = {name: data[name] for name in Grade.__dataclass_fields__}
    exercises = tuple(_exercise(row) for row in data["exercises"])
    lists = {name: tuple(data[name]) for name in ("ignored", "remarks", "walls")}
    return Grade(**(known | lists | {"exercises": exercises}))


def _exercise(row: Mapping[str, Any]) -> ExerciseGrade:
    tasks = (
        TaskGrade(**{**task, "judged": Judged(task["judged"])}) for task in row["tasks"]
    )
    flags = (Flag(**flag) for flag in row["flags"])
    rest = {
        "status": Status(row["status"]),
        "tasks": tuple(tasks),
        "notes": tuple(row["notes"]),
    }
    return ExerciseGrade(**{**row, **rest, "flags": tuple(flags)})
