"""The criteria of exercises, E1 to E13, and what their checks look at."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from course.audit import Finding, Found, finding, not_looked_at, work
from course.audit.answers import Answer, answers, mutant_answers
from course.audit.beliefs import known_misconceptions
from course.content import Course, Exercise
from course.starter import source_of
from course.verdict import TestVerdict, Verdict, expected_tests
from course.workshop import Workshop

Tried = tuple[Answer, Verdict]


@dataclass(frozen=True)
class Evidence:
    """One exercise, and the verdict on every answer that was tried."""

    course: Course
    exercise: Exercise
    tried: tuple[Tried, ...] = ()

    @property
    def owns_misconceptions(self) -> bool:
        """Whether the list in the package is this course's, not another one's."""
        return (self.course.root / "src/course/misconceptions.toml").is_file()

    @property
    def known_misconceptions(self) -> frozenset[str]:
        return known_misconceptions()

    def of(self, kind: str) -> list[Tried]:
        """The answers of one kind, each with its verdict."""
        return [pair for pair in self.tried if pair[0].kind == kind]

    @property
    def starter(self) -> Verdict:
        return self.of("starter")[0][1]

    @cached_property
    def tests(self) -> Mapping[str, int]:
        """The tests that are expected, each with its task."""
        return expected_tests(self.exercise.test_file.read_text("utf-8"))

    @cached_property
    def readme(self) -> str:
        file = self.exercise.folder / "README.md"
        return file.read_text("utf-8") if file.exists() else ""

    @cached_property
    def solution(self) -> str:
        """The solution's source, with its marks."""
        return source_of(self.exercise)


Check = Callable[[Evidence], Found]


@dataclass(frozen=True)
class Criterion:
    """One criterion: its name, in a few words, and its check."""

    name: str
    words: str
    check: Check
    needs_run: bool = True


def all_tests(verdict: Verdict) -> list[TestVerdict]:
    """The verdict on each test, of every task."""
    return [test for task in verdict.tasks for test in task.tests]


def failed(verdict: Verdict) -> list[str]:
    """The names of the tests that failed or did not run."""
    return [test.name for test in all_tests(verdict) if not test.passed]


def criteria() -> tuple[Criterion, ...]:
    """The criteria of exercises, in order."""
    from course.audit import exercise_guards as guards
    from course.audit import exercise_record as record
    from course.audit import exercise_runs as runs
    from course.audit import exercise_texts as texts

    return (
        Criterion("E1", "starter fails rightly", runs.starter_fails_rightly),
        Criterion("E2", "solution passes", runs.solution_passes),
        Criterion("E3", "wrong caught", runs.wrong_answers_are_caught),
        Criterion("E4", "right accepted", runs.right_answers_pass),
        Criterion("E5", "strong tests", texts.tests_are_strong, needs_run=False),
        Criterion("E6", "messages teach", runs.messages_teach),
        Criterion("E7", "tasks wait", runs.tasks_wait),
        Criterion("E8", "three hints", texts.hints_help, needs_run=False),
        Criterion("E9", "network refused", guards.network_is_refused),
        Criterion("E10", "quick", guards.is_quick),
        Criterion("E11", "complete", record.is_complete, needs_run=False),
        Criterion("E12", "cheats refused", guards.cheats_are_refused),
        Criterion("E13", "help fades", texts.help_fades, needs_run=False),
    )


@dataclass(frozen=True)
class ExerciseAudit:
    """The audit of one exercise: what is to be run for it, and what that shows."""

    course: Course
    exercise: Exercise
    mutants: bool = False
    """Whether mutants are made and tried: it takes minutes."""

    @property
    def item(self) -> str:
        return f"exercise {self.exercise.name}"

    def jobs(self, folder: Path) -> dict[str, work.Job]:
        """Try every answer; those that are made for it are written into `folder`."""
        return {
            f"{answer.kind} {answer.name}".strip(): partial(_try, answer)
            for answer in self._answers(folder)
        }

    def _answers(self, folder: Path) -> list[Answer]:
        given = answers(self.course, self.exercise, folder)
        return given + (mutant_answers(self.exercise, folder) if self.mutants else [])

    def judge(self, results: Iterable[Any]) -> Iterator[Finding]:
        """A finding for each criterion; those that need runs, if there were any."""
        given = list(results)
        wrong = " ".join({str(one) for one in given if isinstance(one, Exception)})
        tried = tuple(one for one in given if not isinstance(one, Exception))
        evidence = Evidence(self.course, self.exercise, tried)
        for criterion in criteria():
            if criterion.needs_run and (wrong or not tried):
                yield not_looked_at(self.item, criterion.name, wrong)
            else:
                yield finding(self.item, criterion.name, criterion.check, evidence)


def _try(answer: Answer, shop: Workshop) -> Tried:
    return answer, shop.check(answer.exercise, answer.file, answer.options)
