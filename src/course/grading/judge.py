"""Judges one answer to one exercise from what runs of its tests told.

    1  the tests run; where one does not end, those of later tasks run without it
    2  what passed is run again with one check of each test turned: it has to fail

A task has its points if exactly the expected tests passed in 1, and failed in 2.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from course.content import Exercise, Task
from course.grading.grade import ExerciseGrade, Flag, Judged, Status, TaskGrade
from course.grading.order import Answer, Order, Tests
from course.grading.plain import message
from course.grading.runs import CANARY, HIDDEN, TURNED, Case, Run
from course.grading.settings import Settings, weight
from course.starter import source_of, starter_of
from course.verdict import NOT_RUN, expected_tests, in_words

FEWER = 0.5
"""The share of the tests of the tests in run 1: in run 2, there are all of them."""
Ask = Callable[[Order], Answer]


@dataclass
class _Judgement:
    """What is known so far of one answer."""

    exercise: Exercise
    expected: dict[str, int]
    apart: frozenset[int]
    cases: dict[str, Case] = field(default_factory=dict)
    endless: dict[str, str] = field(default_factory=dict)
    flags: list[Flag] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problem: str = ""
    walls: Sequence[str] = ()
    seconds: float = 0

    def of(self, functions: Iterable[str]) -> list[Case]:
        """All cases of these functions; one that never ran is one without outcome."""
        found = []
        for function in functions:
            own = [case for case in self.cases.values() if case.function == function]
            found += own or [Case(function)]
        return found

    def functions(self, task: int) -> list[str]:
        return [name for name, number in self.expected.items() if number == task]

    def passed(self, task: int) -> bool:
        cases = self.of(self.functions(task))
        return bool(cases) and all(case.passed for case in cases)

    def without_hidden(self, order: Order) -> Order:
        """`order` for one process, without hidden tests that are judged apart."""
        needed = [
            name
            for name, task in self.expected.items()
            if name.startswith(HIDDEN) and task not in self.apart
        ]
        known = tuple(tests for tests in order.tests if needed or not tests.hidden)
        return replace(order, tests=known)

    def note(self, run: Run, *, canaries: bool = True) -> None:
        """Keep what a run noticed."""
        self.flags += [*run.flags, *(run.canary_flags() if canaries else [])]
        self.notes += run.notes
        self.walls = self.walls or run.answer.walls
        self.seconds += run.answer.seconds


def judge(
    exercise: Exercise, answer: bytes, settings: Settings, ask: Ask
) -> tuple[ExerciseGrade, Sequence[str]]:
    """The grade of `answer`, and the walls that it was behind."""
    order = order_for(exercise, answer, settings)
    apart = settings.apart_tasks(exercise)
    known = _Judgement(exercise, _expected(order), apart)
    if apart:
        _run_all(known, replace(order, apart=True), ask, apart)
    together = {task.number for task in exercise.tasks} - apart
    if together and not known.problem:
        order = known.without_hidden(order)
        _run_all(known, replace(order, canaries=FEWER), ask, together)
        if not known.problem and any(map(known.passed, together)):
            _turn(known, order, ask, together)
    return _grade(known), known.walls


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
        for name, task in _expected_in(tests.source).items()
    }


_expected_in = cache(expected_tests)


def _run_all(
    known: _Judgement, order: Order, ask: Ask, tasks: frozenset[int] | set[int]
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


def _ended(known: _Judgement, run: Run, limit: float) -> str:
    """What to say where the tests did not come to their end."""
    file = known.exercise.file.name
    doing = f'"{in_words(run.doing.function)}"' if run.doing else file
    if run.answer.end == "stuck":
        line = f", last seen at line {run.answer.line}" if run.answer.line else ""
        return (
            f"{doing}: this did not end within {limit:g} s{line}. "
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


def _turn(
    known: _Judgement, order: Order, ask: Ask, tasks: set[int] | frozenset[int]
) -> None:
    """Ask again, as it is and with a check turned: the one passes, the other fails."""
    cases = [
        case
        for task in sorted(tasks)
        if known.passed(task)
        for case in known.of(known.functions(task))
    ]
    if idle := [case for case in cases if not case.checks]:
        test = in_words(idle[0].function.removeprefix(HIDDEN))
        known.flags.append(Flag("idle", f'"{test}" passes, and checks nothing.'))
        cases = [case for case in cases if case.checks]
    tried: dict[str, set[int]] = {case.name: set() for case in cases}
    for last in (False, False, True):
        turn = {c.name: _check_of(c, order.seed, tried[c.name], last) for c in cases}
        run = Run(ask(replace(order, turn=turn, seed=secrets.token_hex(16))))
        known.note(run)
        for case in cases:
            if last or not _missed(run, case):
                _compare(known, case, run)
        if run.complete and not any(_missed(run, case) for case in cases):
            return
        cases = [c for c in cases if _missed(run, c) or not _has_ended(run, c)]
        for case in cases:
            tried[case.name].add(turn[case.name])
    if any(not _has_ended(run, case) for case in cases):
        why = "Its tests passed, and did not come to their end a second time."
        known.flags.append(Flag("unsure", why))


def _missed(run: Run, case: Case) -> bool:
    """Whether it passed without the check: one test did what another did before.

    Such as to measure once for both. Then another check of it is turned.
    """
    again, turned = run.cases.get(case.name), run.cases.get(TURNED + case.name)
    passed = again is not None and turned is not None and again.passed and turned.passed
    return passed and turned is not None and not turned.turned


def _has_ended(run: Run, case: Case) -> bool:
    names = (case.name, TURNED + case.name)
    return all(name in run.cases and run.cases[name].outcome for name in names)


def _compare(known: _Judgement, case: Case, run: Run) -> None:
    """What a second run says of a test that passed in the first."""
    again, turned = run.cases.get(case.name), run.cases.get(TURNED + case.name)
    hidden = case.function.startswith(HIDDEN)
    test = "A hidden test" if hidden else f'"{in_words(case.function)}"'
    if again and again.outcome and not again.passed:
        case.outcome = "failed"
        case.message = f"It passed, and failed when it ran again.\n{again.message}"
    elif turned and turned.passed:
        why = f"{test} passes also when what it expects is changed."
        known.flags.append(Flag("follows", why))
    elif turned and turned.outcome and not turned.turned:
        why = f"{test} takes another way when it runs again."
        known.flags.append(Flag("follows", why))


def _check_of(case: Case, seed: str, tried: set[int], last: bool) -> int:
    """The check to turn: one that compares with a value, if there is one.

    The `last` is the end, where each test comes by, if none of the others was met.
    """
    rest = [(number, kind) for number, kind in case.checks if number not in tried]
    values = [number for number, kind in rest if kind == "v" and not last]
    others = [number for number, kind in rest if kind == "c" and not last]
    ends = [number for number, kind in case.checks if kind == "e"]
    choice = values or others or ends or [number for number, _ in case.checks]
    dice = hashlib.sha256(f"{seed}{case.name}".encode()).digest()
    return choice[int.from_bytes(dice[:4], "big") % len(choice)]


def _grade(known: _Judgement) -> ExerciseGrade:
    tasks = tuple(_task(known, task) for task in known.exercise.tasks)
    flags = tuple(dict.fromkeys(known.flags))
    claimed = sum(task.points for task in tasks)
    if flags:
        tasks = tuple(_withheld(task) for task in tasks)
    return ExerciseGrade(
        exercise=known.exercise.name,
        status=Status.SCORED,
        of=sum(task.of for task in tasks),
        points=sum(task.points for task in tasks),
        claimed=claimed,
        tasks=tasks,
        problem=message(known.problem),
        flags=tuple(Flag(flag.kind, message(flag.why)) for flag in flags),
        notes=tuple(dict.fromkeys(known.notes)),
        seconds=round(known.seconds, 2),
    )


def _withheld(task: TaskGrade) -> TaskGrade:
    return task if task.judged is Judged.APART else replace(task, points=0)


def _task(known: _Judgement, task: Task) -> TaskGrade:
    of = task.points * weight(known.exercise)
    cases = known.of(known.functions(task.number))
    failed = [case for case in cases if not case.passed]
    passed = known.passed(task.number) and not known.problem
    first = next(
        (case for case in failed if not case.function.startswith(HIDDEN)), None
    )
    return TaskGrade(
        number=task.number,
        title=task.title,
        of=of,
        points=of if passed else 0,
        passed=passed,
        tests=len(cases),
        failed=len(failed),
        judged=Judged.APART if task.number in known.apart else Judged.TOGETHER,
        test=in_words(first.name) if first else "",
        message=_said(first, failed),
    )


def _said(first: Case | None, failed: Sequence[Case]) -> str:
    if first is not None:
        said = first.message or (NOT_RUN if not first.outcome else "")
        return message(said or f"The test was {first.outcome}, not passed.")
    return "A test that you do not know fails: read the task again." if failed else ""
