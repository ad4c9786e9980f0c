"""A time limit counts all but what a busy machine takes away."""

import os
import subprocess
import sys
import threading
import time

import pytest

from course import patience
from course.patience import Stopwatch


class Machine:
    """A clock that a test moves, and a thread that waits for a processor."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = self.queued = 0.0
        monkeypatch.setattr(patience, "monotonic", lambda: self.now)
        monkeypatch.setattr(patience, "_in_queue", lambda _: self.queued)

    def passes(self, seconds: float, queued: float) -> None:
        self.now += seconds
        self.queued += seconds * queued


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


@pytest.mark.parametrize(
    ("queued", "seconds"), [(0, 2), (0.5, 4), (0.75, 8), (1, 20), (1.5, 20)]
)
def test_time_in_the_queue_does_not_count_up_to_ten_times_the_limit(
    machine: Machine, queued: float, seconds: float
) -> None:
    watch = Stopwatch()
    while watch.left(2) > 0:
        machine.passes(0.05, queued)
    assert machine.now == pytest.approx(seconds, abs=0.15)


def test_a_new_start_is_a_new_limit(machine: Machine) -> None:
    watch = Stopwatch()
    machine.passes(5, 0)
    assert watch.left(1) < 0
    watch.start()
    assert watch.left(1) == 1


def test_a_process_that_is_gone_has_no_excuse() -> None:
    watch = Stopwatch(2**22 + 1)
    time.sleep(0.02)
    assert 0.5 < watch.left(1) < 0.99


def test_another_thread_sees_this_one_sleep() -> None:
    watch, seen = Stopwatch(), threading.Event()

    def look() -> None:
        while watch.left(0.1) > 0:
            time.sleep(0.01)
        seen.set()

    threading.Thread(target=look, daemon=True).start()
    assert seen.wait(5)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux counts it")
def test_who_shares_a_processor_with_nine_has_more_time() -> None:
    one = str(min(os.sched_getaffinity(0)))
    spin = f"import os; os.sched_setaffinity(0, [{one}])\nwhile True: pass"
    crowd = [subprocess.Popen([sys.executable, "-c", spin]) for _ in range(10)]
    try:
        time.sleep(1)
        watch = Stopwatch(crowd[0].pid)
        time.sleep(1)
        assert 1 - watch.left(1) < 0.5  # of one second, it was to have a tenth
    finally:
        for process in crowd:
            process.kill()
            process.wait()
