"""Imports a learner's file and runs the tests on it, in a process of its own."""

import importlib
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from course.grading.inside import seal, tripwire
from course.grading.inside.channel import Tell
from course.grading.inside.recorder import Recorder, in_words
from course.grading.inside.sheet import sheets_of
from course.grading.order import Order
from course.readable import unreadable
from course.reporter import import_failure

_WITHOUT = (
    *("cacheprovider", "terminal", "doctest", "unittest", "junitxml", "pastebin"),
    *("legacypath", "stepwise", "faulthandler", "debugging"),
)
OPTIONS = (
    *("--import-mode=importlib", "--noconftest", "--strict-markers"),
    *(f"-pno:{name}" for name in _WITHOUT),
    *("-panyio", "-prespx.plugin", "-ppytest_httpx2", "-pcourse.pytest_plugin"),
)


@dataclass(frozen=True)
class Before:
    """What was there before any answer came."""

    broken: seal.Broken
    globals: frozenset[int]


def before() -> Before:
    """Remember what is there now."""
    return Before(seal.make(), tripwire.globals_now())


def run(order: Order, folder: Path, tell: Tell, known: Before) -> None:
    """Import the answer in `folder`, run the tests on it, tell how each ended."""
    if problem := unreadable(folder / f"{order.module}.py"):
        tell("broken", problem)
        return
    sheets = sheets_of(order)
    wire = tripwire.Tripwire(tell, order.module, known.globals)
    sys.path.insert(0, str(folder))
    wire.arm()
    try:
        importlib.import_module(order.module)
    except BaseException as error:
        tell("broken", in_words(import_failure, error))
        return
    tell("imported")
    if what := known.broken(True):
        tell("flag", "exchanged", f"After the import {what}.")
    recorder = Recorder(order, sheets, tell, wire, known.broken)
    files = [str(folder / f"test_{number}.py") for number, _ in enumerate(sheets)]
    own = [f"--rootdir={folder}", "-c", str(folder / "pytest.ini"), *files]
    pytest.main([*OPTIONS, *own], plugins=[recorder])
    if what := known.broken(True):
        tell("flag", "exchanged", f"At the end {what}.")
    tell("finished")
