"""What is read, not run, in an exercise: E5, E8 and E13."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from course.audit import Fault, Found, found
from course.audit.exercises import Evidence
from course.audit.prose import talking_down
from course.audit.source import code_lines
from course.starter import solution_of, starter_of

ENOUGH_KILLED = 0.9
HELP = ("mend", "fill in", "order the lines", "write", "write the tests")
_HINTS = 3


def tests_are_strong(e: Evidence) -> Found:
    """E5: tests against an oracle, and mutants of the solution killed."""
    mutants = e.exercise.record.get("mutants", {})
    figure = "none"
    if mutants:
        figure = f"{100 * mutants.get('killed', 0) // max(1, mutants.get('of', 1))} %"
    return found(figure, [*_oracle_faults(e), *_mutant_faults(mutants)])


def _oracle_faults(e: Evidence) -> Iterator[Fault]:
    named = e.exercise.record.get("oracle_tests", [])
    if not named:
        yield Fault(
            "exercise.toml names no `oracle_tests`.",
            "Name the tests that compare with a slow oracle, or check a property "
            "over many inputs: at least one.",
        )
    for name in named:
        if name not in e.tests:
            yield Fault(
                f"exercise.toml names the oracle test `{name}`, and there is none.",
                f"Correct the name: {', '.join(e.tests)}.",
            )


def _mutant_faults(mutants: Mapping[str, Any]) -> Iterator[Fault]:
    measure = "Measure: `course audit --mutants`, and keep what it prints."
    if lacking := [key for key in ("killed", "of", "date") if key not in mutants]:
        yield Fault(f"[mutants] in exercise.toml lacks {', '.join(lacking)}.", measure)
        return
    killed, of = mutants["killed"], mutants["of"]
    if not of or killed / of < ENOUGH_KILLED:
        yield Fault(
            f"{killed} of {of} mutants of the solution are killed, {ENOUGH_KILLED:.0%} "
            "are wanted.",
            "Write a test for what the survivors change.",
        )
    reasons = mutants.get("survivors", [])
    explained = [row for row in reasons if row.get("change") and row.get("reason")]
    if len(explained) != of - killed:
        yield Fault(
            f"{of - killed} mutants survive, {len(explained)} of them with a reason.",
            "List each under [[mutants.survivors]], with its change and the reason.",
        )


def hints_help(e: Evidence) -> Found:
    """E8: three for each task; none holds a line of the solution, or only a link."""
    total = sum(len(task.hints) for task in e.exercise.tasks)
    return found(total, _hint_faults(e))


def _hint_faults(e: Evidence) -> Iterator[Fault]:
    given = code_lines(starter_of(e.solution))
    secret = code_lines(solution_of(e.solution)) - given
    for task in e.exercise.tasks:
        if len(task.hints) != _HINTS:
            yield Fault(
                f"Task {task.number} has {len(task.hints)} hints, wanted are {_HINTS}.",
                "Where to look; what idea; nearly the code.",
            )
        for number, hint in enumerate(task.hints, start=1):
            where = f"Hint {number} of task {task.number}"
            yield from _faults_of_hint(where, hint, secret)


def _faults_of_hint(where: str, hint: str, secret: set[str]) -> Iterator[Fault]:
    squeezed = "".join(hint.split())
    for line in sorted(secret):
        if line in squeezed:
            yield Fault(
                f"{where} holds a line of the solution: {line}",
                "Say it in words, so that the learner writes the line.",
            )
    if len(re.sub(r"https?://\S+|\[.*?\]\(.*?\)", "", hint).split()) < 5:
        yield Fault(f"{where} is only a link, or less.", "Say what to look for.")
    yield from talking_down(where, hint)


def help_fades(e: Evidence) -> Found:
    """E13: over the set, in order, less and less help."""
    given = e.exercise.record.get("help", [])
    return found(len(given), _fading_faults(e))


def _fading_faults(e: Evidence) -> Iterator[Fault]:
    own = e.exercise.record.get("help", [])
    if unknown := [word for word in own if word not in HELP]:
        yield Fault(
            f"`help` in exercise.toml says {', '.join(unknown)}.",
            f"Known are, from most help to least: {', '.join(HELP)}.",
        )
        return
    for earlier in e.course.exercises:
        before = _ranks(earlier.record.get("help", []))
        if earlier.number < e.exercise.number and _more(_ranks(own), before):
            yield Fault(
                f"It gives more help than exercise {earlier.number}, {earlier.name}.",
                "Help fades: change the order, or what is given.",
            )


def _more(own: list[int], before: list[int]) -> bool:
    if not (own and before):
        return False
    return min(own) < min(before) or max(own) < max(before)


def _ranks(words: list[str]) -> list[int]:
    return [HELP.index(word) for word in words if word in HELP]
