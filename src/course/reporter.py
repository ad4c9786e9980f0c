"""Tells what happens in a run of pytest, one JSON object a line, as it happens.

The clock runs for each step by itself: the import of the test file, then each test.
"""

import json
import os
import re
import select
import sys
import threading
from pathlib import Path
from time import sleep  # ours, even if a test replaces `time.sleep`
from types import FrameType
from typing import Any, TextIO

import pytest

from course.expect import is_learners_file, line_in_learners_file
from course.patience import Stopwatch

STUCK = 70  # exit status


def tell(channel: TextIO, event: str, *, at_once: bool = True, **facts: Any) -> None:
    """Write one line to the parent; if not `at_once`, then with the one after it."""
    channel.write(json.dumps({"event": event} | facts) + "\n")
    if at_once:
        channel.flush()


class Reporter:
    """A pytest plugin that writes each outcome to `channel` and starts the clock."""

    def __init__(self, channel: TextIO, limit: float) -> None:
        self._channel = channel
        self._failure = ""
        self.watchdog = Watchdog(limit, self._stuck, channel.fileno())

    def tell(self, event: str, **facts: Any) -> None:
        """As `tell`, to the channel."""
        tell(self._channel, event, **facts)

    def _stuck(self, doing: str, line: int | None) -> None:
        self.tell("stuck", test=doing, line=line)

    def pytest_collectstart(self) -> None:
        """Importing the learner's file may never end."""
        self.watchdog.watch("")

    def pytest_exception_interact(
        self, call: pytest.CallInfo[Any], report: Any
    ) -> None:
        """Tell of a file that does not import."""
        if isinstance(report, pytest.CollectReport) and call.excinfo:
            self.tell("broken", message=import_failure(call.excinfo.value))

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[Any]) -> None:
        """Tell of an import that ended pytest, as `exit()` does."""
        self.tell("broken", message=import_failure(excinfo.value))

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[Any]) -> None:
        """Tell of what stopped pytest: there is nobody here who pressed Ctrl-C."""
        error = excinfo.value
        where = line_in_learners_file(error.__traceback__)
        self.tell("stopped", by=f"raised {type(error).__name__}{where}")

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Tell of its failure in our words alone."""
        leave_undrawn(item)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Start the clock of a test."""
        self.watchdog.watch(_name(nodeid))

    def pytest_runtest_makereport(self, item: pytest.Item, call: Any) -> None:
        """Keep the message of a failure, and start the clock anew for what follows."""
        self._failure = error_in_words(call.excinfo.value) if call.excinfo else ""
        self.watchdog.watch(item.name)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Tell how one part of a test ended: setup, call or teardown."""
        self.tell(
            "result",
            at_once=report.when != "call" or report.failed,
            test=_name(report.nodeid),
            part=report.when,
            outcome="xfailed" if hasattr(report, "wasxfail") else report.outcome,
            message=self._failure if report.failed else "",
            printed=report.capstdout[-500:],
            seconds=round(report.duration, 3),
        )


def leave_undrawn(item: pytest.Item) -> None:
    """Let pytest draw no picture of this test's failure: it takes most of the time."""

    def undrawn(*_: Any, **__: Any) -> str:
        return ""

    item.repr_failure = undrawn  # type: ignore[method-assign]
    item._repr_failure_py = undrawn  # type: ignore[method-assign, assignment]


class Watchdog:
    """Ends the process when one step takes longer than `limit` seconds.

    Or when nobody reads any more what is written to the file with number `channel`.
    """

    def __init__(self, limit: float, on_stuck: Any, channel: int) -> None:
        self._limit, self._on_stuck, self._channel = limit, on_stuck, channel
        self._doing, self._steps = "", 0
        self._main = threading.get_ident()
        self._stopwatch = Stopwatch()
        threading.Thread(target=self._run, daemon=True).start()

    def watch(self, doing: str) -> None:
        """Give `doing` the whole time limit, from now on."""
        self._doing = doing
        self._steps += 1

    def _run(self) -> None:
        """Look at what is done now and then: to start a stopwatch takes a while."""
        seen = 0
        while self._stopwatch.left(self._limit) > 0 or not seen or seen != self._steps:
            sleep(0.05)
            if _is_closed_at_the_other_end(self._channel):
                os._exit(STUCK)
            if seen != self._steps:
                seen = self._steps
                self._stopwatch.start()
        self._on_stuck(self._doing, _learners_line(sys._current_frames()[self._main]))
        os._exit(STUCK)


def _is_closed_at_the_other_end(pipe: int) -> bool:
    if not hasattr(select, "poll"):  # Windows
        return False
    poll = select.poll()
    poll.register(pipe, 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))


def _learners_line(frame: FrameType | None) -> int | None:
    while frame is not None:
        if is_learners_file(frame.f_code.co_filename):
            return frame.f_lineno
        frame = frame.f_back
    return None


def error_in_words(error: BaseException) -> str:
    """The message of `error`: an assertion's own text, else its type as well."""
    if type(error).__name__ in ("AssertionError", "NetworkRefused", "Failed"):
        return str(error)
    text = _without_folder(f"{type(error).__name__}: {error}")
    return f"{text}{line_in_learners_file(error.__traceback__)}"


def _without_folder(text: str) -> str:
    """`text`, where a file of this check is named without the folder made for it."""
    try:
        return text.replace(f"{Path.cwd()}{os.sep}", "")
    except OSError:  # it was deleted
        return text


def import_failure(error: BaseException) -> str:
    """Why a file of tests, or the learner's, cannot be imported."""
    wrapped = isinstance(error, pytest.Collector.CollectError)
    cause = (error.__cause__ or error) if wrapped else error
    missing = re.match(r"cannot import name '(\w+)' from '(\w+)'", str(cause))
    if missing and missing[2] in Path.cwd().name:
        return f"The tests use the name `{missing[1]}`, and it is not there."
    if isinstance(cause, SystemExit):
        return "It ends Python, as `exit()` does: a module must come to its end."
    return error_in_words(cause)


def _name(nodeid: str) -> str:
    return nodeid.partition("::")[2]
