"""Values as text, and back: plain data, dataclasses of ours, and what looks like one.

An object of the learner's arrives as a `Thing`: its public attributes, nothing that
runs.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from typing import Any

OURS = ("openrouter_factory",)
DEEPEST, MOST_ITEMS = 12, 20_000


class NotSentError(Exception):
    """A value that is no plain data."""


class Thing:
    """What an object of the learner's looked like."""

    def __init__(self, kind: str, attributes: Mapping[str, Any], text: str) -> None:
        self.__dict__.update(attributes)
        self.__kind, self.__text = kind, text

    def __repr__(self) -> str:
        return self.__text


def encode(value: Any, *, objects: bool) -> str:
    """`value` as text. With `objects`, also what is no plain data, as it looks."""
    return json.dumps(_Encoder(objects).plain(value, DEEPEST))


class _Encoder:
    def __init__(self, objects: bool) -> None:
        self._objects, self._left = objects, MOST_ITEMS

    def plain(self, value: Any, depth: int) -> Any:
        self._left -= 1
        if depth < 0 or self._left < 0:
            raise NotSentError("It is too large to be sent.")
        if value is None or isinstance(value, bool) or type(value) is str:
            return value
        if type(value) is dict:
            return ["dict", *self._rows(value, depth)]
        for kind, written in _SCALARS.items():
            if isinstance(value, kind):
                return written(value)
        for kind in (list, tuple, set, frozenset):
            if isinstance(value, kind):
                items = sorted(value, key=repr) if kind in _UNORDERED else value
                return [kind.__name__, *(self.plain(one, depth - 1) for one in items)]
        if isinstance(value, Mapping):
            return ["dict", *self._rows(value, depth)]
        return self._object(value, depth)

    def _rows(self, value: Mapping[Any, Any], depth: int) -> list[list[Any]]:
        inner = depth - 1
        return [
            [self.plain(key, inner), self.plain(one, inner)]
            for key, one in value.items()
        ]

    def _object(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if is_dataclass(value) and kind.__module__.partition(".")[0] in OURS:
            held = {f.name: getattr(value, f.name) for f in fields(value) if f.init}
            name = f"{kind.__module__}:{kind.__qualname__}"
            return ["ours", name, self.plain(held, depth - 1)]
        if not self._objects:
            raise NotSentError(f"A {kind.__name__} cannot be sent to another process.")
        held = {name: getattr(value, name, None) for name in _public(value)}
        return ["thing", kind.__name__, self.plain(held, depth - 1), _text(value)]


_UNORDERED = (set, frozenset)
_SCALARS: dict[type, Callable[[Any], Any]] = {
    int: lambda value: value if -(2**53) < value < 2**53 else ["int", hex(value)],
    str: lambda value: str.__str__(value),
    float: lambda value: ["float", float.__repr__(value)],
    Decimal: lambda value: ["Decimal", Decimal.__str__(value)],
    bytes: lambda value: ["bytes", value.hex()],
    datetime: lambda value: ["datetime", datetime.isoformat(value)],
    date: lambda value: ["date", date.isoformat(value)],
}


def _public(value: Any) -> list[str]:
    if isinstance(value, type) or callable(value):
        return []
    names = {*getattr(value, "__dict__", ()), *getattr(type(value), "__slots__", ())}
    kinds = type(value).__mro__
    names |= {
        n for kind in kinds for n, v in vars(kind).items() if isinstance(v, property)
    }
    return sorted(name for name in names if not name.startswith("_"))


def _text(value: Any) -> str:
    try:
        return str(repr(value))[:500]
    except Exception as error:
        return f"<a {type(value).__name__} whose repr raises {type(error).__name__}>"


_NO_VALUE = (ValueError, TypeError, LookupError, ArithmeticError, RecursionError)


def decode(text: str) -> Any:
    """What `encode` wrote. Raises `NotSentError` if it is nothing of the kind."""
    try:
        return _value(json.loads(text))
    except (
        ValueError,
        TypeError,
        LookupError,
        ArithmeticError,
        RecursionError,
    ) as error:
        raise NotSentError("What came back is no value.") from error


def _value(plain: Any) -> Any:
    if not isinstance(plain, list):
        return plain
    kind, *items = plain
    return _KINDS[kind](items)


def _ours(items: list[Any]) -> Any:
    module, _, name = items[0].partition(":")
    if module.partition(".")[0] not in OURS:
        raise ValueError(module)
    kind = getattr(import_module(module), name)
    if not is_dataclass(kind):
        raise TypeError(name)
    return kind(**_value(items[1]))  # type: ignore[operator]


_KINDS: dict[str, Callable[[list[Any]], Any]] = {
    "list": lambda items: [_value(item) for item in items],
    "tuple": lambda items: tuple(_value(item) for item in items),
    "set": lambda items: {_value(item) for item in items},
    "frozenset": lambda items: frozenset(_value(item) for item in items),
    "dict": lambda items: {_value(k): _value(v) for k, v in items},
    "int": lambda items: int(items[0], 16),
    "float": lambda items: float(items[0]),
    "Decimal": lambda items: Decimal(items[0]),
    "bytes": lambda items: bytes.fromhex(items[0]),
    "datetime": lambda items: datetime.fromisoformat(items[0]),
    "date": lambda items: date.fromisoformat(items[0]),
    "ours": _ours,
    "thing": lambda items: Thing(items[0], _value(items[1]), str(items[2])),
}
