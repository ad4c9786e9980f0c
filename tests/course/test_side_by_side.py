"""Work that is done side by side: nothing is lost, wherever it is done."""

import os

import psutil
import pytest

from course.side_by_side import side_by_side

HERE = os.getpid()


def test_results_come_in_order_and_all_but_the_first_from_forks() -> None:
    done = side_by_side(lambda piece: [piece, os.getpid() == HERE], "abc")
    assert done == [["a", True], ["b", False], ["c", False]]


def test_the_piece_of_a_fork_that_dies_is_done_here() -> None:
    def work(piece: str) -> list[object]:
        if piece == "b" and os.getpid() != HERE:
            os._exit(0)
        return [piece, os.getpid() == HERE]

    assert side_by_side(work, "abc") == [["a", True], ["b", True], ["c", False]]


def test_where_no_process_can_be_added_all_is_done_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse() -> int:
        raise BlockingIOError

    monkeypatch.setattr("os.fork", refuse)
    assert side_by_side(lambda piece: [piece, os.getpid() == HERE], "ab") == [
        ["a", True],
        ["b", True],
    ]


@pytest.mark.skipif(os.name != "posix", reason="it counts in a way of Unix")
def test_nothing_is_left_open() -> None:
    before = psutil.Process().num_fds()
    side_by_side(str, "abcd")
    assert psutil.Process().num_fds() == before
