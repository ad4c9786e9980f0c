"""E5: mutants of the solution, which the tests should kill.

By default the figures that exercise.toml records are shown; `--mutants` measures:

    [mutants]
    killed = 52
    of = 54
    date = 2026-11-20
    [[mutants.survivors]]
    change = "x < y -> x <= y"
    reason = "…"
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.audit import Fault
from course.audit.mutate import MISSING
from course.content import CourseError

ENOUGH_KILLED = 0.9
_MEASURE = "Measure: `course audit --mutants`."


@dataclass(frozen=True)
class Score:
    """How many mutants there are, and the changes of those that live."""

    of: int
    survivors: tuple[str, ...]

    @property
    def killed(self) -> int:
        return self.of - len(self.survivors)


def make(solution: Path, folder: Path) -> list[tuple[str, Path]]:
    """Write every mutant of `solution` into `folder`: its change, and its file."""
    folder.mkdir()
    (folder / "setup.cfg").write_text("[mutmut]\nsource_paths = .\n")  # it asks for it
    done = subprocess.run(
        [sys.executable, "-m", "course.audit.mutate", str(solution)],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode == MISSING:
        raise CourseError(
            "Mutants are made by mutmut, which is not installed here. This brings it:\n"
            "  uv run --group mutants course audit --mutants"
        )
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["no word"])[-1]
        raise CourseError(f"No mutants of {solution} could be made: {why}")
    return [_written(folder, n, *one) for n, one in enumerate(json.loads(done.stdout))]


def _written(folder: Path, number: int, change: str, source: str) -> tuple[str, Path]:
    file = folder / f"mutant_{number}.py"
    file.write_text(source, encoding="utf-8")
    return f"{number} {change}", file


def figure(record: Mapping[str, Any], score: Score | None) -> str:
    """The share that is killed, in per cent; recorded figures in brackets."""
    if score is not None:
        return f"{100 * score.killed // max(1, score.of)} %"
    if not record.get("of"):
        return "none"
    return f"({100 * record.get('killed', 0) // record['of']} %)"


def faults(record: Mapping[str, Any], score: Score | None) -> Iterator[Fault]:
    """What is wrong with the mutants: with the record, or with what was measured."""
    recorded = record.get("killed"), record.get("of")
    if lacking := [key for key in ("killed", "of", "date") if key not in record]:
        says = f"[mutants] in exercise.toml lacks {', '.join(lacking)}."
        yield Fault(says, _record_this(score) if score else _MEASURE)
    elif score and recorded != (score.killed, score.of):
        yield Fault(
            f"exercise.toml records {recorded[0]} of {recorded[1]} mutants killed; "
            f"{score.killed} of {score.of} are.",
            _record_this(score),
        )
    killed, of = (score.killed, score.of) if score else recorded
    if killed is not None and of:
        yield from _weakness(killed, of)
        yield from _survivor_faults(record, score, of - killed)


def _weakness(killed: int, of: int) -> Iterator[Fault]:
    if killed / of < ENOUGH_KILLED:
        yield Fault(
            f"{killed} of {of} mutants of the solution are killed, "
            f"{ENOUGH_KILLED:.0%} are wanted.",
            "Write a test for what the survivors change.",
        )


def _record_this(score: Score) -> str:
    return f"If that is well, record it: killed = {score.killed}, of = {score.of}."


def _survivor_faults(
    record: Mapping[str, Any], score: Score | None, count: int
) -> Iterator[Fault]:
    rows = record.get("survivors", [])
    explained = {row.get("change") for row in rows if row.get("reason")}
    for change in score.survivors if score else ():
        if change not in explained:
            yield Fault(
                f"This mutant survives: {change}",
                "Write a test that kills it, or list it under [[mutants.survivors]] "
                "with its change, as it stands here, and the reason.",
            )
    if score is None and len(explained) != count:
        yield Fault(
            f"{count} mutants survive, {len(explained)} of them with a reason.",
            "List each under [[mutants.survivors]], with its change and the reason.",
        )
