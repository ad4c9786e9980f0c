"""Imports a learner's file and runs the tests on it, in a process of its own."""

import importlib
import sys
from dataclasses import dataclass
from pathlib import Path

from course.grading.apart.stand_in import Line, module_for
from course.grading.inside import seal, tripwire
from course.grading.inside.channel import Tell
from course.grading.inside.ready import Ready, surroundings
from course.grading.inside.recorder import in_words
from course.grading.inside.sheet import sheets_of
from course.grading.inside.suspicion import suspicions
from course.grading.order import Order
from course.readable import unreadable
from course.reporter import import_failure


@dataclass(frozen=True)
class Before:
    """What was there before any answer came."""

    ready: Ready
    parts: seal.Broken
    globals: frozenset[int]

    def exchanged(self) -> str:
        """What is another one than before, anywhere; empty if nothing is."""
        return self.parts(True) or self.ready.plugins(True)


def before(ready: Ready) -> Before:
    """Remember what is there now."""
    return Before(ready, seal.make(), tripwire.globals_now())


def run(order: Order, folder: Path, tell: Tell, known: Before) -> None:
    """Import the answer in `folder`, run the tests on it, tell how each ended."""
    answer = folder / f"{order.module}.py"
    if problem := unreadable(answer):
        tell("broken", problem)
        return
    for why in suspicions(answer.read_bytes()):
        tell("flag", "reaches too far", why)
    sheets, tidy = sheets_of(order), surroundings()
    wire = tripwire.Tripwire(tell, order.module, known.globals)
    recorder = known.ready.recorder
    recorder.begin(order, tell, known.parts, wire.trust)
    recorder.watch(known.ready.plugins)
    sys.path.insert(0, str(folder))
    wire.arm()
    try:
        importlib.import_module(order.module)
    except BaseException as error:
        tell("broken", in_words(import_failure, error))
        return
    tell("imported")
    if what := known.exchanged():
        tell("flag", "exchanged", f"After the import {what}.")
    tidy()
    sys.path.insert(0, str(folder))
    known.ready.run(sheets, folder)
    if what := known.exchanged():
        tell("flag", "exchanged", f"At the end {what}.")
    tell("finished")


def run_apart(
    order: Order, folder: Path, tell: Tell, line: tuple[int, int], ready: Ready
) -> None:
    """Run the tests on an answer that is in another process."""
    module = module_for(order.module, Line(*line, folder / f"{order.module}.py"))
    if isinstance(module, str):
        tell("broken", module)
        return
    sys.modules[order.module] = module
    sys.path.insert(0, str(folder))
    tell("imported")
    ready.recorder.begin(order, tell, lambda _: "", lambda _: None)
    ready.run(sheets_of(order, canaries=False), folder)
    tell("finished")
