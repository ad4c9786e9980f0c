"""A verdict counts only what is there and passed."""

from collections.abc import Iterable
from typing import Any

import pytest

from course.content import Course
from course.verdict import State, expected_tests, in_words, judge_tasks, judge_tests

EXPECTED = {"test_one": 1, "test_two": 1, "test_three": 2}


def part(test: str, when: str, outcome: str = "passed", message: str = "") -> Any:
    return {
        "event": "result",
        "test": test,
        "part": when,
        "outcome": outcome,
        "message": message,
        "printed": "",
        "seconds": 0.1,
    }


def ran(test: str, outcome: str = "passed", message: str = "") -> list[Any]:
    middle = part(test, "call", outcome, message)
    return [part(test, "setup"), middle, part(test, "teardown")]


def states(course: Course, events: Iterable[Any]) -> list[str]:
    tests = judge_tests(EXPECTED, events)
    return [str(task.state) for task in judge_tasks(course.exercise("half"), tests)]


ALL = [*ran("test_one"), *ran("test_two"), *ran("test_three")]


def test_all_there_and_passed_is_passed(small: Course) -> None:
    assert states(small, ALL) == ["passed", "passed"]


@pytest.mark.parametrize(
    "events",
    [
        [],
        ran("test_one"),
        [*ran("test_one"), *ran("test_two", "skipped")],
        [*ran("test_one"), *ran("test_two", "xfailed")],
        [*ran("test_one"), *ran("test_two", "failed")],
        [*ran("test_one"), *ran("test_two")[:2]],
        [*ran("test_one"), *ran("test_two")[:1]],
        [*ran("test_one"), *ran("test_two")[::2]],
        [*ran("test_one"), part("test_two", "setup", "failed"), *ran("test_two")[2:]],
        [
            *ran("test_one"),
            *ran("test_two")[:2],
            part("test_two", "teardown", "failed"),
        ],
        [*ran("test_one"), *ran("test_two[a]"), *ran("test_two[b]", "failed")],
        [*ran("test_one"), *ran("test_two[a]"), *ran("test_two[b]")[:2]],
        [*ran("test_one"), *ran("test_another")],
    ],
    ids=range(13),
)
def test_anything_less_fails_and_later_tasks_wait(
    small: Course, events: list[Any]
) -> None:
    assert states(small, [*events, *ran("test_three")]) == ["failing", "waiting"]


def test_a_test_that_nobody_asked_for_counts_for_nothing(small: Course) -> None:
    assert states(small, [*ALL, *ran("test_extra", "failed")]) == ["passed", "passed"]
    assert states(small, [*ran("test_extra"), *ALL[3:]]) == ["failing", "waiting"]


def test_a_task_without_tests_is_no_pass(small: Course) -> None:
    tests = judge_tests({"test_one": 1}, ran("test_one"))
    tasks = judge_tasks(small.exercise("half"), tests)
    assert [task.state for task in tasks] == [State.PASSED, State.FAILING]


def test_the_message_of_the_first_failure_is_kept() -> None:
    events = [
        *ran("test_one[a]", "failed", "first"),
        *ran("test_one[b]", "failed", "x"),
    ]
    [test] = judge_tests({"test_one": 1}, events)
    assert test.message == "first"
    [test] = judge_tests({"test_one": 1}, ran("test_one", "skipped"))
    assert test.message == "The test was skipped, not passed."


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("test_a_word_is_shouted", "A word is shouted"),
        ("test_a_number_is_doubled[3]", "A number is doubled (3)"),
        ("test_an_item[a_b[0]]", "An item (a_b[0])"),
    ],
)
def test_the_name_of_a_test_is_a_sentence_its_case_in_brackets(
    name: str, words: str
) -> None:
    assert in_words(name) == words


def test_expected_tests_are_read_with_their_tasks() -> None:
    source = (
        "import pytest\n"
        "@pytest.mark.task(2)\n@pytest.mark.parametrize('a', [1])\n"
        "def test_b(a): ...\n"
        "@pytest.mark.task(1)\nasync def test_a(): ...\n"
        "def helper(): ...\n"
    )
    assert expected_tests(source) == {"test_b": 2, "test_a": 1}


@pytest.mark.parametrize("mark", ["", "@pytest.mark.task\n", "@pytest.mark.other(1)\n"])
def test_a_test_without_a_task_is_the_authors_mistake(mark: str) -> None:
    with pytest.raises(ValueError, match=r"`@pytest\.mark\.task"):
        expected_tests(f"{mark}def test_a(): ...")
