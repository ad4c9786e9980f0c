"""Numbers that fit a schema: from the question, small ones, or those at its bounds."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

Number = int | float


def integers(schema: dict[str, Any], hints: list[Number]) -> Iterator[int]:
    """Integers to try for `schema`, those of the question first."""
    for number in numbers(schema, hints):
        if number == int(number):
            yield int(number)


def numbers(schema: dict[str, Any], hints: list[Number]) -> Iterator[Number]:
    """Numbers to try for `schema`; what does not fit is for the caller to sort out."""
    step = (
        Fraction(str(schema["multipleOf"])) if schema.get("multipleOf") else Fraction(1)
    )
    yield from hints
    yield from (1, 2, 0, 0.5, plain(step))
    low, high = bounds(schema)
    for edge in (low, high):
        if edge is not None:
            near = edge // step * step
            yield from map(plain, (edge, near, near + step, near - step))
    if low is not None and high is not None:
        yield plain((low + high) / 2)
    start = (
        low if low is not None else (high - 100 if high is not None else Fraction(0))
    )
    yield from (plain((start // step + turn) * step) for turn in range(1, 100))


def bounds(schema: dict[str, Any]) -> tuple[Fraction | None, Fraction | None]:
    """The least and the greatest number that `schema` speaks of."""
    low = [schema[key] for key in ("minimum", "exclusiveMinimum") if key in schema]
    high = [schema[key] for key in ("maximum", "exclusiveMaximum") if key in schema]
    return (
        Fraction(str(max(low))) if low else None,
        Fraction(str(min(high))) if high else None,
    )


def plain(value: Fraction) -> Number:
    """`value` as JSON writes it."""
    return int(value) if value.denominator == 1 else float(value)
