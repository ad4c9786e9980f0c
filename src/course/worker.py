"""The process that runs an exercise's tests.

    python -m course.worker FOLDER LIMIT FILE…

imports what each FILE imports, and runs the tests in FOLDER. Without arguments it
prepares itself, reads orders from its standard input, one JSON object a line, and obeys
each in turn:

    {"prepare": ["FILE", …]}                do ahead what these files will need
    {"run": "FOLDER", "limit": LIMIT}       run the tests in FOLDER, in a fork

With `--once` it runs the tests in itself, and ends: where there is no fork.

It tells its parent what happens, one JSON object a line, through the standard output
that it was started with; what the learner's code prints goes elsewhere:

    {"event": "ready"}                      the libraries are imported
    {"event": "result", "test": …, …}       one test has ended
    {"event": "broken", "message": …}       the learner's file does not import
    {"event": "stuck", "test": …, …}        a time limit was passed; nothing follows
    {"event": "finished"}                   pytest came to its end by itself
    {"event": "begun", "process": …}        the tests of a folder begin, in that process
    {"event": "ended"}                      that process, a fork, is no more
"""

import builtins
import json
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, TextIO

import pytest

from course import bare_pytest, prepare
from course.reporter import Reporter, tell


def main(folder: Path, limit: float, files: Sequence[str]) -> None:
    """Import what `files` need, then run the tests in `folder`."""
    channel = _private_stdout()
    _prepare(files)
    tell(channel, "ready")
    _run_tests(channel, folder, limit)


def serve(*, once: bool) -> None:
    """Obey orders, until nobody gives any."""
    channel = _private_stdout()
    prepare.rehearse()
    tell(channel, "ready")
    for line in sys.stdin:
        order = json.loads(line)
        if "prepare" in order:
            _prepare(order["prepare"])
        elif once:
            _run_here(channel, Path(order["run"]), order["limit"])
        else:
            _run_in_fork(channel, Path(order["run"]), order["limit"])


def _prepare(files: Sequence[str]) -> None:
    for file in files:
        prepare.for_file(Path(file))


def _private_stdout() -> TextIO:
    """The standard output, kept for the parent; prints go to the null device."""
    builtins.input = _nobody_to_ask
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    return channel


def _nobody_to_ask(*_: object) -> NoReturn:
    raise EOFError("`input()` waits for a person: take an argument instead")


def _run_tests(channel: TextIO, folder: Path, limit: float) -> None:
    tell(channel, "begun", process=os.getpid())
    options = ["--strict-markers", f"--rootdir={folder}", str(folder)]
    options += ["-c", str(folder / "pytest.ini")]
    plugins = [*bare_pytest.PLUGINS, Reporter(channel, limit)]
    pytest.main([*bare_pytest.OPTIONS, *options], plugins=plugins)
    tell(channel, "finished")


def _run_in_fork(channel: TextIO, folder: Path, limit: float) -> None:
    prepare.leave_to_the_fork()
    if (child := os.fork()) == 0:
        os.setpgid(0, 0)
        _run_here(channel, folder, limit)
    os.waitpid(child, 0)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # and whatever it started
    tell(channel, "ended")


def _run_here(channel: TextIO, folder: Path, limit: float) -> NoReturn:
    """Be as a process that was started for `folder` alone."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(folder)
    try:
        _run_tests(channel, folder, limit)
    finally:
        os._exit(0)


if __name__ == "__main__":
    if sys.argv[1:] in ([], ["--once"]):
        serve(once=bool(sys.argv[1:]))
    else:
        main(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
