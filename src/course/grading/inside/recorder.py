"""A plugin of pytest: gives it the tests from memory, and tells how each ended."""

import math
import os
import random
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from course import expect
from course.grading.inside import seal
from course.grading.inside.channel import Tell
from course.grading.inside.checks import END, SEED, VALUE
from course.grading.inside.recipe import Wrapper
from course.grading.inside.sheet import Sheet, sheet_of
from course.grading.inside.turned import turned
from course.grading.order import Order
from course.grading.runs import CANARY, TURNED
from course.reporter import error_in_words, import_failure, leave_undrawn

LOOKS = 0.15  # of all tests: nobody knows after which


class Recorder:
    """Tells of each test: its start, what it said, how it ended, what it checked."""

    def begin(
        self,
        order: Order,
        tell: Tell,
        broken: seal.Broken,
        trust: Callable[[dict[str, Any]], None],
    ) -> None:
        """Be there for this order, in a fork that is there for nothing else."""
        self._order = order
        self._tell, self._trust = tell, trust
        self._looks = [broken]
        self._dice = random.Random(order.seed)
        self._numbers: dict[str, int] = {}
        self._chosen: list[int | None] = []
        self._current = -1
        self._failure = self._outcome = ""
        self._reached: dict[int, str] = {}
        self._has_turned = False

    def watch(self, look: seal.Broken) -> None:
        """Look, now and then, whether this is broken."""
        self._looks.append(look)

    def filled(self, sheet: Sheet, path: Path) -> ModuleType:
        """A module of tests, as if it stood in a file."""
        module = sheet.empty_module(path)
        self._trust(vars(module))
        sheet.fill(module, self._wrapper_of(sheet))
        self.watch(seal.of_tests(module))
        return module

    def pytest_pycollect_makeitem(self, collector: Any, name: str) -> list[Any] | None:
        """Leave out what is not wanted, before it costs anything."""
        function = collector.sheet.function(name)
        return None if not function or self._is_wanted_function(function) else []

    def _wrapper_of(self, sheet: Sheet) -> Wrapper:
        kinds = sheet.recipe.kinds

        def check(number: int, value: Any) -> Any:
            if kinds[number] == SEED:
                return value + self._order.chance if type(value) is int else value
            if self._order.turn is None:
                self._reached[number] = kinds[number]
            elif self._is_chosen(number):
                return self._turn(kinds[number], value)
            return value

        return check

    def _is_chosen(self, number: int) -> bool:
        return self._current >= 0 and self._chosen[self._current] == number

    def _turn(self, kind: str, value: Any) -> Any:
        if not self._has_turned:
            self._has_turned = True
            self._tell("turned", self._current)
        if kind == END:
            expect.fail("x()", "", "", why="", look="")
        return turned(value, self._dice) if kind == VALUE else not value

    def pytest_exception_interact(self, call: Any, report: Any) -> None:
        """Tell why a module of tests cannot be imported: it takes names from theirs."""
        if isinstance(report, pytest.CollectReport) and call.excinfo:
            self._tell("broken", in_words(import_failure, call.excinfo.value))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep what is wanted, with the tests of the tests among it."""
        own, canaries = [], []
        for item in items:
            sheet = sheet_of(item)
            name = sheet.name_of(item.name)
            if sheet.prefix == CANARY:
                canaries.append((item, name))
            elif self._is_wanted(name):
                own.append((item, name))
        if self._order.turn is not None:
            random.Random(self._order.chance).shuffle(own)
        count = math.ceil(self._order.canaries * len(canaries))
        for canary in self._dice.sample(canaries, count):
            own.insert(self._dice.randrange(len(own) + 1), canary)
        for number, (item, name) in enumerate(own):
            self._numbers[item.nodeid] = number
            plain, is_turned = name.removeprefix(TURNED), name.startswith(TURNED)
            self._chosen.append((self._order.turn or {})[plain] if is_turned else None)
            leave_undrawn(item)
            self._tell("case", number, name)
        items[:] = [item for item, _ in own]

    def _is_wanted_function(self, function: str) -> bool:
        if self._order.turn is not None:
            return function in {name.partition("[")[0] for name in self._order.turn}
        return function not in self._order.leave_out

    def _is_wanted(self, name: str) -> bool:
        if self._order.turn is not None:
            return name.removeprefix(TURNED) in self._order.turn
        return name.partition("[")[0] not in self._order.leave_out

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Tell which test begins: its clock starts."""
        self._current, self._outcome = self._numbers[nodeid], "passed"
        self._reached.clear()
        self._has_turned = False
        self._tell("start", self._current)

    def pytest_runtest_makereport(self, item: pytest.Item, call: Any) -> None:
        """Keep the message of a failure."""
        self._failure = (
            in_words(error_in_words, call.excinfo.value) if call.excinfo else ""
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the worst of setup, call and teardown."""
        state = "xfailed" if hasattr(report, "wasxfail") else report.outcome
        if self._outcome == "passed" and state != "passed":
            self._outcome = state
            self._tell("said", self._current, self._failure, report.capstdout[-500:])

    def _look(self) -> None:
        for look in self._looks:
            if what := look(False):
                self._tell("flag", "exchanged", f"After a test {what}.")
                self._looks.clear()
                break

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Tell how the test ended; now and then, look what was exchanged."""
        if self._dice.random() < LOOKS:
            self._look()
        checks = ",".join(f"{n}{kind[0]}" for n, kind in self._reached.items())
        self._tell("reached", self._current, checks)
        self._tell("result", self._current, self._outcome)
        self._current = -1


def in_words(words: Callable[[BaseException], str], error: BaseException) -> str:
    """The message of `error`, without the folder of this run."""
    try:
        said = words(error).replace(f"{Path.cwd()}{os.sep}", "")
        return said or f"{type(error).__name__}, without a word."
    except BaseException:
        return f"{type(error).__name__}, and its message cannot be shown."
