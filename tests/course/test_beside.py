"""Work beside other work: its result, or none, and nothing is left over."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from course.beside import Beside

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")


@pytest.fixture(autouse=True)
def nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    me = psutil.Process()
    before = me.num_fds(), me.children()
    yield
    assert (me.num_fds(), me.children()) == before
    assert not [*tmp_path.iterdir()]


def test_it_gives_what_the_work_gave_from_another_process_and_folder() -> None:
    with Beside(lambda: [os.getpid(), str(Path.cwd())]) as beside:
        process, folder = beside.result()
    assert process != os.getpid()
    assert Path(folder).parent == Path.cwd()


def test_a_fork_that_dies_gives_nothing() -> None:
    with Beside(lambda: os._exit(0)) as beside:
        assert beside.result() is None
    with Beside(lambda: 1 / 0) as beside:
        assert beside.result() is None


def test_what_nobody_waits_for_is_ended() -> None:
    with Beside(lambda: time.sleep(60)):
        began = time.monotonic()
    assert time.monotonic() - began < 30


def test_where_no_process_can_be_added_there_is_no_result(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse() -> int:
        raise BlockingIOError

    monkeypatch.setattr("os.fork", refuse)
    with Beside(lambda: 1) as beside:
        assert beside.result() is None
