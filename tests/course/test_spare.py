"""A fork that is made ahead, and stands by."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from course.spare import SOON, Order, Spare

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")


def fork_that(
    does: Callable[[Order], object], warm_up: Callable[[], None] = lambda: None
) -> Spare:
    spare = Spare(warm_up)
    if spare.order is None:
        return spare
    try:
        does(spare.order)
    finally:
        os._exit(0)


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(SOON / 10)


def test_it_obeys_an_order_and_is_no_more(tmp_path: Path) -> None:
    said = tmp_path / "said"
    spare = fork_that(lambda order: said.write_text(order["say"]))
    assert not said.exists()
    spare.obey({"say": "hello"})
    assert said.read_text() == "hello"


def test_it_warms_up_if_nothing_comes(tmp_path: Path) -> None:
    warm = tmp_path / "warm"
    spare = fork_that(lambda order: warm.rename(order["name"]), warm.touch)
    wait_until(warm.exists)
    spare.obey({"name": str(tmp_path / "obeyed")})
    assert (tmp_path / "obeyed").exists()


def test_an_order_that_comes_at_once_does_not_wait_for_that(tmp_path: Path) -> None:
    warm = tmp_path / "warm"
    fork_that(lambda order: None, warm.touch).obey({})
    assert not warm.exists()


def test_what_it_started_ends_with_it(tmp_path: Path) -> None:
    number = tmp_path / "number"

    def start(order: Order) -> None:
        number.write_text(str(subprocess.Popen(["sleep", "60"]).pid))

    fork_that(start).obey({})
    wait_until(lambda: not psutil.pid_exists(int(number.read_text())))


def test_without_an_order_it_ends_and_does_nothing(tmp_path: Path) -> None:
    done = tmp_path / "done"
    fork_that(lambda order: done.touch()).end()
    assert not done.exists()
