"""Remembers what the tests are made of, and finds what was exchanged.

Functions and classes of the modules that decide: of pytest, of the mocks, of `course`,
of clocks, chance and comparison. Each is held by itself, so that no other can come to
stand at its address; what is compared are identities, which nothing can overload.
"""

import builtins
import operator
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

CORE = (
    *("builtins", "time", "random", "operator", "decimal", "datetime", "json", "_json"),
    *("course", "_pytest", "pytest", "pluggy", "respx", "pytest_httpx2", "asyncio"),
)
"""Looked at after each test."""
WIDE = (
    *("httpx2", "httpcore2", "anyio", "openrouter_factory", "unittest", "re", "types"),
    *("functools", "dataclasses", "inspect", "collections", "copy", "contextlib"),
    *("threading", "warnings", "abc", "enum", "string", "math", "os", "sys", "io"),
)
"""Looked at after the import of the learner's file, and at the end."""

_NO_FUNCTIONS = {
    *("__loader__", "__cached__", "__warningregistry__", "__annotations__"),
    *("last_type", "last_value", "last_traceback", "last_exc"),  # of sys
}
_WATCHED_SIGNALS = ("SIGALRM", "SIGVTALRM", "SIGPROF", "SIGUSR2", "SIGTRAP")


@dataclass(frozen=True)
class _Part:
    """One module or class: the functions and classes that it held."""

    label: str
    get: Callable[[str], Any]
    names: tuple[str, ...]
    held: tuple[Any, ...]
    keys: Callable[[], Any]
    count: int
    known: frozenset[str]
    is_class: bool


Broken = Callable[[bool], str]
"""What was exchanged, in words, or an empty text; `True` looks at everything."""


def make() -> Broken:
    """Remember how everything is now."""
    core, wide = [*_parts(CORE)], [*_parts(WIDE)]
    modules = [(name, sys.modules[name]) for name in _to_find(CORE)]
    all_modules = [(name, sys.modules[name]) for name in _to_find((*CORE, *WIDE))]
    handlers = [_handler(name) for name in _WATCHED_SIGNALS]
    find, builtin_names = sys.modules.get, {*dir(builtins)}
    all_, is_, map_ = all, operator.is_, map  # `id` would be heard by audit hooks
    gettrace, getprofile = sys.gettrace, sys.getprofile

    def broken(everything: bool) -> str:
        for parts in (core, wide) if everything else (core,):
            for part in parts:
                if not all_(map_(is_, map_(part.get, part.names), part.held)):
                    return _exchanged(part)
                if len(part.keys()) != part.count and (
                    new := _new(part, builtin_names)
                ):
                    return f"`{part.label}.{new}` is new"
        for name, module in all_modules if everything else modules:
            if find(name) is not module:
                return f"the module `{name}` is another one"
        if gettrace() is not None or getprofile() is not None:
            return "a function watches every line that runs"
        if [_handler(name) for name in _WATCHED_SIGNALS] != handlers:
            return "a signal has another handler"
        return ""

    return broken


def _handler(name: str) -> Any:
    return signal.getsignal(getattr(signal, name)) if hasattr(signal, name) else None


def _exchanged(part: _Part) -> str:
    for name, held in zip(part.names, part.held, strict=True):
        if part.get(name) is not held:
            return f"`{part.label}.{name}` is another one than before"
    return f"`{part.label}` has changed"


def _new(part: _Part, builtin_names: set[str]) -> str:
    """A name that came to it and decides: a method, or one that hides a builtin."""
    for name in {*part.keys()} - part.known:
        decides = _decides(part.get(name)) if part.is_class else name in builtin_names
        if decides and name not in _NO_FUNCTIONS:
            return str(name)
    return ""


def of_tests(module: ModuleType) -> Broken:
    """Remember what a module of tests is made of."""
    part = _part("the tests", vars(module), False)
    all_, is_, map_ = all, operator.is_, map

    def broken(_: bool) -> str:
        same = all_(map_(is_, map_(part.get, part.names), part.held))
        return "" if same else _exchanged(part)

    return broken


def _to_find(packages: tuple[str, ...]) -> list[str]:
    """The modules that stay where they are: the grader's own are taken away."""
    found = [name for name in sys.modules if _root(name) in packages]
    return [name for name in found if not name.startswith("course.grading")]


def _root(name: str) -> str:
    return name.partition(".")[0]


def _parts(packages: tuple[str, ...]) -> Iterator[_Part]:
    seen: set[int] = set()
    for name, module in sorted(sys.modules.items()):
        if not (_root(name) in packages and isinstance(module, ModuleType)):
            continue
        yield _part(name, vars(module), False)
        for value in [*vars(module).values()]:
            if not issubclass(type(value), type) or id(value) in seen:
                continue
            seen.add(id(value))
            if _root(str(value.__module__)) in packages:
                label = f"{value.__module__}.{value.__name__}"
                yield _part(label, vars(value), True)


def _part(label: str, content: Any, is_class: bool) -> _Part:
    names = tuple(
        name
        for name, value in [*content.items()]
        if name not in _NO_FUNCTIONS and _decides(value)
    )
    held = tuple(content[name] for name in names)
    known = frozenset(content)
    return _Part(
        *(label, content.get, names, held),
        *(content.keys, len(known), known, is_class),
    )


def _decides(value: Any) -> bool:
    descriptors = (staticmethod, classmethod, property)
    return callable(value) or issubclass(type(value), descriptors)  # asks no proxy


def of_plugins(manager: Any) -> Broken:
    """Remember which hooks there are: a plugin that joins later would show."""
    hooks = [value for value in vars(manager.hook).values() if hasattr(value, "spec")]
    all_, is_, map_, len_ = all, operator.is_, map, len

    def now() -> list[Any]:
        found = [one for caller in hooks for one in caller.get_hookimpls()]
        calls = [caller._hookexec for caller in hooks] + [manager._inner_hookexec]
        places = [*vars(manager.hook).values()]
        return [*found, *(one.function for one in found), *calls, *places]

    before = now()

    def broken(_: bool) -> str:
        after = now()
        same = all_(map_(is_, before, after)) and len_(before) == len_(after)
        return "" if same else "a plugin of pytest came or went"

    return broken
