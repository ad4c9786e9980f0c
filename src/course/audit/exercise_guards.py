"""What an exercise is guarded against: network (E9), clock (E10), cheats (E12)."""

from collections.abc import Iterator

from course.audit import Fault, Found, found
from course.audit.answers import Answer
from course.audit.exercises import Evidence, all_tests
from course.audit.source import clock_calls, tests_that_take

TEST_LIMIT, EXERCISE_LIMIT = 1.0, 5.0  # seconds
CHEATS = 8
_REFUSED = "tried to reach"


def network_is_refused(e: Evidence) -> Found:
    """E9: no way out of the machine, and no answer that the mock did not give.

    Each test that takes the mock fails if the mock is never called.
    """
    refused = [pair for pair in e.of("leak") if not pair[1].passed]
    return found(f"{len(refused)}/{len(e.of('leak'))}", _network_faults(e))


def _network_faults(e: Evidence) -> Iterator[Fault]:
    for answer, verdict in e.of("leak"):
        said = verdict.problem + "".join(t.message for t in all_tests(verdict))
        if verdict.passed:
            yield Fault(
                f"An answer that {answer.name} passes.",
                "One test must call through the real client and assert that the mock "
                "saw it (`route.called`).",
            )
        elif answer.name.startswith("connects") and _REFUSED not in said:
            yield Fault(
                f"An answer that {answer.name} fails without saying so.",
                "Load `course.pytest_plugin`: it refuses the network and says which.",
            )
        elif answer.name == "answers itself":
            source = e.exercise.test_file.read_text("utf-8")
            mocked = tests_that_take(source, "httpx2_mock")
            for test in all_tests(verdict):
                if test.passed and test.name in mocked:
                    yield Fault(
                        f"`{test.name}` passes though nobody called its route.",
                        "Compare with what the mock alone answers, or assert that "
                        "`route.called`.",
                    )


def is_quick(e: Evidence) -> Found:
    """E10: seconds for each test, in the quickest of the solution's runs; no clock.

    Not the quickest of each test: what the first one prepares, the others do not pay.
    """
    runs = [
        {test.name: test.seconds for test in all_tests(verdict)}
        for _, verdict in e.of("solution")
    ]
    seconds = min(runs, key=lambda run: sum(run.values()), default={})
    return found(f"{sum(seconds.values()):.1f} s", _slow_faults(e, seconds))


def _slow_faults(e: Evidence, seconds: dict[str, float]) -> Iterator[Fault]:
    inject = "Take clock and sleep as arguments, and give the tests their own."
    for name, took in seconds.items():
        if took >= TEST_LIMIT:
            says = f"`{name}` takes {took:.1f} s, limit {TEST_LIMIT:g} s."
            yield Fault(says, inject, of_time=True)
    if sum(seconds.values()) >= EXERCISE_LIMIT:
        took = sum(seconds.values())
        says = f"The tests take {took:.1f} s, limit {EXERCISE_LIMIT:g} s."
        yield Fault(says, inject, of_time=True)
    for line, call in clock_calls(e.exercise.test_file.read_text("utf-8")):
        where = f"{e.exercise.test_file.name}, line {line}"
        yield Fault(f"{where}: `{call}` in a test.", inject)


def cheats_are_refused(e: Evidence) -> Found:
    """E12: none of the eight cheats passes, and each was tried."""
    passed = [answer for answer, verdict in e.of("cheat") if verdict.passed]
    tried = len(e.of("cheat"))
    return found(f"{tried - len(passed)}/{tried}", _cheat_faults(tried, passed))


def _cheat_faults(tried: int, passed: list[Answer]) -> Iterator[Fault]:
    if tried < CHEATS:
        yield Fault(f"{tried} cheats were tried, of {CHEATS}.", "See `planted.cheats`.")
    for cheat in passed:
        yield Fault(
            f"The cheat `{cheat.name}` passes.",
            "Every expected test must be present and passed; compare with "
            "`course.expect`, which asks the expected value's own type.",
        )
