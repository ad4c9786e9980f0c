"""What was graded already, kept in the output folder: a file for each submission.

A file is there whole or not at all, and it is found again only for the same answers,
tests, settings and grader: whoever stops the grader at any moment loses at most what
was under way, and nothing is counted twice.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from course.content import CourseError
from course.grading.grade import Grade, from_json
from course.grading.plain import file_name
from course.grading.settings import Settings
from course.grading.submission import Submission

FOLDER = "state"


class State:
    """The grades that `output` holds, made under `settings`."""

    def __init__(
        self, output: Path, settings: Settings, *, again: bool = False
    ) -> None:
        """With `again`, nothing of an earlier call is found."""
        self._folder, self._again = output / FOLDER, again
        self._settings = settings.digest()

    def find(self, submission: Submission) -> Grade | None:
        """The grade of exactly these answers, if it is there and complete."""
        if self._again:
            return None
        try:
            data = json.loads(self._file(submission.id).read_text("utf-8"))
            grade = from_json(data["grade"])
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return None
        same = data.get("key") == self._key(submission)
        return grade if same and grade.complete else None

    def kept(self, submission: str) -> Grade:
        """The grade of the submission of this id, as it was kept last."""
        file = self._file(submission)
        return from_json(json.loads(file.read_text("utf-8"))["grade"])

    def keep(self, submission: Submission, grade: Grade) -> None:
        """Write the grade, in one step."""
        data = {"key": self._key(submission), "grade": grade.as_json()}
        write(self._file(submission.id), json.dumps(data))

    def _key(self, submission: Submission) -> str:
        facts = (
            submission.id,
            submission.name,
            submission.source,
            submission.digest,
            submission.ignored,
            submission.remarks,
            self._settings,
        )
        return hashlib.sha256(repr(facts).encode()).hexdigest()

    def _file(self, id_: str) -> Path:
        return self._folder / f"{own_name(id_)}.json"


def own_name(id_: str) -> str:
    """A name for a file of the submission `id_`, and of no other."""
    name, lower = file_name(id_), id_.lower()
    if name == id_ == lower:
        return name
    return f"{name}-{hashlib.sha256(id_.encode()).hexdigest()[:8]}"


def write(file: Path, text: str) -> None:
    """Write `text` so that `file` holds all of it, or what it held before."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".half-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as temporary:
            temporary.write(text)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def alone(output: Path) -> Iterator[None]:
    """Make sure that no second grader writes into `output`; tidy what one left."""
    import fcntl

    output.mkdir(parents=True, exist_ok=True)
    with (output / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CourseError(
                f"Another `course grade` writes into {output} at this moment. Wait for "
                "it, or name another folder with `--output`."
            ) from None
        for half in (*output.glob(".half-*"), *output.glob("*/.half-*")):
            with suppress(OSError):
                half.unlink()
        yield
