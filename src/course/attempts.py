"""What happens to a learner's file: put aside, begun anew, compared with ours."""

import difflib
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from course.content import Course, CourseError, Exercise
from course.starter import is_starter, solution_of, source_of, starter_of


@dataclass(frozen=True)
class Reset:
    """Where the starter is, where the attempt went, and what there was before."""

    starter: Path
    attempt: Path | None
    was: str
    """"an attempt", "the starter" or "no file"."""


def reset(course: Course, exercise: Exercise) -> Reset:
    """Put the attempt aside, then write the starter again."""
    starter = starter_of(source_of(exercise))
    attempt, was = None, "the starter" if exercise.file.exists() else "no file"
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
    return Reset(exercise.file, attempt, "an attempt" if attempt else was)


def _aside(course: Course, exercise: Exercise) -> Path:
    """A fresh folder for an attempt."""
    moment = f"{datetime.now():%Y-%m-%d_%H-%M-%S.%f}"
    aside = course.state_folder / "attempts" / exercise.name / moment
    aside.mkdir(parents=True)
    return aside


def compare(exercise: Exercise) -> list[str]:
    """The lines of a diff from the learner's file to the solution."""
    try:
        own = exercise.file.read_text("utf-8", errors="replace")
    except OSError:
        own = ""
    ours = solution_of(source_of(exercise))
    diff = difflib.unified_diff(
        own.splitlines(), ours.splitlines(), "yours", "ours", n=3, lineterm=""
    )
    return list(diff)
