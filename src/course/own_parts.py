"""The parts that a learner has built, for the lesson that plugs them together.

A part is the learner's file where its exercise passes at this moment, else ours. Both
are loaded by their path, anew each time, under the name that the exercise's tests use.
"""

import linecache
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from glob import escape
from pathlib import Path
from types import ModuleType

from course.content import Course, CourseError, Exercise, not_readable
from course.network import NetworkRefused
from course.progress import Progress
from course.readable import unreadable
from course.starter import is_starter
from course.verdict import State, Verdict
from course.workshop import Workshop


@dataclass(frozen=True)
class Part:
    """One part: its `module`, whether it is the learner's `own`, and `why`."""

    name: str
    module: ModuleType
    own: bool
    why: str


def take_parts(course: Course, progress: Progress, names: Sequence[str]) -> list[Part]:
    """The parts with these names, in order. Attempts are checked, and that is kept."""
    with closing(Workshop()) as shop:
        return [_part(course, progress, shop, name) for name in names]


def _part(course: Course, progress: Progress, shop: Workshop, name: str) -> Part:
    try:
        exercise = course.exercise(name)
    except CourseError:  # whoever gives the course may leave exercises out
        for solution in sorted(
            course.root.glob(f"solutions/*_{escape(name)}/{escape(name)}.py")
        ):
            return _ours(name, solution, "its exercise is not in this course")
        raise
    return _take(exercise, progress, shop)


def _take(exercise: Exercise, progress: Progress, shop: Workshop) -> Part:
    ours = partial(_ours, exercise.name, exercise.solution)
    if not unreadable(exercise.file) and is_starter(exercise, exercise.file):
        return ours("yours is not started")
    verdict = shop.check(exercise, exercise.file)
    progress.record_check(verdict)
    if not verdict.passed:
        return ours(_in_words(verdict))
    try:
        module = _load(exercise.name, exercise.file)
    except (Exception, SystemExit, NetworkRefused) as error:
        told = f"{type(error).__name__}: {error}"
        return ours(f"yours passes, and cannot be imported here: {told}")
    return Part(exercise.name, module, True, "it passes")


def _ours(name: str, solution: Path, why: str) -> Part:
    try:
        module = _load(name, solution)
    except OSError as error:
        raise not_readable(solution, error) from error
    return Part(name, module, False, why)


def _in_words(verdict: Verdict) -> str:
    if verdict.state is State.BROKEN:
        return f"yours is broken: {verdict.problem.splitlines()[0]}"
    task = verdict.current_task
    return f"yours fails task {task.number}, {task.title}" if task else "yours fails"


def _load(name: str, file: Path) -> ModuleType:
    """Run `file` as the module `name`: its text of now, without a cache of bytecode."""
    module = ModuleType(name)
    module.__file__ = str(file)
    code = compile(file.read_bytes(), str(file), "exec")
    linecache.checkcache(str(file))
    before = sys.modules.get(name)
    sys.modules[name] = module
    try:
        exec(code, module.__dict__)
    except BaseException:
        if before is None:
            del sys.modules[name]
        else:
            sys.modules[name] = before
        raise
    return module


def table(parts: Sequence[Part]) -> str:
    """Whose each part is, as Markdown."""
    return "\n".join(["| part | whose | why |", "|---|---|---|", *_rows(parts)])


def _rows(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        why = " ".join(part.why.split()).replace("|", "\\|")
        yield f"| {part.name} | {'yours' if part.own else 'ours'} | {why} |"
