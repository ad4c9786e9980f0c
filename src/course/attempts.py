"""What happens to a learner's file: put aside, begun anew, compared with ours."""

import difflib
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from course.content import Course, CourseError, Exercise
from course.starter import is_starter, solution_of, starter_of


@dataclass(frozen=True)
class Reset:
    """Where the starter is, and where the attempt went (None if there was none)."""

    starter: Path
    attempt: Path | None


def reset(course: Course, exercise: Exercise) -> Reset:
    """Put the attempt aside, then write the starter again."""
    starter = starter_of(exercise.solution.read_text("utf-8"))
    attempt = None
    try:
        if exercise.file.is_file() and not is_starter(exercise, exercise.file):
            attempt = _put_aside(course, exercise)
        exercise.folder.mkdir(parents=True, exist_ok=True)
        exercise.file.write_text(starter, encoding="utf-8")
    except OSError as error:
        raise CourseError(
            f"{error.filename} cannot be written ({error.strerror}). Nothing was lost: "
            f"your attempt is {f'kept at {attempt}' if attempt else 'as it was'}."
        ) from error
    return Reset(exercise.file, attempt)


def _put_aside(course: Course, exercise: Exercise) -> Path:
    moment = f"{datetime.now():%Y-%m-%d_%H-%M-%S.%f}"
    aside = course.state_folder / "attempts" / exercise.name / moment
    aside.mkdir(parents=True)
    return Path(shutil.copy2(exercise.file, aside))


def compare(exercise: Exercise) -> list[str]:
    """The lines of a diff from the learner's file to the solution."""
    try:
        own = exercise.file.read_text("utf-8", errors="replace")
    except OSError:
        own = ""
    ours = solution_of(exercise.solution.read_text("utf-8"))
    diff = difflib.unified_diff(
        own.splitlines(), ours.splitlines(), "yours", "ours", n=3, lineterm=""
    )
    return list(diff)
