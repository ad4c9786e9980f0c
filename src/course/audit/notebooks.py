"""Runs lessons as a reader would: fresh kernel, no key, no network, nobody's answers.

They run in a copy of the course in which every exercise is at its start, so that
neither the contributor's attempts nor their progress has a say, or is touched.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat

from course.audit import work
from course.audit.cells import raised, read_notebook, tags
from course.audit.normalise import Patterns, keep_measured, normalise, read_patterns
from course.content import Course, CourseError, Lesson
from course.starter import source_of, starter_of
from course.workshop import Workshop

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


def stage(course: Course, folder: Path) -> Path:
    """Copy the course into `folder`, each exercise at its start, unless it is there."""
    root = folder.resolve()
    for part in ("lessons", "exercises", "solutions"):
        if (course.root / part).is_dir() and not (root / part).exists():
            shutil.copytree(course.root / part, root / part)
    for exercise in Course(root).exercises:
        exercise.file.write_text(starter_of(source_of(exercise)), encoding="utf-8")
    return root


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
    patterns, named = patterns_of(course), {one.name: one for one in lessons}
    with TemporaryDirectory(prefix="course-") as folder:
        root = stage(course, Path(folder))
        jobs = {
            name: partial(_run_alone, root, lesson, patterns)
            for name, lesson in named.items()
        }
        results = work.do_all(jobs)
    written = [_write_back(named[name], results[name], tell) for name in jobs]
    return all(written)


def _run_alone(root: Path, lesson: Lesson, patterns: Patterns, shop: Workshop) -> Run:
    return run(root, lesson, patterns)


def _write_back(
    lesson: Lesson, done: Run | Exception, tell: Callable[[str], None]
) -> bool:
    name = lesson.notebook.name
    if isinstance(done, Exception):
        tell(str(done))
        return False
    if wrong := surprises(done.notebook):
        tell(f"{name}: not written. " + "; ".join(wrong) + ".")
        return False
    kept = keep_measured(done.notebook, read_notebook(lesson.notebook))
    node = nbformat.from_dict(kept)  # type: ignore[no-untyped-call]
    text = nbformat.writes(node) + "\n"  # type: ignore[no-untyped-call]
    same = lesson.notebook.read_text("utf-8") == text
    lesson.notebook.write_text(text, encoding="utf-8")
    tell(f"{name}: {'as it was' if same else 'written'}, ran {done.seconds:.1f} s.")
    return True
