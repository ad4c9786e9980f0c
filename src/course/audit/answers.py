"""The answers that an exercise is tried with: what must fail, and what must pass.

starter    the one that the solution describes
solution   three times: once in order, twice in random order, side by side
wrong      tests/wrong_answers/NN_name/*.py, each with its record as a docstring
right      tests/also_right/NN_name/*.py
cheat      made here, see `planted`; so are the leaks
leak
"""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from course.audit import mutants, planted
from course.content import Course, Exercise
from course.starter import solution_of, source_of, starter_of

HANG_LIMIT = 1.0  # seconds for answers that are known to hang: none of them is slow
_SHUFFLED = "-p pytest_randomly --randomly-seed="


@dataclass(frozen=True)
class Answer:
    """One file to check. `exercise` is what it is checked as: folder, time limit."""

    kind: str
    name: str
    file: Path
    exercise: Exercise
    options: str = ""
    record: dict[str, Any] = field(default_factory=dict)


def answers(course: Course, exercise: Exercise, folder: Path) -> list[Answer]:
    """Every answer to try; those that are made here are written into `folder`."""
    source = source_of(exercise)
    return [
        *_solutions(exercise, _written(folder, "solution", solution_of(source))),
        Answer(
            "starter", "", _written(folder, "starter", starter_of(source)), exercise
        ),
        *_wrong(course, exercise),
        *_bank(course, exercise, "also_right", "right"),
        *_made(exercise, folder, "cheat", planted.cheats(solution_of(source))),
        _with_conftest(exercise, folder, starter_of(source)),
        *_made(exercise, folder, "leak", planted.leaks(solution_of(source))),
    ]


def _solutions(exercise: Exercise, file: Path) -> Iterator[Answer]:
    for number in (1, 2):
        options = f"{_SHUFFLED}{number}"
        yield Answer("solution", f"shuffled {number}", file, exercise, options)
    yield Answer("solution", "in order", file, exercise)


def _written(folder: Path, name: str, source: str) -> Path:
    file = folder / f"{name}.py"
    file.write_text(source, encoding="utf-8")
    return file


def mutant_answers(exercise: Exercise, folder: Path) -> list[Answer]:
    """The mutants of the solution, written into `folder`."""
    solution = _written(folder, "whole", solution_of(source_of(exercise)))
    made = mutants.make(solution, folder / "mutants")
    return [Answer("mutant", name, file, exercise, "-x") for name, file in made]


def _quick(exercise: Exercise) -> Exercise:
    return replace(exercise, record=exercise.record | {"time_limit": HANG_LIMIT})


def _bank(course: Course, exercise: Exercise, bank: str, kind: str) -> Iterator[Answer]:
    for file in sorted(course.root.glob(f"tests/{bank}/{exercise.folder.name}/*.py")):
        yield Answer(kind, file.stem, file, exercise)


def _wrong(course: Course, exercise: Exercise) -> Iterator[Answer]:
    for answer in _bank(course, exercise, "wrong_answers", "wrong"):
        record = read_record(answer.file)
        if record.get("state") == "broken":
            answer = replace(answer, exercise=_quick(exercise))
        yield replace(answer, record=record)


def read_record(file: Path) -> dict[str, Any]:
    """The record in the docstring of a wrong answer; empty if there is none."""
    try:
        docstring = ast.get_docstring(ast.parse(file.read_text("utf-8")))
        return tomllib.loads(docstring or "")
    except (SyntaxError, tomllib.TOMLDecodeError):
        return {}


def _made(
    exercise: Exercise, folder: Path, kind: str, sources: dict[str, str]
) -> Iterator[Answer]:
    for number, (name, source) in enumerate(sources.items()):
        file = _written(folder, f"{kind}_{number}", source)
        yield Answer(kind, name, file, exercise)


def _with_conftest(exercise: Exercise, folder: Path, starter: str) -> Answer:
    """The starter, in an exercise's folder beside a file that calls all passed."""
    beside = folder / exercise.folder.name
    beside.mkdir()
    for file in (exercise.folder / "exercise.toml", exercise.test_file):
        (beside / file.name).write_bytes(file.read_bytes())
    (beside / "conftest.py").write_text(planted.CONFTEST, encoding="utf-8")
    file = _written(beside, exercise.name, f"{starter}\n# an attempt\n")
    return Answer("cheat", "conftest.py", file, replace(exercise, folder=beside))
