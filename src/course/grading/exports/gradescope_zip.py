"""Writes the zip that Gradescope takes as an autograder.

https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

import shlex
import zipfile
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from course.content import Course, CourseError, Exercise

_MOMENT = (1980, 1, 1, 0, 0, 0)  # the same content gives the same bytes
_LEFT_OUT = {"__pycache__", ".ipynb_checkpoints"}


def write_autograder(
    course: Course,
    exercises: Sequence[Exercise],
    output: Path,
    hidden: Path | None = None,
) -> int:
    """Write the autograder for `exercises` to `output`; the number of its files."""
    contents = {**_scripts(exercises), **dict(_course_files(course))}
    if hidden is not None:
        contents |= {f"hidden/{name}": text for name, text in _below(hidden, hidden)}
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in sorted(contents.items()):
                _add(archive, name, content)
    except OSError as error:
        raise CourseError(f"{output} cannot be written ({error.strerror}).") from error
    return len(contents)


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, _MOMENT)
    mode = 0o755 if name in ("setup.sh", "run_autograder") else 0o644
    info.external_attr = (0o100000 | mode) << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


def _scripts(exercises: Sequence[Exercise]) -> dict[str, bytes]:
    options = " ".join(f"--exercise {shlex.quote(each.name)}" for each in exercises)
    folder = files("course.grading.exports") / "gradescope"
    return {
        name: (folder / name).read_bytes().replace(b"@OPTIONS@", options.encode())
        for name in ("setup.sh", "run_autograder")
    }


def _course_files(course: Course) -> Iterator[tuple[str, bytes]]:
    """What `course grade` needs: no notebook, and no answer of a learner's."""
    own = {exercise.file for exercise in course.exercises}
    for name in ("pyproject.toml", "README.md"):
        yield f"course/{name}", (course.root / name).read_bytes()
    for folder in ("src", "exercises", "solutions", "lessons"):
        for name, content in _below(course.root / folder, course.root):
            if course.root / name not in own and not name.endswith(".ipynb"):
                yield f"course/{name}", content


def _below(folder: Path, root: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and _LEFT_OUT.isdisjoint(path.parts):
            yield path.relative_to(root).as_posix(), path.read_bytes()
