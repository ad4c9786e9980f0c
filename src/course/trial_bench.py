"""The pytest plugin behind `trial`: runs a learner's tests again and again.

Each round begins with the file as new, so that what tests leave at its top says nothing
in the next: it is imported again, unless it cannot keep anything.
"""

import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from inspect import iscoroutinefunction
from itertools import zip_longest
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from course.expect import line_in_learners_file
from course.reporter import leave_undrawn
from course.stateless import keeps_nothing
from course.trial_guards import NotAnEndError, TooLongError, as_it_was, to_its_end

FIXTURE = "create_model"

Maker = Callable[[], Any]
"""Makes what is under test."""

Acting = Callable[..., Collection[str]]
"""Is called as what is under test; the broken ones that would not do as a right one."""

Sort = Callable[[list["Test"]], None]
"""Puts tests into another order, in place."""


@dataclass(frozen=True)
class Test:
    """One test, or one case of it."""

    __test__ = False  # none of pytest's

    name: str
    case: int = 0


@dataclass(frozen=True)
class Result:
    """One test with one thing under test: how it ended, and what it said."""

    test: str
    subject: str
    """What was under test; empty for a test that did not use it."""
    outcome: str
    """passed, failed, skipped, xfailed or unwritten."""
    message: str = ""
    case: int = 0

    @property
    def which(self) -> Test:
        """The very case that this is about."""
        return Test(self.test, self.case)

    @property
    def is_ill(self) -> bool:
        """Whether it did not pass, though it is written."""
        return self.outcome not in ("passed", "unwritten")


class Bench:
    """Hands the subjects to the tests, and keeps the results."""

    def __init__(
        self, subjects: Mapping[str, Maker], tell: Callable[[BaseException], str]
    ) -> None:
        self._subjects, self._tell = subjects, tell
        self._session: pytest.Session  # with the tests, once they are collected
        self._fresh, self._was_interrupted = True, False
        self._subject, self.used = "", False
        self.use_is_a_call = False
        self.acting: Acting | None = None
        self._acting_in: dict[Test, set[str]] = {}  # by what each did when it first ran
        self._noted: set[str] | None = None
        self._reports: list[tuple[Any, BaseException | None]] = []

    def run(
        self,
        subject: str,
        sort: Sort | None = None,
        *,
        keep: Callable[[Test], bool] = lambda test: True,
        until_failure: bool = False,
    ) -> list[Result]:
        """Run the tests to `keep` with `subject`, each once, in a fresh module."""
        items = {test: one for test, one in self._collected().items() if keep(test)}
        tests, results = list(items), list[Result]()
        if until_failure:  # the quick ones first
            tests.sort(key=lambda test: iscoroutinefunction(_function(items[test])))
        if sort is not None:
            sort(tests)
        self._subject = subject
        with as_it_was():
            for test, following in zip_longest(tests, tests[1:]):
                after = items[following] if following else None
                results.append(self._run(test, items[test], after))
                if until_failure and results[-1].outcome == "failed":
                    break
            self._tear_down()
        return results

    def may_catch(self, test: Test, broken: str) -> bool:
        """Whether `broken` is any different, for the calls that a test makes."""
        return self.acting is None or broken in self._acting_in.get(test, ())

    def _collected(self) -> dict[Test, pytest.Item]:
        """The tests of the file, as new."""
        cases: Counter[str] = Counter()
        tests = {}
        for item in self._as_new():
            name = item.nodeid.partition("::")[2].partition("[")[0].replace("::", ".")
            tests[Test(name, cases[name])] = item
            cases[name] += 1
        return tests

    def _as_new(self) -> list[pytest.Item]:
        items, (fresh, self._fresh) = self._session.items, (self._fresh, False)
        module = items[0].getparent(pytest.Module) if items else None
        if fresh or module is None:
            return items
        if keeps_nothing(module.path.read_bytes()) and not self._was_interrupted:
            return items
        self._was_interrupted = False
        sys.modules.pop(module.obj.__name__, None)
        again = pytest.Module.from_parent(module.parent, path=module.path)
        return list(self._session.genitems(again))

    def _run(self, test: Test, item: pytest.Item, after: pytest.Item | None) -> Result:
        self.used, self._reports = False, []
        new = test not in self._acting_in
        self._noted = self._acting_in.setdefault(test, set()) if new else None
        runtestprotocol(item, log=False, nextitem=after)
        return self._result(test)

    def _tear_down(self) -> None:
        """End what is left over of the round, such as by a test that did not end."""
        while self._session._setupstate.stack:
            with suppress(BaseException), to_its_end():
                self._session._setupstate.teardown_exact(None)

    def _result(self, test: Test) -> Result:
        outcome, told = "passed", ""
        for report, error in self._reports:
            if outcome == "passed":
                outcome = "xfailed" if hasattr(report, "wasxfail") else report.outcome
                told = self._tell(error) if error and outcome != "passed" else ""
            if isinstance(error, NotImplementedError):
                outcome = "unwritten"
            if isinstance(error, TooLongError | NotAnEndError):
                self._was_interrupted = True  # and pytest may be in midst of something
        subject = self._subject if self.used else ""
        return Result(test.name, subject, outcome, told, test.case)

    # What pytest calls

    @pytest.fixture(name=FIXTURE)
    def _under_test(self) -> Any:
        subject = self._subjects[self._subject]()
        if not self.use_is_a_call:
            self.used = True
            return subject

        def create_model(*args: Any, **kwargs: Any) -> Any:
            self.used = True
            if self._noted is not None and self.acting is not None:
                with suppress(Exception):  # no factory can be called so
                    self._noted.update(self.acting(*args, **kwargs))
            return subject(*args, **kwargs)

        return create_model

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        leave_undrawn(item)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._session = session

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self) -> Iterator[None]:
        with to_its_end():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Iterator[None]:
        with to_its_end():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Iterator[None]:
        with to_its_end():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> Any:
        report = yield
        self._reports.append((report, call.excinfo.value if call.excinfo else None))
        return report


def _function(item: pytest.Item) -> Any:
    return getattr(item, "obj", None)


def in_words(error: BaseException) -> str:
    """The type and the first lines of `error`, and where the learner's file met it."""
    if isinstance(error, pytest.FixtureLookupError):
        return f"no fixture is called `{error.argname}`; what is tried is `{FIXTURE}`"
    text = " ".join(str(error).split())
    text = f"{text[:200]}…" if len(text) > 200 else text
    where = line_in_learners_file(error.__traceback__)
    ours = isinstance(error, NotAnEndError | TooLongError)
    return f"{text}{where}" if ours else f"{type(error).__name__}: {text}{where}"
