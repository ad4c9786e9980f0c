"""How the tests of an exercise ask, and how they tell a learner what went wrong.

    call(resolve_alias, " FAST ").returns("openai/gpt-6-luna", why=…, look=…)

A failure is five lines: what was called, what came back, what was expected, why it
matters, where to look. The learner's code runs once, in `call`; telling never runs
it again.
"""

import reprlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

MOST = 100_000  # characters of an error that are looked at


class _Short(reprlib.Repr):
    def repr_instance(self, x: Any, level: int) -> str:
        text = _repr(x)
        return text if len(text) <= self.maxother else f"{text[: self.maxother]}…"


def _repr(value: object) -> str:
    try:
        return repr(value)
    except Exception as error:
        return f"<a {type(value).__name__} whose repr raises {type(error).__name__}>"


_short = _Short()
_short.maxstring = _short.maxother = 100
_short.maxdict = 8


@dataclass(frozen=True)
class Outcome:
    """What one call gave: a `value`, or the `error` that it raised."""

    call: str
    value: Any = None
    error: BaseException | None = None

    def returns(self, expected: Any, *, why: str, look: str) -> None:
        """Fail unless the call returned `expected`."""
        __tracebackhide__ = True
        if self.error is None and same(self.value, expected):
            return
        text = shown(expected)
        kind = f", a {type(expected).__name__}" if text == self.came_back() else ""
        self._fail(f"{text}{kind}", why, look)

    def raises(
        self, error: type[Exception], *, naming: Sequence[str] = (), why: str, look: str
    ) -> None:
        """Fail unless the call raised `error`, with each of `naming` in its message."""
        __tracebackhide__ = True
        expected = f"a {error.__name__}"
        if naming:
            expected += f" that names {' and '.join(shown(word) for word in naming)}"
        right_kind = isinstance(self.error, error)
        if isinstance(self.error, NotImplementedError):  # it is a RuntimeError
            right_kind = error is NotImplementedError
        said = _said(self.error).casefold()
        if not right_kind or any(word.casefold() not in said for word in naming):
            self._fail(expected, why, look)

    def _fail(self, expected: str, why: str, look: str) -> NoReturn:
        __tracebackhide__ = True
        if self.error is not None and not isinstance(self.error, NotImplementedError):
            look = f"the error itself; then {look}"
        fail(self.call, self.came_back(), expected, why=why, look=look)

    def came_back(self) -> str:
        """What the call gave, in one line."""
        if self.error is None:
            return shown(self.value)
        where = line_in_learners_file(self.error.__traceback__)
        if isinstance(self.error, NotImplementedError):
            return f"nothing yet, this part is still to be written{where}"
        text = " ".join(_said(self.error).split())
        text = f"{text[:160]}…" if len(text) > 160 else text
        return f"{type(self.error).__name__}: {text}{where}"


def call(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Outcome:
    """Call `function` once and keep what came back, whatever it was."""
    text = _written(function, args, kwargs)
    try:
        return Outcome(text, value=function(*args, **kwargs))
    except (Exception, SystemExit) as error:
        return Outcome(text, error=error)


async def call_async(
    function: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any
) -> Outcome:
    """Call and await `function` once and keep what came back, whatever it was."""
    text = f"await {_written(function, args, kwargs)}"
    try:
        return Outcome(text, value=await function(*args, **kwargs))
    except (Exception, SystemExit) as error:
        return Outcome(text, error=error)


def _said(error: BaseException | None) -> str:
    """The message of `error`, and the notes that were added to it."""
    try:
        notes = getattr(error, "__notes__", [])
        first = slice(MOST)
        return " ".join(str.__getitem__(text, first) for text in (str(error), *notes))
    except Exception as worse:
        return f"its message cannot be shown ({type(worse).__name__})"


def same(value: Any, expected: Any) -> bool:
    """Whether `value` equals `expected`, as `expected`'s own type sees it.

    An object that claims to equal everything is not asked, wherever it hides in a
    list, a tuple, a dict or a dataclass. `True` is not the same as 1.
    """
    if isinstance(expected, list) and isinstance(value, list):
        return _all_same(list.__iter__(value), list.__iter__(expected))
    if isinstance(expected, tuple) and isinstance(value, tuple):
        return _all_same(tuple.__iter__(value), tuple.__iter__(expected))
    if isinstance(expected, dict) and isinstance(value, dict):
        ours, theirs = list(dict.items(expected)), list(dict.items(value))
        found = all(any(same(their, our) for their in theirs) for our in ours)
        return len(ours) == len(theirs) and found
    if is_dataclass(expected) and type(value) is type(expected):
        names = [field.name for field in fields(expected) if field.compare]
        return all(same(getattr(value, n), getattr(expected, n)) for n in names)
    equals: Any = type(expected).__eq__
    alike = isinstance(value, bool) == isinstance(expected, bool)
    return alike and equals(expected, value) is True


def _all_same(values: Iterable[Any], expected: Iterable[Any]) -> bool:
    theirs, ours = list(values), list(expected)
    return len(theirs) == len(ours) and all(map(same, theirs, ours))


def fail(called: str, came: str, expected: str, *, why: str, look: str) -> NoReturn:
    """Fail the test, with the five lines that a learner needs."""
    __tracebackhide__ = True
    raise AssertionError(
        f"{called}\n"
        f"  came back: {came}\n"
        f"  expected:  {expected}\n"
        f"  why:       {why}\n"
        f"  look at:   {look}"
    )


def shown(value: Any) -> str:
    """`value` in one short line; strings in double quotes, as a learner types them."""
    if type(value) is str and '"' not in value and value.isprintable():
        return f'"{value}"' if len(value) <= 100 else f'"{value[:97]}…"'
    try:
        return " ".join(_short.repr(value).split())
    except Exception:  # such as a number of more than 4,300 digits
        return _repr(value)


def line_in_learners_file(trace: TracebackType | None) -> str:
    """The last line of `trace` in the file of an exercise, as " (x.py, line 3)"."""
    where = ""
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if is_learners_file(file):
            where = f" ({Path(file).name}, line {trace.tb_lineno})"
        trace = trace.tb_next
    return where


@cache
def is_learners_file(filename: str) -> bool:
    """Whether `filename` stands in an exercise's folder and is not its test."""
    path = Path(filename)
    beside = path.is_absolute() and (path.parent / "exercise.toml").is_file()
    return beside and not path.name.startswith("test_")


def _written(function: Callable[..., Any], args: Sequence[Any], kwargs: Any) -> str:
    given = [shown(arg) for arg in args]
    given += [f"{key}={shown(value)}" for key, value in kwargs.items()]
    return f"{getattr(function, '__name__', 'your function')}({', '.join(given)})"
