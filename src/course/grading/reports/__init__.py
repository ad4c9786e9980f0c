"""What is made of grades: one module a format, each a function of `Results`.

No report holds a time, but `times.csv`: the same answers give the same bytes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from course.content import Exercise
from course.grading.grade import Grade
from course.grading.settings import Settings


@dataclass(frozen=True)
class Results:
    """The grades of a class, one at a time, as often as one likes."""

    settings: Settings
    exercises: Sequence[Exercise]
    ids: Sequence[str]
    load: Callable[[str], Grade]

    def __iter__(self) -> Iterator[Grade]:
        return map(self.load, self.ids)


def number(points: float) -> float | int:
    """`points` without a `.0`."""
    return int(points) if points == int(points) else round(points, 4)
