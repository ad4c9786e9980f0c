"""Turns a value into another one that looks like it, and that no answer can give."""

import random
import string
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from typing import Any

_LETTERS = string.ascii_lowercase


def turned(value: Any, dice: random.Random) -> Any:
    """Something else of the type of `value`, by chance."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, type):
        return _another_class(value, dice)
    for kind, turn in _TURNS.items():
        if isinstance(value, kind):
            return turn(value, dice)
    if is_dataclass(value):
        return _turned_dataclass(value, dice)
    return _word(dice) if value is None else object()


def _word(dice: random.Random) -> str:
    return "".join(dice.choices(_LETTERS, k=5))


def _text(value: str, dice: random.Random) -> str:
    at = dice.randrange(len(value) + 1)
    return value[:at] + _word(dice) + value[at:]


def _number(value: Any, dice: random.Random) -> Any:
    return value + dice.randint(1, 9)


def _items(value: Any, dice: random.Random) -> Any:
    items = list(value)
    if not items:
        return type(value)([_word(dice)])
    at = dice.randrange(len(items))
    items[at] = turned(items[at], dice)
    return type(value)(items)


def _mapping(value: Any, dice: random.Random) -> Any:
    items = dict(value)
    if not items:
        return {_word(dice): _word(dice)}
    key = dice.choice(list(items))
    return items | {key: turned(items[key], dice)}


def _another_class(value: type, dice: random.Random) -> type:
    """An exception for an exception: with nothing in common but `Exception`."""
    base = Exception if issubclass(value, BaseException) else object
    return type(_word(dice).title() + "Error", (base,), {})


def _turned_dataclass(value: Any, dice: random.Random) -> Any:
    names = [field.name for field in fields(value) if field.init and field.compare]
    if not names:
        return object()
    name = dice.choice(names)
    return replace(value, **{name: turned(getattr(value, name), dice)})


_TURNS: dict[Any, Any] = {
    str: _text,
    bytes: lambda value, dice: value + _word(dice).encode(),
    (int, float, Decimal): _number,
    (list, tuple, set, frozenset): _items,
    Mapping: _mapping,
}
