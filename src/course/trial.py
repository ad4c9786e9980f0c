"""Runs the tests that a learner wrote, with one thing after another under test.

    results = run_tests(file, {"ours": make_ours, "broken": make_broken})

Each test that takes the fixture `create_model` runs once with each of them, made anew
each time. It is real pytest in this process: fixtures, `parametrize` and async tests
work as everywhere.

Protects against accidents: the tests share this process with whoever asks.
"""

import os
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

import pytest

from course.expect import line_in_learners_file

FIXTURE = "create_model"
_OPTIONS = (
    "--import-mode=importlib --noconftest --capture=no -p no:terminal "
    "-p no:cacheprovider -p no:unraisableexception -p anyio -p respx.plugin "
    "-p pytest_httpx2 -p course.pytest_plugin -o anyio_mode=auto"
)


@dataclass(frozen=True)
class Result:
    """One test with one thing under test: how it ended, and what it said."""

    test: str
    subject: str
    """What was under test; empty for a test that does not take the fixture."""
    outcome: str
    """passed, failed, skipped, xfailed or unwritten."""
    message: str = ""


def run_tests(
    file: Path,
    subjects: Mapping[str, Callable[[], Any]],
    *,
    only: frozenset[str] | None = None,
    until_first_failure: bool = False,
    seed: int | None = None,
    tell: Callable[[BaseException], str] | None = None,
) -> list[Result]:
    """Run the tests in `file` with each of `subjects`: makers of what is under test.

    With `only`, no other tests; with `until_first_failure`, none more for a subject
    that a test has failed with; with `seed`, in the random order that it gives; with
    `tell`, errors in its words.
    """
    bench = _Bench(subjects, only, until_first_failure, seed, tell or _in_words)
    options = [*_OPTIONS.split(), "-c", os.devnull, f"--rootdir={file.parent}"]
    with _alone(file.stem):
        pytest.main([*options, str(file)], plugins=[bench])
    return bench.results


@contextmanager
def _alone(module: str) -> Iterator[None]:
    """Without the plugins of this machine, and with `module` imported anew."""
    known, before = sys.modules.pop(module, None), dict(os.environ)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
    os.environ.pop("PYTEST_PLUGINS", None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        sys.modules.pop(module, None)
        if known is not None:
            sys.modules[module] = known


class _Bench:
    """A pytest plugin that hands the subjects to the tests, and keeps the results."""

    def __init__(
        self,
        subjects: Mapping[str, Callable[[], Any]],
        only: frozenset[str] | None,
        until_first_failure: bool,
        seed: int | None,
        tell: Callable[[BaseException], str],
    ) -> None:
        self._subjects, self._only = subjects, only
        self._until_first_failure, self._seed = until_first_failure, seed
        self._tell = tell
        self._failed: set[str] = set()
        self.results: list[Result] = []

    @pytest.fixture(name=FIXTURE)
    def _under_test(self, request: pytest.FixtureRequest) -> Any:
        return self._subjects[request.param]()

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if FIXTURE in metafunc.fixturenames:
            metafunc.parametrize(FIXTURE, list(self._subjects), indirect=True)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self._only is not None:
            items[:] = [item for item in items if _name(item) in self._only]
        if self._until_first_failure:  # the quick ones first
            items.sort(key=lambda item: iscoroutinefunction(getattr(item, "obj", None)))
        if self._seed is not None:
            random.Random(self._seed).shuffle(items)

    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        done = self._until_first_failure and self._subject(item) in self._failed
        return True if done else None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Any:
        report = yield
        if report.when == "call" or report.outcome != "passed":
            self._keep(item, report, call.excinfo)
        return report

    def _keep(self, item: pytest.Item, report: Any, info: Any) -> None:
        error = info.value if info else None
        outcome = "xfailed" if hasattr(report, "wasxfail") else report.outcome
        if isinstance(error, NotImplementedError):
            outcome = "unwritten"
        if outcome == "failed":
            self._failed.add(self._subject(item))
        told = self._tell(error) if error else ""
        self.results.append(Result(_name(item), self._subject(item), outcome, told))

    def _subject(self, item: pytest.Item) -> str:
        params = item.callspec.params if hasattr(item, "callspec") else {}
        return str(params.get(FIXTURE, ""))


def _name(item: pytest.Item) -> str:
    return item.name.partition("[")[0]


def _in_words(error: BaseException) -> str:
    """The type and the first lines of `error`, and where the learner's file met it."""
    text = " ".join(str(error).split())
    text = f"{text[:200]}…" if len(text) > 200 else text
    where = line_in_learners_file(error.__traceback__)
    return f"{type(error).__name__}: {text}{where}"
