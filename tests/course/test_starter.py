"""The starter is made from the solution."""

import ast
from pathlib import Path

import pytest

from course.content import Course
from course.starter import is_starter, solution_of, starter_of

SOURCE = """\
import this

#: starter
#| MAP = {}
#|
#| # TODO
#: solution
MAP = {"a": 1}
#: end


def f():
    #: starter
    #|     indented = 1
    #| raise NotImplementedError("#| is kept in a text")
    #: solution
    return 1
    #: end


#: starter
#: solution
def helper(): ...


#: end
LAST = 2
"""

STARTER = """\
import this

MAP = {}

# TODO


def f():
        indented = 1
    raise NotImplementedError("#| is kept in a text")


LAST = 2
"""

SOLUTION = """\
import this

MAP = {"a": 1}


def f():
    return 1


def helper(): ...


LAST = 2
"""


def test_the_starter_holds_what_stands_after_the_marks() -> None:
    assert starter_of(SOURCE) == STARTER


def test_the_solution_holds_what_stands_under_them() -> None:
    assert solution_of(SOURCE) == SOLUTION


@pytest.mark.parametrize("part", [starter_of, solution_of])
def test_a_source_without_marks_is_both(part) -> None:
    assert part("x = 1\r\n\r\n") == "x = 1\n"


def test_the_starter_of_the_mini_course_can_be_imported(small: Course) -> None:
    names = [node.name for node in ast.parse(starter_text(small)).body[1:]]
    assert names == ["double", "shout"]


def starter_text(small: Course) -> str:
    return starter_of(small.exercise("half").solution.read_text("utf-8"))


@pytest.mark.parametrize(
    ("change", "still"),
    [
        (lambda text: text, True),
        (lambda text: text.replace("\n", "\r\n"), True),
        (lambda text: text.replace(":\n", ":  \t\n"), True),
        (lambda text: text + "\n\n", True),
        (lambda text: "\ufeff" + text, True),
        (lambda text: text + "\nx = 1\n", False),
        (lambda text: text.replace("    ", "\t"), False),
        (lambda text: "", False),
    ],
)
def test_white_space_at_line_ends_is_no_attempt(
    small: Course, tmp_path: Path, change, still: bool
) -> None:
    answer = tmp_path / "answer.py"
    answer.write_bytes(change(starter_text(small)).encode())
    assert is_starter(small.exercise("half"), answer) is still
