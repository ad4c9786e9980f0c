"""Runs lessons as a reader would: fresh kernel, no key, no network, nobody's answers.

They run in a copy of the course in which every exercise is at its start, so that
neither the contributor's attempts nor their progress has a say, or is touched.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from course.audit.normalise import Patterns, normalise, read_patterns
from course.content import Course, CourseError, Lesson
from course.starter import starter_of

AT_ONCE = 2  # processes
START_LIMIT = 300  # seconds for one notebook, on a slow, busy machine


@dataclass(frozen=True)
class Run:
    """One execution of a notebook, normalised."""

    notebook: dict[str, Any]
    seconds: float
    guard: str
    refused: tuple[str, ...]


def patterns_of(course: Course) -> Patterns:
    """What normalising replaces in this course."""
    return read_patterns(course.root / "lessons" / "nbval.cfg")


@contextmanager
def stage(course: Course) -> Iterator[Path]:
    """A copy of lessons and exercises, each exercise at its start."""
    with tempfile.TemporaryDirectory(prefix="course-") as name:
        root = Path(name).resolve()
        for part in ("lessons", "exercises", "solutions"):
            if (course.root / part).is_dir():
                shutil.copytree(course.root / part, root / part)
        for exercise in Course(root).exercises:
            source = exercise.solution.read_text("utf-8")
            exercise.file.write_text(starter_of(source), encoding="utf-8")
        yield root


def run(root: Path, lesson: Lesson, patterns: Patterns, seed: int = 0) -> Run:
    """Execute `lesson` in the staged course `root`, with this hash seed."""
    command = [sys.executable, "-m", "course.audit.execute"]
    done = subprocess.run(
        [*command, str(root / "lessons"), lesson.notebook.name],
        env=_environment(root, seed),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=START_LIMIT,
        check=False,
    )
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["no word"])[-1]
        raise CourseError(f"{lesson.notebook.name} could not be run to its end: {why}")
    found = json.loads(done.stdout)
    notebook = normalise(found["notebook"], patterns)
    return Run(notebook, found["seconds"], found["guard"], tuple(found["refused"]))


def _environment(root: Path, seed: int) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.endswith("_API_KEY")}
    kept.pop("COURSE_LIVE", None)
    return kept | {
        "COURSE_ROOT": str(root),
        "PYTHONHASHSEED": str(seed),
        "PYTHONUTF8": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def tags(cell: dict[str, Any]) -> list[str]:
    """The tags of a cell."""
    return list(cell["metadata"].get("tags", []))


def raised(cell: dict[str, Any]) -> str:
    """What `cell` raised, as "ValueError: …"; empty if nothing."""
    for output in cell.get("outputs", []):
        if output["output_type"] == "error":
            return f"{output['ename']}: {output['evalue']}"
    return ""


def surprises(notebook: dict[str, Any]) -> list[str]:
    """The cells that raised and should not have, or should have and did not."""
    found = []
    for cell in notebook["cells"]:
        planned, error = "raises-exception" in tags(cell), raised(cell)
        if error and not planned:
            found.append(f"cell `{cell['id']}` raised {error}")
        if planned and not error:
            found.append(f"cell `{cell['id']}` should raise, and did not")
    return found


def refresh(
    course: Course, lessons: Iterable[Lesson], tell: Callable[[str], None]
) -> bool:
    """Run each of `lessons` and write it back, normalised; whether all went well."""
    patterns, lessons = patterns_of(course), list(lessons)
    with stage(course) as root, ThreadPoolExecutor(AT_ONCE) as pool:
        runs = [pool.submit(run, root, lesson, patterns) for lesson in lessons]
        good = True
        for lesson, future in zip(lessons, runs, strict=True):
            good = _write_back(lesson, future.result(), tell) and good
    return good


def _write_back(lesson: Lesson, done: Run, tell: Callable[[str], None]) -> bool:
    name = lesson.notebook.name
    if wrong := surprises(done.notebook):
        tell(f"{name}: not written. " + "; ".join(wrong) + ".")
        return False
    node = nbformat.from_dict(done.notebook)  # type: ignore[no-untyped-call]
    text = nbformat.writes(node) + "\n"  # type: ignore[no-untyped-call]
    same = lesson.notebook.read_text("utf-8") == text
    lesson.notebook.write_text(text, encoding="utf-8")
    tell(f"{name}: {'as it was' if same else 'written'}, ran {done.seconds:.1f} s.")
    return True
