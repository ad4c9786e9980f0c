"""Tests that stand in a notebook's cells, run by real pytest and shown as a table.

    try_tests(test_names, test_prices)                      a row for each test
    try_tests(test_prices, choose={"ours": f, "new": g})    a column for each `choose`
    mutant(f, "<=", "<")                                    `f` with one fault

The tests are written into a file, so that pytest reads them as it does in a project;
the names that they use are those of the notebook. They run in a thread of their own:
an async test brings an event loop, and the notebook's is running.
"""

import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from course import network
from course.content import CourseError
from course.trial import FIXTURE, Result, run_tests

names: dict[str, Any] = {}
"""What the tests that run now find around them."""

_HEAD = """\
from course.cell_tests import names
globals().update(names)
"""
_SUBJECT = """\
import pytest as _pytest
@_pytest.fixture
def {name}({fixture}):
    return {fixture}
"""
_LONGEST = 120  # characters of a message


@dataclass(frozen=True, repr=False)
class Tried:
    """How tests ended: a table in a notebook, a line as text."""

    results: tuple[Result, ...]

    @property
    def subjects(self) -> list[str]:
        """What was under test, in order; one empty name if nothing was handed in."""
        return list(dict.fromkeys(result.subject for result in self.results))

    def outcomes(self, subject: str = "") -> dict[str, Result]:
        """By test, how it ended with `subject`; a pass gives way to what came later."""
        found: dict[str, Result] = {}
        for result in self.results:
            before = found.get(result.test)
            if result.subject == subject and (not before or before.outcome == "passed"):
                found[result.test] = result
        return found

    def failing(self, subject: str = "") -> list[str]:
        """The tests that do not pass with `subject`."""
        ends = self.outcomes(subject).items()
        return [test for test, result in ends if result.outcome != "passed"]

    def __str__(self) -> str:
        if self.subjects == [""]:
            ends = self.outcomes().items()
            return ", ".join(f"{test}: {result.outcome}" for test, result in ends)
        seen = (f"{s}: {_listed(self.failing(s))}" for s in self.subjects)
        return "; ".join(seen)

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        return _by_test(self) if self.subjects == [""] else _by_subject(self)


def _listed(tests: list[str]) -> str:
    return f"noticed by {', '.join(tests)}" if tests else "no test fails"


def _by_test(tried: Tried) -> str:
    rows = ["| test | outcome | what it says |", "|---|---|---|"]
    for test, result in tried.outcomes().items():
        said = f"`{result.message}`" if result.message else ""
        rows.append(f"| `{test}` | {_ended(result)} | {said} |")
    return "\n".join(rows)


def _by_subject(tried: Tried) -> str:
    columns = [tried.outcomes(subject) for subject in tried.subjects]
    titles = " | ".join(f"`{subject}`" for subject in tried.subjects)
    rows = [f"| test | {titles} |", "|---" * (len(columns) + 1) + "|"]
    for test in dict.fromkeys(test for column in columns for test in column):
        ends = " | ".join(_ended(column.get(test)) for column in columns)
        rows.append(f"| `{test}` | {ends} |")
    return "\n".join(rows)


def _ended(result: Result | None) -> str:
    if result is None or result.outcome == "passed":
        return result.outcome if result else ""
    return f"**{result.outcome}**"


def try_tests(*tests: Callable[..., Any], **subjects: Mapping[str, Any]) -> Tried:
    """Run `tests` with pytest, once for each of `subjects` if there are any.

    One keyword: the name by which the tests take what is under test.
    """
    if len(subjects) > 1 or not tests:
        raise CourseError("Wanted: tests, and at most one keyword, `name={…}`.")
    name, things = next(iter(subjects.items()), ("", {}))
    makers = {title: partial(_same, thing) for title, thing in things.items()}
    with TemporaryDirectory(prefix="course-") as folder, ThreadPoolExecutor(1) as alone:
        file = _written(tests, name, Path(folder))
        only = frozenset(test.__name__ for test in tests)
        run = partial(run_tests, file, makers, only=only, tell=_first_line)
        with _set_up(tests[0]):
            results = alone.submit(run).result()
    if not results:
        raise CourseError("No test ran: pytest runs functions that begin with `test_`.")
    return Tried(tuple(results))


@contextmanager
def _set_up(test: Callable[..., Any]) -> Iterator[None]:
    """With the names of the notebook, and nothing held against its earlier cells."""
    earlier = [*network.refused]
    names.update(_around(test))
    network.refused.clear()
    try:
        yield
    finally:
        names.clear()
        network.refused[:0] = earlier


def _same(thing: Any) -> Any:
    return thing


def _written(tests: tuple[Callable[..., Any], ...], subject: str, folder: Path) -> Path:
    """The file that pytest reads: the sources of `tests`, and a name for `subject`."""
    file = folder / "test_cell.py"
    fixture = _SUBJECT.format(name=subject, fixture=FIXTURE) if subject else ""
    sources = [textwrap.dedent(inspect.getsource(test)) for test in tests]
    file.write_text("\n\n".join([_HEAD, fixture, *sources]), encoding="utf-8")
    return file


def _around(test: Callable[..., Any]) -> dict[str, Any]:
    """The names that `test` can use, without those that Python gives to any module."""
    known: dict[str, Any] = getattr(test, "__globals__", {})
    return {name: value for name, value in known.items() if name[:2] != "__"}


def _first_line(error: BaseException) -> str:
    """The type of `error` and its first line, as a cell of a table can hold it."""
    line = (str(error).strip().splitlines() or [""])[0]
    text = f"{type(error).__name__}: {line}".replace("`", "'").replace("|", "¦")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def mutant(function: Callable[..., Any], old: str, new: str) -> Callable[..., Any]:
    """A copy of `function` in which `old`, a piece of its source, is `new`."""
    source = textwrap.dedent(inspect.getsource(function))
    if (count := source.count(old)) != 1:
        raise CourseError(
            f"`{old}` stands {count} times in `{function.__name__}`. "
            "A piece was wanted that stands there once."
        )
    around = dict(getattr(function, "__globals__", {}))
    exec(compile(source.replace(old, new), "mutant", "exec"), around)
    changed: Callable[..., Any] = around[function.__name__]
    return changed
