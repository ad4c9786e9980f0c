"""Which files of tests are imported anew for each round of a trial."""

from pathlib import Path

import pytest

from course.content import Course
from course.starter import solution_of, source_of
from course.stateless import keeps_nothing

ROOT = Path(__file__).parents[2]
PLAIN = '''
"""Tests."""
import pytest
from json import loads
NAMES = ("a", "b")
Text = dict[str, int]
@pytest.fixture
def one(): return 1
@pytest.mark.parametrize("n", [1, ("a", 2)])
@pytest.mark.skip
async def test_it(n, one=None):
    seen = [n]
    seen.append(one)
'''
KEEPERS = {
    "a list": "SEEN = []",
    "a call": "SEEN = dict(a=1)",
    "a class": "class Seen:\n    count = 0",
    "a global name": "def test():\n    global n\n    n = 1",
    "an attribute": "def test():\n    test.count = 1",
    "an item": "import os\ndef test():\n    os.environ['x'] = '1'",
    "a default": "def test(seen=[]): pass",
    "a keyword's default": "def test(*, seen={}): pass",
    "a cache": "from functools import cache\n@cache\ndef f(): pass",
    "a fixture that lives long": "@pytest.fixture(scope='module')\ndef f(): pass",
    "a parameter that can be changed": (
        "@pytest.mark.parametrize('n', [[1]])\ndef test(n): n.append(1)"
    ),
    "globals()": "def test(): globals().update(n=1)",
    "a dict of names": "import os\ndef test(): os.__dict__.update(n=1)",
    "a loop": "for n in range(3): pass",
}


def test_what_has_functions_and_constants_keeps_nothing() -> None:
    assert keeps_nothing(PLAIN.encode())


@pytest.mark.parametrize("what", KEEPERS)
def test_what_can_keep_something_is_imported_anew(what: str) -> None:
    assert not keeps_nothing(f"{PLAIN}\n{KEEPERS[what]}\n".encode())


def test_our_own_tests_of_a_factory_need_no_second_import() -> None:
    exercise = Course(ROOT).exercise("factory_tests")
    assert keeps_nothing(solution_of(source_of(exercise)).encode())
