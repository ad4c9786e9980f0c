"""Strings that fit a schema: a format, a pattern, a length; else a readable word."""

import importlib
import re
from collections.abc import Iterator
from typing import Any

LONGEST = 100_000

FORMATS = {
    "date": "2026-11-22",
    "date-time": "2026-11-22T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "PT1H",
    "email": "ada@example.com",
    "idn-email": "ada@example.com",
    "hostname": "example.com",
    "idn-hostname": "example.com",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "iri": "https://example.com/",
    "uri-reference": "/example",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "12345678-1234-4234-8234-123456789abc",
    "regex": "^a+$",
    "json-pointer": "/a",
    "json-string": "{}",
    "byte": "YQ==",
    "base64": "YQ==",
    "base64url": "YQ==",
}


def strings(schema: dict[str, Any], name: str, hints: list[str]) -> Iterator[str]:
    """Strings to try for `schema`, the most readable first."""
    if schema.get("format") in FORMATS:
        yield FORMATS[schema["format"]]
    least, most = schema.get("minLength", 0), schema.get("maxLength", LONGEST)
    if "pattern" in schema:
        yield from matching(schema["pattern"], least)
    word = f"some {name.replace('_', ' ')}"
    for text in [*hints, word, *(f"{word} {number}" for number in range(2, 100))]:
        yield fitted(text, least, most)
    yield from (fitted(letter, least, most) for letter in "abcdefghijklmnopqrstuvwxyz")


def fitted(text: str, least: float, most: float) -> str:
    """`text`, cut or repeated to a length between `least` and `most`."""
    if len(text) < least <= LONGEST:
        text = (text + " ") * (int(least) // (len(text) + 1) + 1)
        return text[: int(least)]
    return text[: int(most)]


def matching(pattern: str, least: float) -> Iterator[str]:
    """Strings that `pattern` finds, as far as this generator understands it."""
    try:
        # The parser of `re` itself; its name has an underscore since Python 3.11.
        parsed = importlib.import_module("re._parser").parse(pattern)
    except re.error:
        return
    for extra in (0, 1, 2, 3, 4, 8, 16, min(int(least), LONGEST)):
        yield write(parsed, extra)


def write(parsed: Any, extra: int) -> str:
    """One string for a parsed pattern; what may repeat does so `extra` times more."""
    return "".join(write_one(str(op), value, extra) for op, value in parsed)


def write_one(op: str, value: Any, extra: int) -> str:
    """The part of the string that one operation of the pattern asks for."""
    match op:
        case "LITERAL":
            return chr(value)
        case "NOT_LITERAL":
            return "b" if value == ord("a") else "a"
        case "ANY":
            return "a"
        case "IN":
            return pick(value)
        case "BRANCH":
            return write(value[1][0], extra)
        case "SUBPATTERN" | "ATOMIC_GROUP":
            return write(value[-1] if op == "SUBPATTERN" else value, extra)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            low, high, inner = value
            times = min(int(low) + extra, int(high), LONGEST)
            return "".join(write(inner, extra) for _ in range(times))
    return ""


def pick(members: list[tuple[Any, Any]]) -> str:
    """A character of a class such as `[a-z_]` or `[^0-9]`."""
    compiled = [(str(op), value) for op, value in members]
    wanted = not any(op == "NEGATE" for op, _ in compiled)
    for letter in "aA1-_ .,:/@éa" + "".join(map(chr, range(32, 127))):
        if any(is_member(letter, op, value) for op, value in compiled) == wanted:
            return letter
    literal = [value for op, value in compiled if op == "LITERAL"]
    return chr(literal[0]) if literal and wanted else ""


def is_member(letter: str, op: str, value: Any) -> bool:
    """Whether `letter` belongs to one entry of a class."""
    if op == "RANGE":
        return bool(value[0] <= ord(letter) <= value[1])
    if op == "CATEGORY":
        return re.fullmatch(CATEGORIES[str(value)], letter) is not None
    return bool(op == "LITERAL" and value == ord(letter))


CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
}
