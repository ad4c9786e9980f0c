"""What is known of one answer while it is judged, and the grade that comes of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from course.content import Exercise, Task
from course.grading.grade import ExerciseGrade, Flag, Judged, Status, TaskGrade
from course.grading.order import Answer, Order
from course.grading.plain import message
from course.grading.runs import HIDDEN, Case, Run
from course.grading.settings import weight
from course.verdict import NOT_RUN, in_words

Ask = Callable[[Order], Answer]
"""Has an order run, and gives what came of it."""


@dataclass
class Judgement:
    """What is known so far of one answer."""

    exercise: Exercise
    expected: dict[str, int]
    apart: frozenset[int]
    cases: dict[str, Case] = field(default_factory=dict)
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


def grade_of(known: Judgement) -> ExerciseGrade:
    """The grade of the answer; what is flagged has no points from its own process."""
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


def _task(known: Judgement, task: Task) -> TaskGrade:
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
