"""What a check found, and how it is judged from what the worker reported.

    not started   the file is still the starter
    broken        it does not import, or does not end
    failing       it imports, and a test fails
    passed        every expected test ran and passed: nothing less

What is expected is read from the test file, before anything of the learner's runs.
"""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from course.content import Exercise

NOT_RUN = "The test did not run to its end."


class State(StrEnum):
    """How far an exercise, a task or a test is."""

    NOT_STARTED = "not started"
    BROKEN = "broken"
    FAILING = "failing"
    WAITING = "waiting"
    PASSED = "passed"


@dataclass(frozen=True)
class TestVerdict:
    """One test: whether it passed, and what it said if not."""

    name: str
    task: int
    passed: bool
    message: str = ""
    printed: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class TaskVerdict:
    """One task: it passes when all its tests do, and waits for those before it."""

    number: int
    title: str
    state: State
    tests: tuple[TestVerdict, ...]


@dataclass(frozen=True)
class Verdict:
    """One exercise, checked."""

    exercise: str
    state: State
    tasks: tuple[TaskVerdict, ...] = ()
    problem: str = ""
    """Why it is broken, in words."""
    seconds: float = 0.0
    file: str = ""
    """The SHA-256 of the file that was checked, in hexadecimal; empty if none."""

    @property
    def passed(self) -> bool:
        return self.state is State.PASSED

    @property
    def current_task(self) -> TaskVerdict | None:
        """The first task that is not passed."""
        return next((t for t in self.tasks if t.state is not State.PASSED), None)

    @property
    def first_failure(self) -> TestVerdict | None:
        """The failing test to look at first."""
        tests = self.current_task.tests if self.current_task else ()
        return next((test for test in tests if not test.passed), None)

    def as_json(self) -> dict[str, Any]:
        """The whole verdict as plain data."""
        return asdict(self)


def in_words(test: str) -> str:
    """The name of a test as a sentence: they are written to be read so."""
    name, _, case = test.removeprefix("test_").removesuffix("]").partition("[")
    return name.replace("_", " ").capitalize() + (f" ({case})" if case else "")


@cache
def expected_tests(source: str) -> Mapping[str, int]:
    """The tests in a test file, each with the number of its task."""
    return {
        node.name: _task_of(node)
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    }


def _task_of(test: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.task":
            return int(ast.literal_eval(mark.args[0]))
    raise ValueError(f"{test.name} has no `@pytest.mark.task(…)`.")


def judge_tests(
    expected: Mapping[str, int], events: Iterable[Mapping[str, Any]]
) -> list[TestVerdict]:
    """One verdict for each expected test, in order; what is not reported failed."""
    results: dict[str, list[Mapping[str, Any]]] = {name: [] for name in expected}
    for event in events:
        if event["event"] == "result":
            results.setdefault(event["test"].partition("[")[0], []).append(event)
    return [_judge(name, task, results[name]) for name, task in expected.items()]


def _judge(name: str, task: int, parts: list[Mapping[str, Any]]) -> TestVerdict:
    seconds = round(sum(part.get("seconds", 0.0) for part in parts), 3)
    for part in parts:
        if part["outcome"] != "passed":
            message = part["message"] or f"The test was {part['outcome']}, not passed."
            printed = part["printed"]
            return TestVerdict(name, task, False, message, printed, seconds)
    if [part["part"] for part in parts].count("call") < 1 or len(parts) % 3:
        return TestVerdict(name, task, False, NOT_RUN, seconds=seconds)
    return TestVerdict(name, task, True, seconds=seconds)


def judge_tasks(
    exercise: Exercise, tests: Iterable[TestVerdict]
) -> tuple[TaskVerdict, ...]:
    """One verdict for each task; those after the first failing one wait for it."""
    tests, verdicts, held = list(tests), [], False
    for task in exercise.tasks:
        own = tuple(test for test in tests if test.task == task.number)
        good = bool(own) and all(test.passed for test in own)
        state = State.WAITING if held else State.PASSED if good else State.FAILING
        held = held or not good
        verdicts.append(TaskVerdict(task.number, task.title, state, own))
    return tuple(verdicts)
