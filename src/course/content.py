"""What the course consists of: lessons and exercises, found in their folders.

A folder is its own record. There is no list of exercises anywhere: `exercises/03_x`
with an `exercise.toml` in it is an exercise named `x`, the third in order.
"""

import os
import re
import shutil
import sys
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar


def command(words: str) -> str:
    """How the learner types `course words` here: through uv, if that is how we came."""
    if "UV_RUN_RECURSION_DEPTH" not in os.environ:
        return f"course {words}"
    python = "py" if sys.platform == "win32" else "python3"
    return f"{'uv' if shutil.which('uv') else f'{python} -m uv'} run course {words}"


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
        records = sorted(self.root.glob("exercises/*/exercise.toml"))
        found = (self._exercise(record.parent) for record in records)
        return tuple(exercise for exercise in found if exercise is not None)

    def _exercise(self, folder: Path) -> Exercise | None:
        """The exercise in `folder`; None for a learner's copy of one."""
        if not (parts := re.fullmatch(r"([0-9]+)_(\w+)", folder.name)):
            return None
        solution = self.root / "solutions" / folder.name
        number, name = int(parts[1]), parts[2]
        exercise = Exercise(
            folder, solution, number, name, _read(folder / "exercise.toml")
        )
        ours = exercise.test_file.exists() or exercise.solution.exists()
        return exercise if ours else None

    @property
    def moved(self) -> list[Path]:
        """The folders of exercises that are gone: deleted, or renamed."""
        folders = sorted(self.root.glob("solutions/[0-9]*_*"))
        wanted = [self.root / "exercises" / folder.name for folder in folders]
        return [folder for folder in wanted if not folder.exists()]

    @property
    def notes(self) -> list[str]:
        """What a learner should know of this clone, and how to mend it."""
        return [
            f"exercises/{folder.name} is not there: was it renamed? "
            f"`{bring_back(folder)}` brings it back, and touches nothing else."
            for folder in self.moved
        ]

    @cached_property
    def lessons(self) -> tuple[Lesson, ...]:
        records = sorted(self.root.glob("lessons/[0-9]*_*.toml"))
        return tuple(Lesson(r.with_suffix(".ipynb"), _read(r)) for r in records)

    def exercise(self, wanted: str) -> Exercise:
        """The exercise with this number, name or folder name, or one close to it."""
        try:
            return _find(wanted, self.exercises, "exercise")
        except CourseError as error:
            notes = "".join(f"\n{note}" for note in self.notes)
            raise CourseError(f"{error}{notes}") from None

    def lesson(self, wanted: str) -> Lesson:
        """The lesson with this number, name or topic, or one close to it."""
        return _find(wanted, self.lessons, "lesson")


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise not_readable(path, error) from error


def bring_back(*folders: Path) -> str:
    """The line that brings folders of exercises back, as they were released."""
    names = " ".join(f"exercises/{folder.name}" for folder in folders)
    return f"git checkout -- {names}"


def not_readable(path: Path, error: Exception) -> CourseError:
    """What to say when a file of the course itself is missing or damaged."""
    reason = getattr(error, "strerror", None) or error
    return CourseError(
        f"{path} cannot be read ({reason}). It is part of the course: "
        f"`git checkout -- {path.name}` in its folder brings it back."
    )


_Item = TypeVar("_Item", Exercise, Lesson)


def _find(wanted: str, items: tuple[_Item, ...], kind: str) -> _Item:
    names = {item.name.partition("_")[2]: item for item in items}
    names |= {f"{item.number:02}_{item.name}": item for item in items}
    names |= {str(item.number): item for item in items}
    names |= {item.name: item for item in items}  # a whole name goes before a part
    names.pop("", None)
    key = Path(wanted.strip().lower()).name.removesuffix(".ipynb")
    key = (key.lstrip("0") or "0") if key.isdecimal() else key
    if key in names:
        return names[key]
    if close := get_close_matches(key, names, n=1, cutoff=0.7):
        return names[close[0]]
    known = ", ".join(_listed(item) for item in items) or "none yet"
    raise CourseError(f"There is no {kind} `{wanted}`. There are: {known}.")


def _listed(item: Exercise | Lesson) -> str:
    return item.name if isinstance(item, Lesson) else f"{item.number} {item.name}"


def find_course(start: Path | None = None) -> Course:
    """The course around `start` (the current folder), else the one installed here.

    `COURSE_ROOT` in the environment names one outright.
    """
    wanted = "a folder with `lessons` and `exercises` was wanted"
    if named := os.environ.get("COURSE_ROOT"):
        if not _is_course(root := Path(named).absolute()):
            raise CourseError(f"COURSE_ROOT is {named}, and no course: {wanted}.")
        return Course(root)
    here = (start or _current_folder()).resolve()
    installed = Path(__file__).resolve().parents[2]
    for folder in (here, *here.parents, installed):
        if _is_course(folder):
            return Course(folder)
    raise CourseError(
        f"No course in {here}: {wanted}. "
        "Go to the folder that `git clone` made, and try again."
    )


def _is_course(folder: Path) -> bool:
    return (folder / "exercises").is_dir() and (folder / "lessons").is_dir()


def _current_folder() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise CourseError(
            "The folder that you are in is gone. Go to another, and try again."
        ) from error
