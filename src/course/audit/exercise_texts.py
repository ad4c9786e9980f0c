"""What is read, not run, in an exercise: E5, E8 and E13."""

import re
from collections.abc import Iterator

from course.audit import Fault, Found, found, mutants
from course.audit.exercises import Evidence
from course.audit.prose import talking_down
from course.audit.source import code_lines
from course.starter import solution_of, starter_of

HELP = ("mend", "fill in", "order the lines", "write", "write the tests")
_HINTS = 3
_JUMBLED = 4  # lines of the solution that stand in comments: fewer are no puzzle


def tests_are_strong(e: Evidence) -> Found:
    """E5: tests against an oracle, and mutants of the solution killed."""
    record, score = e.exercise.record.get("mutants", {}), _measured(e)
    faults = [*_oracle_faults(e), *mutants.faults(record, score)]
    return found(mutants.figure(record, score), faults)


def _measured(e: Evidence) -> mutants.Score | None:
    """The score of the mutants that were tried; None if none was."""
    tried = e.of("mutant")
    alive = [answer.name.partition(" ")[2] for answer, v in tried if v.passed]
    return mutants.Score(len(tried), tuple(alive)) if tried else None


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
    """E13: over the set, in order, less and less help; what can be seen is there."""
    given = e.exercise.record.get("help", [])
    return found(len(given), [*_fading_faults(e), *_claimed_faults(e, given)])


def _claimed_faults(e: Evidence, given: list[str]) -> Iterator[Fault]:
    """Help that the record names, or does not, otherwise than the starter gives it."""
    seen = _help_in(starter_of(e.solution), solution_of(e.solution))
    for word, there in seen.items():
        if there != (word in given):
            yield Fault(
                f"`help` in exercise.toml {'lacks' if there else 'names'} “{word}”, "
                f"and the starter {'gives' if there else 'does not give'} that help.",
                "Correct the record, or the starter.",
            )


def _help_in(starter: str, solution: str) -> dict[str, bool]:
    """Which kinds of help a starter gives; what is not named here cannot be seen."""
    told = [line.strip() for line in starter.splitlines()]
    jumbled = code_lines("\n".join(t[2:] for t in told if t.startswith("# ")))
    return {
        "order the lines": len(jumbled & code_lines(solution)) >= _JUMBLED,
        "write the tests": bool(re.search(r"^(async )?def test_", starter, re.M)),
    }


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
