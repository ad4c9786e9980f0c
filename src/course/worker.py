"""The process that runs an exercise's tests: `python -m course.worker FOLDER LIMIT`.

Without arguments it reads `["FOLDER", LIMIT]` lines from its standard input, and runs
each in a fork of itself, so that the libraries are imported only once (POSIX only).

It tells its parent what happens, one JSON object a line, through the standard output
that it was started with; what the learner's code prints goes elsewhere:

    {"event": "ready"}                      the libraries are imported
    {"event": "result", "test": …, …}       one test has ended
    {"event": "broken", "message": …}       the learner's file does not import
    {"event": "stuck", "test": …, …}        a time limit was passed; nothing follows
    {"event": "finished"}                   pytest came to its end by itself
    {"event": "forked", "process": …}       a fork for the next folder has begun
    {"event": "ended"}                      that fork is no more
"""

import builtins
import importlib
import json
import os
import re
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep  # ours, even if a test replaces `time.sleep`
from types import FrameType
from typing import Any, NoReturn, TextIO

import pytest

from course.expect import is_learners_file, line_in_learners_file

STUCK = 70  # exit status

_OPTIONS = (
    "--import-mode=importlib --noconftest --strict-markers -p no:cacheprovider "
    "-p anyio -p respx.plugin -p pytest_httpx2 -p course.pytest_plugin -q"
)

# Slow to import: not on the clock.
_LIBRARIES = ("pydantic_ai.models.openrouter", "genai_prices.data", "respx")


class Reporter:
    """A pytest plugin that writes each outcome to `channel` and starts the clock."""

    def __init__(self, channel: TextIO, limit: float) -> None:
        self._channel = channel
        self._failure = ""
        self.watchdog = Watchdog(limit, self._stuck)

    def tell(self, event: str, **facts: Any) -> None:
        """Write one line to the parent."""
        _tell(self._channel, event, **facts)

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
            self.tell("broken", message=_import_failure(call.excinfo.value))

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[Any]) -> None:
        """Tell of an import that ended pytest, as `exit()` does."""
        self.tell("broken", message=_import_failure(excinfo.value))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Start the clock of a test."""
        self.watchdog.watch(_name(nodeid))

    def pytest_runtest_makereport(self, item: pytest.Item, call: Any) -> None:
        """Keep the message of a failure, and start the clock anew for what follows."""
        self._failure = _in_words(call.excinfo.value) if call.excinfo else ""
        self.watchdog.watch(item.name)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Tell how one part of a test ended: setup, call or teardown."""
        self.tell(
            "result",
            test=_name(report.nodeid),
            part=report.when,
            outcome="xfailed" if hasattr(report, "wasxfail") else report.outcome,
            message=self._failure if report.failed else "",
            printed=report.capstdout[-500:],
            seconds=round(report.duration, 3),
        )


class Watchdog:
    """Ends the process when one step takes longer than `limit` seconds."""

    def __init__(self, limit: float, on_stuck: Any) -> None:
        self._limit, self._on_stuck = limit, on_stuck
        self._doing, self._deadline = "", float("inf")
        self._main = threading.get_ident()
        threading.Thread(target=self._run, daemon=True).start()

    def watch(self, doing: str) -> None:
        """Give `doing` the whole time limit, from now on."""
        self._doing, self._deadline = doing, monotonic() + self._limit

    def _run(self) -> None:
        while monotonic() < self._deadline:
            sleep(0.05)
        self._on_stuck(self._doing, _learners_line(sys._current_frames()[self._main]))
        os._exit(STUCK)


def _learners_line(frame: FrameType | None) -> int | None:
    while frame is not None:
        if is_learners_file(frame.f_code.co_filename):
            return frame.f_lineno
        frame = frame.f_back
    return None


def _in_words(error: BaseException) -> str:
    """The message of `error`: an assertion's own text, else its type as well."""
    if type(error).__name__ in ("AssertionError", "NetworkRefused", "Failed"):
        return str(error)
    return (
        f"{type(error).__name__}: {error}{line_in_learners_file(error.__traceback__)}"
    )


def _import_failure(error: BaseException) -> str:
    wrapped = isinstance(error, pytest.Collector.CollectError)
    cause = (error.__cause__ or error) if wrapped else error
    missing = re.match(r"cannot import name '(\w+)' from '(\w+)'", str(cause))
    if missing and missing[2] in Path.cwd().name:
        return f"The tests use the name `{missing[1]}`, and it is not there."
    if isinstance(cause, SystemExit):
        return "It ends Python, as `exit()` does: a module must come to its end."
    return _in_words(cause)


def _name(nodeid: str) -> str:
    return nodeid.partition("::")[2]


def _private_stdout() -> TextIO:
    """The standard output, kept for the parent; prints go to the null device."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    return channel


def _nobody_to_ask(*_: object) -> NoReturn:
    raise EOFError("`input()` waits for a person: take an argument instead")


def _prepared(channel: TextIO) -> None:
    builtins.input = _nobody_to_ask
    for library in _LIBRARIES:
        importlib.import_module(library)
    _tell(channel, "ready")


def _tell(channel: TextIO, event: str, **facts: Any) -> None:
    channel.write(json.dumps({"event": event} | facts) + "\n")
    channel.flush()


def main(folder: Path, limit: float) -> None:
    """Import what every exercise needs, then run the tests in `folder`."""
    channel = _private_stdout()
    _prepared(channel)
    _run_tests(channel, folder, limit)


def _run_tests(channel: TextIO, folder: Path, limit: float) -> None:
    options = [f"--rootdir={folder}", "-c", str(folder / "pytest.ini"), str(folder)]
    pytest.main([*_OPTIONS.split(), *options], plugins=[Reporter(channel, limit)])
    _tell(channel, "finished")


def serve() -> None:
    """Run the tests in each folder that is asked for, in a fork of its own."""
    channel = _private_stdout()
    _prepared(channel)
    for line in sys.stdin:
        folder, limit = json.loads(line)
        if (child := os.fork()) == 0:
            _in_fork(channel, Path(folder), limit)
        os.waitpid(child, 0)
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # and whatever it started
        _tell(channel, "ended")


def _in_fork(channel: TextIO, folder: Path, limit: float) -> NoReturn:
    """Be as a process that was started for `folder` alone."""
    os.setpgid(0, 0)
    _tell(channel, "forked", process=os.getpid())
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(folder)
    try:
        _run_tests(channel, folder, limit)
    finally:
        os._exit(0)


if __name__ == "__main__":
    if sys.argv[1:]:
        main(Path(sys.argv[1]), float(sys.argv[2]))
    else:
        serve()
