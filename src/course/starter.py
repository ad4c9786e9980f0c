"""Makes the starter of an exercise from its solution, so that they cannot drift.

A part of the solution that the learner is to write stands between three comments:

    #: starter
    #| return create_openrouter_model(name, api_key)
    #: solution
    return create_openrouter_model(resolve_alias(name, aliases), api_key, **kwargs)
    #: end

The starter holds the lines after `#| `, the solution what stands under it; the three
comments are in neither, when they are shown.
"""

import re
from pathlib import Path

from course.content import Exercise, not_readable

_STARTER, _SOLUTION, _END, _KEPT = "#: starter", "#: solution", "#: end", r"#\| ?"


def starter_of(solution: str) -> str:
    """The starter that the source text `solution` describes."""
    return _part(solution, starter=True)


def solution_of(solution: str) -> str:
    """The source text `solution` without its marks: what a learner is shown."""
    return _part(solution, starter=False)


def source_of(exercise: Exercise) -> str:
    """The text of the solution, marks and all."""
    try:
        return exercise.solution.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise not_readable(exercise.solution, error) from error


def is_starter(exercise: Exercise, answer: Path) -> bool:
    """Whether `answer` is still the starter, but for white space at line ends."""
    starter = starter_of(source_of(exercise))
    return _lines(answer.read_text("utf-8-sig", errors="replace")) == _lines(starter)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


def _part(source: str, *, starter: bool) -> str:
    kept, inside = [], ""
    for line in source.splitlines():
        mark = line.strip()
        if mark in (_STARTER, _SOLUTION, _END):
            inside = "" if mark == _END else mark
        elif inside == _STARTER and starter:
            kept.append(re.sub(_KEPT, "", line, count=1).rstrip())
        elif not inside or (inside == _SOLUTION and not starter):
            kept.append(line)
    return "\n".join(kept).rstrip() + "\n"
