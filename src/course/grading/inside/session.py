"""Imports a learner's file and runs the tests on it, in a process of its own."""

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from course import bare_pytest
from course.grading.apart.stand_in import Line, module_for
from course.grading.inside import seal, tripwire
from course.grading.inside.channel import Tell
from course.grading.inside.recorder import Recorder, in_words
from course.grading.inside.sheet import Sheet, sheets_of
from course.grading.inside.suspicion import suspicions
from course.grading.order import Order
from course.readable import unreadable
from course.reporter import import_failure

OPTIONS = (
    *(*bare_pytest.OPTIONS, "-pno:unittest"),
    *("--strict-markers", "-c", os.devnull),
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
    answer = folder / f"{order.module}.py"
    if problem := unreadable(answer):
        tell("broken", problem)
        return
    for why in suspicions(answer.read_bytes()):
        tell("flag", "reaches too far", why)
    sheets, tidy = sheets_of(order), _surroundings()
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
    tidy()
    _run_tests(folder, Recorder(order, sheets, tell, known.broken, wire.trust), sheets)
    if what := known.broken(True):
        tell("flag", "exchanged", f"At the end {what}.")
    tell("finished")


def run_apart(order: Order, folder: Path, tell: Tell, line: tuple[int, int]) -> None:
    """Run the tests on an answer that is in another process."""
    module = module_for(order.module, Line(*line, folder / f"{order.module}.py"))
    if isinstance(module, str):
        tell("broken", module)
        return
    sys.modules[order.module] = module
    tell("imported")
    sheets = sheets_of(order, canaries=False)
    recorder = Recorder(order, sheets, tell, lambda _: "", lambda _: None)
    _run_tests(folder, recorder, sheets)
    tell("finished")


def _run_tests(folder: Path, recorder: Recorder, sheets: Sequence[Sheet]) -> None:
    files = [str(folder / f"test_{number}.py") for number, _ in enumerate(sheets)]
    here = (f"--rootdir={folder}", f"--confcutdir={folder}")
    pytest.main([*OPTIONS, *here, *files], plugins=[*bare_pytest.PLUGINS, recorder])


def _surroundings() -> Callable[[], None]:
    """A function that puts back what steers pytest and the imports to come."""
    environment, path = {**os.environ}, [*sys.path]
    finders, hooks = [*sys.meta_path], [*sys.path_hooks]

    def put_back() -> None:
        for name in [*os.environ]:
            if name.startswith(("PYTEST", "PYTHON")):
                del os.environ[name]
        os.environ.update(environment)
        sys.path[:], sys.meta_path[:], sys.path_hooks[:] = path, finders, hooks

    return put_back
