"""The process with the tests: a module that stands in for the answer."""

import builtins
import json
import os
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, NoReturn

from course.grading.apart.wire import decode, encode

MOST_REPLY, MOST_LINES = 4_000_000, 1_000_000
Ask = Callable[[str, str, list[Any], dict[str, Any]], Any]


class Line:
    """The line to the process with the answer; if that is gone, so is this one."""

    def __init__(self, requests: int, replies: int, file: Path) -> None:
        self._requests, self._replies, self._file = requests, replies, str(file)
        self._rest = b""

    def hear(self) -> dict[str, Any]:
        """The next reply."""
        while b"\n" not in self._rest:
            data = os.read(self._replies, 1 << 16)
            self._rest += data
            if not data or len(self._rest) > MOST_REPLY:
                _end()
        line, _, self._rest = self._rest.partition(b"\n")
        try:
            facts = json.loads(line)
        except (ValueError, RecursionError):
            _end()
        return facts if isinstance(facts, dict) else _end()

    def ask(
        self, name: str, method: str, args: list[Any], kwargs: dict[str, Any]
    ) -> Any:
        """Have something called; what it returned, or the error that it raised."""
        asked = {"name": name, "method": method}
        asked["args"] = encode(args, objects=False)
        asked["kwargs"] = encode(kwargs, objects=False)
        try:
            os.write(self._requests, json.dumps(asked).encode() + b"\n")
        except OSError:
            _end()
        reply = self.hear()
        if "after" in reply:
            _put_back(args, kwargs, decode(reply["after"]))
        if "error" in reply:
            self._raise(reply["error"])
        return decode(reply["value"])

    def _raise(self, told: Mapping[str, Any]) -> None:
        """Raise the error as if it came from the learner's file."""
        error = _error(told)
        line = min(int(told["line"]), MOST_LINES)
        exec(_raising(self._file if line else "<answer>", line), {"error": error})


@lru_cache
def _raising(file: str, line: int) -> CodeType:
    """Code that raises `error` in this line of `file`."""
    return compile("\n" * (line - 1) + "raise error", file, "exec")


def _end() -> NoReturn:
    """The process with the answer is no more, or it talks nonsense."""
    os._exit(1)


def _error(told: Mapping[str, Any]) -> BaseException:
    error = _kind(str(told["type"]), str(told["base"]))(str(told["text"]))
    vars(error).update(decode(told["held"]))
    for note in told["notes"]:
        error.add_note(str(note))
    return error


@cache
def _kind(name: str, base_name: str) -> type[BaseException]:
    """A class of errors: the same one for the same name."""
    base = getattr(builtins, base_name, None)
    if not (isinstance(base, type) and issubclass(base, BaseException)):
        base = Exception
    if issubclass(base, BaseExceptionGroup):  # cannot be made of a text
        base = Exception
    if not issubclass(base, Exception | SystemExit):  # it would end the tests
        base = BaseException

    def init(self: BaseException, text: str) -> None:
        self.__dict__["_text"] = text

    content = {"__init__": init, "__str__": lambda self: self._text}
    return type(name, (base,), content)


def _put_back(args: list[Any], kwargs: dict[str, Any], after: Any) -> None:
    """Change the arguments as the call changed its own."""
    for ours, theirs in zip(args, after[0], strict=False):
        _copy(ours, theirs)
    for name, theirs in after[1].items():
        _copy(kwargs.get(name), theirs)


def _copy(ours: Any, theirs: Any) -> None:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        ours.clear()
        ours.update(theirs)
    elif isinstance(ours, list) and isinstance(theirs, list):
        ours[:] = theirs
    elif isinstance(ours, set) and isinstance(theirs, set):
        ours.clear()
        ours |= theirs


class DistantMap(Mapping[Any, Any]):
    """A map that lives in the other process."""

    def __init__(self, name: str, ask: Ask) -> None:
        self._name, self._ask = name, ask

    def __getitem__(self, key: Any) -> Any:
        return self._do("__getitem__", key)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._do("keys"))

    def __len__(self) -> int:
        return int(self._do("__len__"))

    def __contains__(self, key: object) -> bool:
        return bool(self._do("__contains__", key))

    def __setitem__(self, key: Any, value: Any) -> None:
        self._do("__setitem__", key, value)

    def __delitem__(self, key: Any) -> None:
        self._do("__delitem__", key)

    def __ior__(self, other: Any) -> "DistantMap":
        self._do("__ior__", other)
        return self

    def __repr__(self) -> str:
        return str(self._do("__repr__"))

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("_") or name == "get":
            return super().__getattribute__(name)
        return lambda *args, **kwargs: self._do(name, *args, *([kwargs] * bool(kwargs)))

    def _do(self, method: str, *args: Any) -> Any:
        return self._ask(self._name, method, [*args], {})


def module_for(name: str, line: Line) -> ModuleType | str:
    """A module of stand-ins; or why the answer cannot be imported."""
    first = line.hear()
    if "broken" in first:
        return str(first["broken"])
    module = ModuleType(name)
    for known, facts in first["names"].items():
        setattr(module, known, _stand_in(known, facts, line.ask))
    return module


def _stand_in(name: str, facts: Mapping[str, Any], ask: Ask) -> Any:
    if facts["kind"] == "map":
        return DistantMap(name, ask)
    if facts["kind"] == "value":
        return decode(facts["value"])

    def stand_in(*args: Any, **kwargs: Any) -> Any:
        return ask(name, "", [*args], kwargs)

    stand_in.__name__ = stand_in.__qualname__ = name
    return stand_in
