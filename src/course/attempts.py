"""What happens to a learner's file: put aside, begun anew, compared with ours."""

import difflib
import shlex
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from pathlib import Path

from course.content import Course, CourseError, Exercise
from course.starter import is_starter, solution_of, source_of, starter_of


@dataclass(frozen=True)
class Reset:
    """Where the starter is, where the attempt went, and why it is none."""

    starter: Path
    attempt: Path | None
    was: str
    """A sentence where there was no attempt, else empty."""

    @property
    def way_back(self) -> str:
        """The line that brings the attempt back, from any folder; none for a folder."""
        if self.attempt is None or self.attempt.is_dir():
            return ""
        return shlex.join(["cp", *(_near(p) for p in (self.attempt, self.starter))])


def reset(course: Course, exercise: Exercise) -> Reset:
    """Put the attempt aside, then write the starter again."""
    starter = starter_of(source_of(exercise))
    there_was = "only the starter" if exercise.file.exists() else "no file"
    attempt = None
    try:
        if exercise.file.is_dir():
            attempt = Path(shutil.move(exercise.file, _aside(course, exercise)))
        elif exercise.file.exists() and not is_starter(exercise, exercise.file):
            attempt = Path(shutil.copy2(exercise.file, _aside(course, exercise)))
        exercise.folder.mkdir(parents=True, exist_ok=True)
        exercise.file.write_text(starter, encoding="utf-8")
    except OSError as error:
        raise CourseError(
            f"{error.filename or exercise.file} cannot be written ({error.strerror}). "
            "Nothing was lost: your attempt is "
            f"{f'kept at {attempt}' if attempt else 'as it was'}."
        ) from error
    was = "" if attempt else f"There was {there_was}, so no attempt had to be kept."
    return Reset(exercise.file, attempt, was)


def _near(path: Path) -> str:
    """`path` as one types it here: short, if it is in this folder."""
    with suppress(OSError, ValueError):  # this folder is gone, or another
        return str(path.relative_to(Path.cwd()))
    return str(path)


def _aside(course: Course, exercise: Exercise) -> Path:
    """A fresh folder for an attempt."""
    moment = f"{datetime.now():%Y-%m-%d_%H-%M-%S.%f}"
    aside = course.state_folder / "attempts" / exercise.name / moment
    aside.mkdir(parents=True)
    return aside


@dataclass(frozen=True)
class Row:
    """A line of the learner's beside one of ours; `sign` says how they differ."""

    yours: str
    sign: str
    """" " the same, "|" changed, "<" only yours, ">" only ours, "…" left out."""
    ours: str


def compare(exercise: Exercise) -> list[str]:
    """The lines of a diff from the learner's file to the solution."""
    own, ours = _both(exercise)
    return list(difflib.unified_diff(own, ours, "yours", "ours", n=3, lineterm=""))


def side_by_side(exercise: Exercise) -> list[Row]:
    """The learner's file and the solution, line beside line, where they differ."""
    own, ours = _both(exercise)
    matcher = difflib.SequenceMatcher(None, own, ours, autojunk=False)
    rows: list[Row] = []
    for group in matcher.get_grouped_opcodes(3):
        if rows:
            rows.append(Row("…", "…", "…"))
        for tag, from_own, to_own, from_ours, to_ours in group:
            left, right = own[from_own:to_own], ours[from_ours:to_ours]
            rows += _rows(tag, left, right)
    return rows


def _rows(tag: str, left: list[str], right: list[str]) -> Iterator[Row]:
    for yours, ours in zip_longest(left, right):
        if yours is None:
            yield Row("", ">", ours)
        elif ours is None:
            yield Row(yours, "<", "")
        else:
            yield Row(yours, " " if tag == "equal" else "|", ours)


def _both(exercise: Exercise) -> tuple[list[str], list[str]]:
    """The lines of the learner's file, and of the solution as it is shown."""
    try:
        own = exercise.file.read_text("utf-8", errors="replace")
    except OSError:
        own = ""
    return own.splitlines(), solution_of(source_of(exercise)).splitlines()
