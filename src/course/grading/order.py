"""What a prepared process is asked to do, and what it answers. Plain data."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Tests:
    """A test file: its name, its text, and whether learners know it."""

    name: str
    source: str
    hidden: bool = False


@dataclass(frozen=True)
class Order:
    """Run these tests on this answer, once, in a fork."""

    module: str
    folder: str
    answer: str
    """Base 64."""
    tests: tuple[Tests, ...]
    seed: str
    starter: str = ""
    """What the answer began as: its imports are made ahead."""
    limit: float = 10
    """Seconds that one test may take."""
    memory: int = 1024
    """MiB that the answer may take."""
    leave_out: Sequence[str] = ()
    """Functions that are not to be run."""
    turn: Mapping[str, int] | None = None
    """By case, the number of the check to turn; other cases are left out. Each runs
    twice, once as it is, in an order of its own."""
    canaries: float = 1
    """The share of the tests of the tests that stand among them, drawn by chance."""
    chance: int = 0
    """What this answer's tests draw from, and the order of a second run."""
    apart: bool = False
    """Whether the tests run in another process than the answer."""
    hidden_tests_follow: bool = False
    """Whether there are tests that the process with the answer must never hold."""

    def as_json(self) -> dict[str, Any]:
        """The order as plain data."""
        return asdict(self)


def order_of(data: Mapping[str, Any]) -> Order:
    """The order that `as_json` gave."""
    tests = tuple(Tests(**row) for row in data["tests"])
    return Order(**{**data, "tests": tests})


@dataclass(frozen=True)
class Answer:
    """What came of an order: the events, how the fork ended, and behind which walls."""

    events: list[list[Any]] = field(default_factory=list)
    end: str = "finished"
    """finished, died, stuck, flood; or lost: the prepared process itself is gone."""
    inside: str = ""
    """The function of the answer that it was in, if it was stuck. Not the line: that is
    another one each time."""
    forged: int = 0
    walls: Sequence[str] = ()
    seconds: float = 0
