"""The misconceptions that quizzes, exercises and wrong answers may name.

Each says what one believes, why it is tempting, and what shows that it is not so. The
list is judged with the last exercise, as it belongs to all.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from course.audit import Fault
from course.audit.answers import read_record
from course.content import Course

_FIELDS = ("belief", "tempting", "counter_example")


@cache
def misconceptions() -> Mapping[str, Mapping[str, Any]]:
    """What stands in misconceptions.toml, by id."""
    text = files("course").joinpath("misconceptions.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def known_misconceptions() -> frozenset[str]:
    """The ids in misconceptions.toml."""
    return frozenset(misconceptions())


def named_in(course: Course) -> Iterator[str]:
    """The ids that exercises, wrong answers and quizzes of `course` name."""
    for exercise in course.exercises:
        yield from exercise.record.get("misconceptions", [])
    for file in course.root.glob("tests/wrong_answers/*/*.py"):
        yield str(read_record(file).get("misconception"))
    for lesson in course.lessons:
        for question in lesson.quiz:
            yield from (str(o.get("misconception")) for o in question["options"])


def faults_of_list(
    beliefs: Mapping[str, Mapping[str, Any]], named: Iterator[str]
) -> Iterator[Fault]:
    """What is wrong with the list: a field that is empty, an id that nobody names."""
    for name, belief in beliefs.items():
        if empty := [field for field in _FIELDS if not belief.get(field)]:
            yield Fault(
                f"The misconception `{name}` has no {', '.join(empty)}.",
                "Say it in src/course/misconceptions.toml.",
            )
    for name in sorted({*beliefs} - {*named}):
        yield Fault(
            f"Nothing names the misconception `{name}`.",
            "Let a quiz or a wrong answer show it, or take it off the list.",
        )
