"""What is seen when an exercise's tests run: E1 to E4, E6, E7."""

from collections.abc import Iterator

from course.audit import Fault, Found, found
from course.audit.exercises import Evidence, Tried, all_tests, failed
from course.audit.messages import faults_of_message
from course.audit.source import repeated_calls, surface_differences
from course.starter import is_starter, solution_of, starter_of
from course.verdict import NOT_RUN, State, TestVerdict

ENOUGH_WRONG, ENOUGH_RIGHT = 8, 4


def starter_fails_rightly(e: Evidence) -> Found:
    """E1: it imports, and each test fails by itself, with a message for a learner."""
    return found(f"{len(failed(e.starter))}/{len(e.tests)}", _starter_faults(e))


def _starter_faults(e: Evidence) -> Iterator[Fault]:
    if not (e.exercise.file.is_file() and is_starter(e.exercise, e.exercise.file)):
        yield Fault(
            f"{e.exercise.file.name} is not the starter that its solution describes.",
            f"`course reset {e.exercise.name}` writes it, and keeps what is there.",
        )
    if e.starter.problem:
        yield Fault(
            f"The starter is broken: {e.starter.problem}",
            "Give it what it needs to be imported; its body may raise, not its import.",
        )
        return
    for test in all_tests(e.starter):
        yield from _unfair(test)


def _unfair(test: TestVerdict) -> Iterator[Fault]:
    if test.passed:
        yield Fault(
            f"`{test.name}` passes on the starter.",
            "A test must ask for something that the learner has still to write.",
        )
    elif "came back:" not in test.message and "NotImplemented" not in test.message:
        yield Fault(
            f"`{test.name}` fails on the starter by another error: {test.message[:90]}",
            "Ask through `course.expect.call`, which turns errors into messages.",
        )


def solution_passes(e: Evidence) -> Found:
    """E2: it passes in any order, side by side, and has the starter's surface."""
    runs = e.of("solution")
    passed = sum(verdict.passed for _, verdict in runs)
    return found(f"{passed}/{len(runs)}", _solution_faults(e))


def _solution_faults(e: Evidence) -> Iterator[Fault]:
    for answer, verdict in e.of("solution"):
        if not verdict.passed:
            yield Fault(
                f"The solution, {answer.name}, is {verdict.state}: {_why(verdict)}",
                "Mend the solution, or the test that depends on what ran before.",
            )
    starter, solution = starter_of(e.solution), solution_of(e.solution)
    for difference in surface_differences(starter, solution):
        yield Fault(
            f"Starter and solution differ: {difference}.",
            "Names, signatures and docstrings stand outside the marked parts.",
        )


def _why(verdict: object) -> str:
    problem = str(getattr(verdict, "problem", ""))
    test = getattr(verdict, "first_failure", None)
    if problem or test is None:
        return problem.splitlines()[0] if problem else "no test says why"
    return f"`{test.name}`: {test.message.splitlines()[0]}"


def wrong_answers_are_caught(e: Evidence) -> Found:
    """E3: each wrong answer fails exactly as its record says; each test catches one."""
    from course.audit.wrong_answers import faults_of_bank

    return found(len(e.of("wrong")), faults_of_bank(e, ENOUGH_WRONG))


def right_answers_pass(e: Evidence) -> Found:
    """E4: other right answers pass."""
    right = e.of("right")
    passed = sum(verdict.passed for _, verdict in right)
    return found(f"{passed}/{len(right)}", _right_faults(e, right))


def _right_faults(e: Evidence, right: list[Tried]) -> Iterator[Fault]:
    if len(right) < ENOUGH_RIGHT:
        yield Fault(
            f"{len(right)} other right answers, wanted are {ENOUGH_RIGHT} or more.",
            "Write them from the README alone, in "
            f"tests/also_right/{e.exercise.folder.name}/.",
        )
    for answer, verdict in right:
        if not verdict.passed:
            yield Fault(
                f"{answer.file.name} is refused, {verdict.state}: {_why(verdict)}",
                "If the README allows it, the test asks too much; else say it there.",
            )


def messages_teach(e: Evidence) -> Found:
    """E6: each failure has its five lines, and never calls the learner's code again."""
    messages = {
        (test.name, test.message)
        for _, verdict in [*e.of("starter"), *e.of("wrong")]
        for test in all_tests(verdict)
        if not test.passed and test.message != NOT_RUN
    }
    faults = [
        f for name, text in sorted(messages) for f in faults_of_message(name, text)
    ]
    source = e.exercise.test_file.read_text("utf-8")
    for line in repeated_calls(source, e.exercise.name):
        faults.append(
            Fault(
                f"{e.exercise.test_file.name}, line {line}: calls the learner's code "
                "while it tells of a failure.",
                "Keep what came back in a variable, and tell of that.",
            )
        )
    return found(len(messages), faults)


def tasks_wait(e: Evidence) -> Found:
    """E7: each task has tests, and waits for the one before it."""
    return found(len(e.exercise.tasks), _waiting_faults(e))


def _waiting_faults(e: Evidence) -> Iterator[Fault]:
    numbers = [task.number for task in e.exercise.tasks]
    for number in sorted({*numbers} ^ {*e.tests.values()}):
        yield Fault(
            f"Task {number} stands only in "
            f"{'exercise.toml' if number in numbers else e.exercise.test_file.name}.",
            "Each task of exercise.toml has tests marked `@pytest.mark.task(…)`.",
        )
    states = [task.state for task in e.starter.tasks]
    if states != [State.FAILING] + [State.WAITING] * (len(states) - 1):
        yield Fault(
            f"On the starter the tasks are: {', '.join(states)}.",
            "Task 1 should fail, and the others wait for it.",
        )
