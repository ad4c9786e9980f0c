"""Judges one answer to one exercise from what runs of its tests told.

    1  the tests run; where one does not end, those of later tasks run without it
    2  what passed is run again with one check of each test turned: it has to fail

A task has its points if exactly the expected tests passed in 1, and failed in 2.
"""

import base64
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace

from course.content import Exercise
from course.grading.grade import ExerciseGrade, Flag
from course.grading.judgement import Ask, Judgement, grade_of
from course.grading.order import Order, Tests
from course.grading.runs import CANARY, HIDDEN, Run
from course.grading.settings import Settings
from course.grading.turning import run_turned
from course.starter import source_of, starter_of
from course.verdict import expected_tests, in_words

FEWER = 0.5
"""The share of the tests of the tests in run 1: in run 2, there are all of them."""


def judge(
    exercise: Exercise, answer: bytes, settings: Settings, ask: Ask
) -> tuple[ExerciseGrade, Sequence[str]]:
    """The grade of `answer`, and the walls that it was behind."""
    order = order_for(exercise, answer, settings)
    apart = settings.apart_tasks(exercise)
    known = Judgement(exercise, _expected(order), apart)
    if apart:
        _run_all(known, replace(order, apart=True), ask, apart)
    together = {task.number for task in exercise.tasks} - apart
    if together and not known.problem:
        order = known.without_hidden(order)
        _run_all(known, replace(order, canaries=FEWER), ask, together)
        if not known.problem and any(map(known.passed, together)):
            run_turned(known, order, ask, together)
    return grade_of(known), known.walls


def is_untouched(exercise: Exercise, answer: bytes) -> bool:
    """Whether `answer` is the starter, but for white space at line ends."""
    text = answer.decode("utf-8-sig", errors="replace")
    return _lines(text) == _lines(starter_of(source_of(exercise)))


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


def order_for(exercise: Exercise, answer: bytes, settings: Settings) -> Order:
    """The order to run all tests of `exercise` on `answer`."""
    source = exercise.test_file.read_text("utf-8")
    tests = [Tests(exercise.test_file.name, source)]
    if extra := settings.extra_tests.get(exercise.name):
        tests.append(Tests(f"hidden_{exercise.test_file.name}", extra, hidden=True))
    return Order(
        module=exercise.name,
        folder=exercise.folder.name,
        answer=base64.b64encode(answer).decode(),
        tests=tuple(tests),
        seed=secrets.token_hex(16),
        starter=starter_of(source_of(exercise)),
        chance=int.from_bytes(hashlib.sha256(answer).digest()[:4], "big"),
        limit=settings.time_limit or exercise.time_limit,
        memory=settings.memory,
    )


def _expected(order: Order) -> dict[str, int]:
    return {
        f"{HIDDEN * tests.hidden}{name}": task
        for tests in order.tests
        for name, task in expected_tests(tests.source).items()
    }


def _run_all(
    known: Judgement, order: Order, ask: Ask, tasks: frozenset[int] | set[int]
) -> None:
    """Run the tests of `tasks`; after one that does not end, those of later ones."""
    left_out = {name for name, task in known.expected.items() if task not in tasks}
    while True:
        order = replace(order, leave_out=sorted(left_out), seed=secrets.token_hex(16))
        limit = order.limit
        run = Run(ask(order))
        known.note(run, canaries=not order.apart)
        known.cases |= {name: c for name, c in run.cases.items() if c.outcome}
        if run.complete:
            return
        if not run.doing:
            known.problem = run.broken or _ended(known, run, limit)
            return
        if run.doing.name.startswith(CANARY):
            known.flags.append(Flag("canary", "A test of the tests was not let end."))
            return
        known.cases[run.doing.name] = run.doing
        run.doing.message = _ended(known, run, limit)
        task = known.expected[run.doing.function]
        left_out |= {case.function for case in run.cases.values() if case.outcome}
        left_out |= {name for name, number in known.expected.items() if number <= task}
        if left_out >= known.expected.keys():
            return
        order = replace(order, limit=max(1.0, limit / 10))  # it had its chance


def _ended(known: Judgement, run: Run, limit: float) -> str:
    """What to say where the tests did not come to their end."""
    file = known.exercise.file.name
    doing = f'"{in_words(run.doing.function)}"' if run.doing else file
    if run.answer.end == "stuck":
        inside = f", last seen in `{run.answer.inside}`" if run.answer.inside else ""
        return (
            f"{doing}: this did not end within {limit:g} s{inside}. "
            "Look for a loop that never ends, or a wait for something that never comes."
        )
    if run.answer.end == "finished":
        return f"Not every test ran: something in {file} skips or stops the tests."
    if run.answer.end == "flood":
        return f"{doing}: it wrote more than there is room for. Print less."
    return (
        f"{doing}: the tests were ended before they were done: something in {file} "
        "stopped Python itself (such as `exit()`), or it ran out of memory."
    )
