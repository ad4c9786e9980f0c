"""What the tests of an exercise ask with, and what a learner reads of a failure."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from course.expect import call, call_async, is_learners_file, same, shown


class Everything:
    """Equals whatever it is compared with."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash("a")

    def __repr__(self) -> str:
        return '"a"'


class EveryText(str):
    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


@dataclass
class Pair:
    left: Any
    right: Any = 1
    seen: int = field(default=0, compare=False)


def double(number: Any) -> Any:
    return number * 2


def failure(outcome: Any, expected: Any) -> str:
    with pytest.raises(AssertionError) as caught:
        outcome.returns(expected, why="It matters.", look="the body.")
    return str(caught.value)


def refusal(outcome: Any, error: type[Exception], *naming: str) -> str:
    with pytest.raises(AssertionError) as caught:
        outcome.raises(error, naming=naming, why="It matters.", look="the body.")
    return str(caught.value)


def raising(error: BaseException) -> Any:
    def function() -> None:
        raise error

    return call(function)


def test_a_failure_is_five_lines() -> None:
    assert failure(call(double, 3), 7) == (
        "double(3)\n"
        "  came back: 6\n"
        "  expected:  7\n"
        "  why:       It matters.\n"
        "  look at:   the body."
    )


def test_the_call_is_told_as_it_was_written() -> None:
    def greet(*words: str, **options: int) -> None: ...

    text = call(greet, "hi", 'say "x"', "a\nb", times=2).call
    assert text == """greet("hi", 'say "x"', 'a\\nb', times=2)"""


async def test_an_awaited_call_says_so() -> None:
    async def wait(number: int) -> int:
        return number

    outcome = await call_async(wait, 3)
    assert (outcome.call, outcome.value) == ("await wait(3)", 3)

    async def fail() -> None:
        raise ValueError("no")

    assert (await call_async(fail)).came_back() == "ValueError: no"


def test_the_learners_code_runs_once() -> None:
    calls = []
    failure(call(calls.append, 1), 2)
    assert calls == [1]


def test_what_was_not_written_yet_is_no_error_to_read() -> None:
    text = failure(raising(NotImplementedError("Task 1")), 1)
    assert "came back: nothing yet, this part is still to be written" in text
    assert "look at:   the body." in text


@pytest.mark.parametrize("wanted", [RuntimeError, Exception, ValueError])
def test_what_was_not_written_yet_is_not_the_error_that_was_wanted(
    wanted: type[Exception],
) -> None:
    text = refusal(raising(NotImplementedError("Task 1")), wanted)
    assert f"expected:  a {wanted.__name__}" in text


def test_an_error_is_told_with_its_type_and_in_one_line() -> None:
    text = failure(raising(KeyError("a\n  b")), 1)
    assert "came back: KeyError: 'a\\n b'" in text.replace("  b", " b")
    assert "look at:   the error itself; then the body." in text


def test_the_end_of_python_is_an_error_like_others() -> None:
    assert "came back: SystemExit: 0" in failure(raising(SystemExit(0)), 1)


def test_control_c_is_not_caught() -> None:
    with pytest.raises(KeyboardInterrupt):
        raising(KeyboardInterrupt())


def test_an_error_must_be_of_the_kind_and_name_the_words() -> None:
    outcome = raising(ValueError("`Fast` is unknown"))
    outcome.raises(ValueError, naming=["FAST", "unknown"], why="", look="")
    outcome.raises(Exception, why="", look="")
    assert 'expected:  a ValueError that names "slow" and "x"' in refusal(
        outcome, ValueError, "slow", "x"
    )
    assert "came back: ValueError: `Fast` is unknown" in refusal(outcome, KeyError)
    assert "came back: 6" in refusal(call(double, 3), ValueError)


def test_a_note_belongs_to_the_message() -> None:
    error = ValueError("no")
    error.add_note("Try fast.")
    raising(error).raises(ValueError, naming=["try fast"], why="", look="")


def test_an_error_without_a_message_that_can_be_shown() -> None:
    class NastyError(ValueError):
        def __str__(self) -> str:
            raise RuntimeError

    text = "NastyError: its message cannot be shown (RuntimeError)"
    assert text in refusal(raising(NastyError()), ValueError, "x")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1),
        (None, None),
        ("a", "a"),
        ([1, ["a"]], [1, ["a"]]),
        ((1,), (1,)),
        ({"b": 2, "a": [1]}, {"a": [1], "b": 2}),
        ({1, 2}, {2, 1}),
        (Pair("a", seen=1), Pair("a", seen=2)),
        (EveryText("a"), "a"),
        (1, 1.0),
    ],
)
def test_what_is_the_same(value: Any, expected: Any) -> None:
    assert same(value, expected)
    call(lambda: value).returns(expected, why="", look="")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Everything(), 1),
        (Everything(), "a"),
        (Everything(), None),
        (Everything(), [1]),
        (Everything(), Pair(1)),
        ([Everything()], ["a"]),
        ((Everything(),), ("a",)),
        ([[Everything()]], [["a"]]),
        ({"a": Everything()}, {"a": "a"}),
        ({Everything(): 1}, {"a": 1}),
        (Pair(Everything()), Pair("a")),
        (EveryText("b"), "a"),
        (True, 1),
        (0, False),
        ([True], [1]),
        ((1,), [1]),
        ([1], [1, 2]),
        ([1, 2], [1]),
        ({"a": 1, "b": 2}, {"a": 1}),
        ({"a": 1}, {"a": 1, "b": 2}),
        (float("nan"), float("nan")),
        ("a", None),
    ],
)
def test_what_is_not_the_same(value: Any, expected: Any) -> None:
    assert not same(value, expected)


def test_a_pretender_is_told_from_what_was_wanted() -> None:
    text = failure(call(Everything), "a")
    assert 'came back: "a"\n  expected:  "a", a str\n' in text


class Silent:
    def __repr__(self) -> str:
        raise ValueError


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Silent(), "<a Silent whose repr raises ValueError>"),
        ([Silent()], "[<a Silent whose repr raises ValueError>]"),
        ("x" * 200, f'"{"x" * 97}…"'),
        pytest.param(10**5000, "<a int whose repr raises ValueError>", id="int"),
        ("", '""'),
        ({"b": 1, "a": 2}, "{'a': 2, 'b': 1}"),
    ],
)
def test_a_value_is_shown_in_one_short_line(value: Any, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    "value",
    [[*range(1000)], dict.fromkeys(range(99), "x" * 1000), b"x" * 9999, "\n" * 500],
)
def test_a_long_value_is_cut(value: Any) -> None:
    assert len(shown(value)) < 1_000
    assert "\n" not in shown(value)


def test_the_learners_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "exercise.toml").touch()
    names: dict[str, Any] = {}
    file = tmp_path / "mine.py"
    exec(compile("def mine():\n    return 1 / 0\n", str(file), "exec"), names)
    told = call(names["mine"]).came_back()
    assert told == "ZeroDivisionError: division by zero (mine.py, line 2)"
    assert is_learners_file(str(file))
    assert not is_learners_file(str(tmp_path / "test_mine.py"))
    assert not is_learners_file("mine.py")
    assert not is_learners_file("<string>")
