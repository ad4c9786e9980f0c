"""The process that runs an exercise's tests.

    python -m course.worker FOLDER LIMIT FILE…

imports what each FILE imports, and runs the tests in FOLDER. Without arguments it
prepares itself, reads orders from its standard input, one JSON object a line, and obeys
each in turn:

    {"folder": …, "files": ["FILE", …], "options": ""}
                        make ready for FOLDER: a session of pytest with these options
                        on its command line, and what the files will need
    {"run": LIMIT}      run the tests that are in the folder by now, in a fork

With `--once` it runs the tests in itself, and ends: where there is no fork.

It tells its parent what happens, one JSON object a line, through the standard output
that it was started with; what the learner's code prints goes elsewhere:

    {"event": "ready"}                      the libraries are imported
    {"event": "begun", "process": …}        the tests of a folder begin, in that process
    {"event": "result", "test": …, …}       one test has ended
    {"event": "broken", "message": …}       the learner's file does not import
    {"event": "stuck", "test": …, …}        a time limit was passed; nothing follows
    {"event": "stopped", "by": …}           what ended the tests, in words
    {"event": "finished"}                   pytest came to its end by itself
    {"event": "ended"}                      that process, a fork, is no more
"""

import builtins
import json
import os
import sys
from collections.abc import Iterator, Sequence
from typing import NoReturn, TextIO

from course import prepare
from course.held import Held
from course.reporter import tell
from course.spare import Order


def main(folder: str, limit: float, files: Sequence[str]) -> None:
    """Import what `files` need, then run the tests in `folder`."""
    channel = _private_stdout()
    tell(channel, "ready")
    made_for = {"folder": folder, "files": files, "options": ""}
    _obey(channel, iter([made_for, {"run": limit}]), once=True)


def serve(*, once: bool) -> None:
    """Obey orders, until nobody gives any."""
    channel, orders = _private_stdout(), map(json.loads, sys.stdin)
    prepare.rehearse()
    tell(channel, "ready")
    _obey(channel, orders, once=once)


def _obey(channel: TextIO, orders: Iterator[Order], *, once: bool) -> None:
    order = next(orders, None)
    while order is not None:
        order = Held(channel, orders, once=once).until_another(order)


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


if __name__ == "__main__":
    if sys.argv[1:] in ([], ["--once"]):
        serve(once=bool(sys.argv[1:]))
    else:
        main(sys.argv[1], float(sys.argv[2]), sys.argv[3:])
