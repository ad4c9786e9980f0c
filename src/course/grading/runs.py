"""Reads what a run of the tests told: which case ended how, and what was noticed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from course.grading.grade import Flag
from course.grading.order import Answer

CANARY, HIDDEN, TURNED = "canary:", "hidden:", "turned:"


@dataclass
class Case:
    """One test with one set of parameters."""

    name: str
    outcome: str = ""
    """passed, failed, skipped, xfailed; empty if it did not come to its end."""
    message: str = ""
    printed: str = ""
    turned: bool = False
    """Whether the check that was to be turned was reached."""
    checks: list[tuple[int, str]] = field(default_factory=list)
    """The checks that were reached, each with the first letter of its kind."""

    @property
    def function(self) -> str:
        return self.name.partition("[")[0]

    @property
    def passed(self) -> bool:
        return self.outcome == "passed"


class Run:
    """One run, taken apart."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.cases: dict[str, Case] = {}
        self.canaries: dict[str, Case] = {}
        self.flags: list[Flag] = []
        self.notes: list[str] = []
        self.broken = ""
        self.imported = False
        self.doing: Case | None = None
        try:
            self._read(answer.events)
            forged = answer.forged > 0
        except (LookupError, TypeError, ValueError):  # not as a recorder tells it
            forged = True
        if forged:
            self.flags.append(
                Flag(
                    "forged", "It writes into the line through which results are told."
                )
            )

    @property
    def complete(self) -> bool:
        """Whether all tests came to their end."""
        ended = all(c.outcome for c in (*self.cases.values(), *self.canaries.values()))
        return self.answer.end == "finished" and not self.broken and ended

    def _read(self, events: Iterable[list[Any]]) -> None:
        numbered: dict[int, Case] = {}
        for kind, *facts in events:
            if kind in ("imported", "broken", "flag", "note"):
                self._note(kind, *facts)
            elif kind == "case":
                self._add(numbered, *facts)
            elif kind != "finished":
                self._tell(kind, numbered[facts[0]], *facts[1:])

    def _note(self, kind: str, *facts: str) -> None:
        if kind == "imported":
            self.imported = True
        elif kind == "broken":
            self.broken = self.broken or facts[0]
        elif kind == "flag":
            self.flags.append(Flag(*facts))
        else:
            self.notes.append(facts[1])

    def _add(self, numbered: dict[int, Case], number: int, name: str) -> None:
        numbered[number] = Case(name)
        canary = name.startswith(CANARY)
        (self.canaries if canary else self.cases)[name] = numbered[number]

    def _tell(self, kind: str, case: Case, *facts: Any) -> None:
        """One event of one test: each begins once, and ends before the next begins."""
        if (kind == "start") != (self.doing is None) or case.outcome:
            raise ValueError(kind)
        if kind != "start" and case is not self.doing:
            raise ValueError(kind)
        if kind == "start":
            self.doing = case
        elif kind == "said":
            case.message, case.printed = facts
        elif kind == "turned":
            case.turned = True
        elif kind == "reached":
            case.checks += [
                (int(word[:-1]), word[-1]) for word in facts[0].split(",") if word
            ]
        else:
            case.outcome, self.doing = facts[0], None

    def canary_flags(self) -> list[Flag]:
        """What the tests of the tests give away; only a complete run is asked."""
        if not self.complete:
            return []
        wrong = [case for case in self.canaries.values() if not _as_it_should(case)]
        flags = [Flag("canary", _why(case)) for case in wrong[:3]]
        if not self.canaries:
            flags.append(Flag("canary", "The tests of the tests did not run."))
        return flags


def _as_it_should(case: Case) -> bool:
    must_fail = case.name.startswith(f"{CANARY}test_fails")
    return case.outcome == ("failed" if must_fail else "passed")


def _why(case: Case) -> str:
    must_fail = case.name.startswith(f"{CANARY}test_fails")
    words = case.name.removeprefix(f"{CANARY}test_").replace("_", " ")
    if must_fail:
        return f"A test that must fail did not: it {words}."
    return f"A test that has nothing to do with the answer failed: {words}."
