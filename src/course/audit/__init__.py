"""Keeps lessons and exercises honest: 25 criteria, each checked by machine.

An audit gives one `Finding` for each criterion of each lesson and exercise:

    Finding
    ├── item        "lesson 01_factories", "exercise aliasing"
    ├── criterion   "L1" to "L12", "E1" to "E13"
    ├── figure      what was measured, in a few characters: "14", "0.8 s"
    └── faults      what is wrong, and what mends it; none if all is well
"""

import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

# nbformat imports it, by way of jsonschema, where Jupyter has installed it: to check
# addresses in all alphabets, which no notebook has. That takes over a second.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: what was found, and what to do about it."""

    says: str
    mend: str
    of_time: bool = False
    """Whether it is about seconds, which depend on what else the machine does."""


@dataclass(frozen=True)
class Finding:
    """What the check of one criterion found in one lesson or exercise."""

    item: str
    criterion: str
    figure: str
    faults: tuple[Fault, ...] = ()
    looked: bool = True
    """False if it was not looked at, as `--no-run` asks."""

    @property
    def good(self) -> bool:
        return not self.faults

    def as_json(self) -> dict[str, Any]:
        """The finding as plain data."""
        return {"good": self.good} | asdict(self)


@dataclass(frozen=True)
class Found:
    """What a check gives: a figure, and faults."""

    figure: str
    faults: tuple[Fault, ...]


def found(figure: object, faults: Iterable[Fault]) -> Found:
    """A `Found` with these faults, each once."""
    return Found(str(figure), tuple(dict.fromkeys(faults)))


_Evidence = TypeVar("_Evidence")


def finding(
    item: str, criterion: str, check: Callable[[_Evidence], Found], evidence: _Evidence
) -> Finding:
    """The finding of one check; a record that it cannot make sense of is a fault."""
    try:
        result = check(evidence)
    except (AttributeError, LookupError, OSError, TypeError, ValueError) as error:
        says = f"It could not be checked: {type(error).__name__}: {error}"
        result = found("?", [Fault(says, "Mend the record, or the file, behind it.")])
    return Finding(item, criterion, result.figure, result.faults)


def not_looked_at(item: str, criterion: str, why: str) -> Finding:
    """The finding of a check that needs runs and had none; `why` makes it a fault."""
    if not why:
        return Finding(item, criterion, "not run", looked=False)
    return Finding(item, criterion, "no run", (Fault(why, "Mend it, then run again."),))
