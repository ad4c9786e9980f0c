"""What the course consists of: lessons and exercises, found in their folders.

A folder is its own record. There is no list of exercises anywhere: `exercises/03_x`
with an `exercise.toml` in it is an exercise named `x`, the third in order.
"""

import os
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar


def command(words: str) -> str:
    """How the learner types `course words` here: through uv, if that is how we came."""
    return (
        f"{'uv run ' if 'UV_RUN_RECURSION_DEPTH' in os.environ else ''}course {words}"
    )


class CourseError(Exception):
    """A mistake of the user's, told in words: shown without a traceback."""


@dataclass(frozen=True)
class Task:
    """One step of an exercise. `hints` go from where to look to nearly the code."""

    number: int
    title: str
    points: int
    hints: tuple[str, ...]


@dataclass(frozen=True)
class Exercise:
    """One exercise: the folder that a learner works in, and where its answer is."""

    folder: Path
    solution_folder: Path
    number: int
    name: str
    record: dict[str, Any]

    @property
    def title(self) -> str:
        return str(self.record["title"])

    @property
    def minutes(self) -> int:
        return int(self.record["minutes"])

    @property
    def time_limit(self) -> float:
        """Seconds that one test may take before it is stopped."""
        return float(self.record.get("time_limit", 10))

    @property
    def file(self) -> Path:
        """The one file that a learner edits."""
        return self.folder / f"{self.name}.py"

    @property
    def test_file(self) -> Path:
        return self.folder / f"test_{self.name}.py"

    @property
    def solution(self) -> Path:
        return self.solution_folder / f"{self.name}.py"

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        return tuple(
            Task(number, row["title"], row["points"], tuple(row["hints"]))
            for number, row in enumerate(self.record["tasks"], start=1)
        )


@dataclass(frozen=True)
class Lesson:
    """One lesson: a notebook, and the record beside it."""

    notebook: Path
    record: dict[str, Any]

    @property
    def number(self) -> int:
        return int(self.name.partition("_")[0])

    @property
    def name(self) -> str:
        return self.notebook.stem

    @property
    def quiz(self) -> list[dict[str, Any]]:
        """Its questions, as `quiz` in the record gives them."""
        return list(self.record.get("quiz", []))

    @property
    def title(self) -> str:
        return str(self.record["title"])

    @property
    def minutes(self) -> int:
        return int(self.record["minutes"])


@dataclass(frozen=True)
class Course:
    """A clone of the course: its `root` holds `lessons`, `exercises`, `solutions`."""

    root: Path

    @property
    def state_folder(self) -> Path:
        """Where the course remembers what this learner did."""
        return self.root / ".course"

    @cached_property
    def exercises(self) -> tuple[Exercise, ...]:
        records = sorted(self.root.glob("exercises/[0-9]*_*/exercise.toml"))
        return tuple(self._exercise(record) for record in records)

    def _exercise(self, record: Path) -> Exercise:
        number, _, name = record.parent.name.partition("_")
        solution = self.root / "solutions" / record.parent.name
        return Exercise(record.parent, solution, int(number), name, _read(record))

    @cached_property
    def lessons(self) -> tuple[Lesson, ...]:
        notebooks = sorted(self.root.glob("lessons/[0-9]*_*.ipynb"))
        return tuple(
            Lesson(path, _read(path.with_suffix(".toml"))) for path in notebooks
        )

    def exercise(self, wanted: str) -> Exercise:
        """The exercise with this number, name or folder name, or one close to it."""
        return _find(wanted, self.exercises, "exercise")

    def lesson(self, wanted: str) -> Lesson:
        """The lesson with this number, name or topic, or one close to it."""
        return _find(wanted, self.lessons, "lesson")


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CourseError(
            f"{path} cannot be read ({error}). It is part of the course: "
            f"`git checkout -- {path.name}` in its folder brings it back."
        ) from error


_Item = TypeVar("_Item", Exercise, Lesson)


def _find(wanted: str, items: tuple[_Item, ...], kind: str) -> _Item:
    names = {item.name: item for item in items}
    for item in items:
        names |= {f"{item.number:02}_{item.name}": item, str(item.number): item}
        names[item.name.partition("_")[2] or item.name] = item
    key = Path(wanted.strip().lower()).name.removesuffix(".ipynb")
    key = str(int(key)) if key.isdecimal() else key
    if key in names:
        return names[key]
    if close := get_close_matches(key, names, n=1, cutoff=0.7):
        return names[close[0]]
    known = ", ".join(f"{item.number} {item.name}" for item in items) or "none yet"
    raise CourseError(f"There is no {kind} `{wanted}`. There are: {known}.")


def find_course(start: Path | None = None) -> Course:
    """The course around `start` (the current folder), else the one installed here.

    `COURSE_ROOT` in the environment names one outright.
    """
    if named := os.environ.get("COURSE_ROOT"):
        return Course(Path(named))
    here = (start or Path.cwd()).resolve()
    installed = Path(__file__).resolve().parents[2]
    for folder in (here, *here.parents, installed):
        if (folder / "exercises").is_dir() and (folder / "lessons").is_dir():
            return Course(folder)
    raise CourseError(
        f"No course in {here}: a folder with `lessons` and `exercises` was wanted. "
        "Go to the folder that `git clone` made, and try again."
    )
