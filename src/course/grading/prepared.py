"""The prepared process: imports everything once, and forks for each order.

Reads orders, a JSON object a line, from its standard input, and answers each with one
line. It never runs a learner's code itself. Hidden tests it asks for only when the fork
with the answer is under way, so that nothing of them is in the memory of that fork.
"""

import builtins
import json
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn, TextIO

from course import prepare
from course.grading import fork
from course.grading.apart import subject
from course.grading.inside import channel, recipe, session, ways
from course.grading.inside.ready import Ready
from course.grading.order import Order, Tests, order_of
from course.grading.settings import Level
from course.grading.supervisor import Watch
from course.grading.walls import system

MOST_HANDLES = 256


def main(level: Level) -> None:
    """Obey orders until nobody gives any."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    builtins.input = _nobody_to_ask
    silence = os.open(os.devnull, os.O_RDWR)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    system.stay_responsible()
    prepare.rehearse()
    prepare.import_for(recipe.canary_source().encode())
    recipe.canary_recipe()
    ways.stand()
    shop = _Shop(level, answers)
    shop.say({"ready": True})
    for line in sys.stdin:
        shop.say(shop.obey(order_of(json.loads(line))))


def _nobody_to_ask(*_: object) -> NoReturn:
    raise EOFError("`input()` waits for a person: take an argument instead")


class _Shop:
    def __init__(self, level: Level, answers: TextIO) -> None:
        self._level, self._answers = level, answers
        self._known: set[tuple[Any, ...]] = set()

    def say(self, facts: dict[str, Any]) -> None:
        """Write one line to whoever gives the orders."""
        self._answers.write(json.dumps(facts) + "\n")
        self._answers.flush()

    def obey(self, order: Order) -> dict[str, Any]:
        """Run the order in a fork, or in two, and wait for the end."""
        self._prepare(order)
        started = time.perf_counter()
        folder = Path(tempfile.mkdtemp(prefix="answer-"))
        reader = channel.Reader(secrets.token_bytes(32))
        begin = self._begin_apart if order.apart else self._begin
        watch = begin(order, folder, reader)
        try:
            end = watch.until_end()
        finally:
            watch.close()
            shutil.rmtree(folder, ignore_errors=True)
        return {
            "events": reader.events,
            "end": end,
            "inside": watch.inside,
            "forged": reader.forged,
            "walls": watch.walls,
            "seconds": round(time.perf_counter() - started, 3),
        }

    def _prepare(self, order: Order) -> None:
        """Do ahead what all answers to these tests need."""
        wanted = (order.module, order.tests)
        if wanted in self._known:
            return
        prepare.import_for(order.starter.encode())
        for tests in order.tests:
            prepare.import_for(tests.source.encode())
            with suppress(SyntaxError):
                recipe.recipe(tests.source, tests.name)
        self._ready = Ready()
        self._before = session.before(self._ready)
        self._out_of_reach = fork.out_of_reach()
        self._known.add(wanted)
        prepare.leave_to_the_fork()

    def _begin(self, order: Order, folder: Path, reader: channel.Reader) -> Watch:
        """One fork, for the answer and its tests."""
        (line, told), (status, said) = os.pipe(), os.pipe()
        run, level, before = session.run, self._level, self._before
        hidden = self._out_of_reach

        def work() -> None:
            tell = channel.writer(told, reader.key)
            place = fork.enter(level, order, folder, said, (told,), hidden)
            run(order, place, tell, before)

        child = _forked(work, (told, said))
        _close(told, said)
        return Watch(child, line, status, reader, order, folder)

    def _begin_apart(self, order: Order, folder: Path, reader: channel.Reader) -> Watch:
        """A fork for the answer, and then another one for its tests."""
        status, said = os.pipe()
        (asked, ask), (replies, reply) = os.pipe(), os.pipe()
        run, level, ready = subject.run, self._level, self._ready
        hidden = self._out_of_reach

        def answer() -> None:
            place = fork.enter(level, order, folder / "a", said, (asked, reply), hidden)
            run(order, place, asked, reply)

        child = _forked(answer, (said, asked, reply))
        _close(said, asked, reply)
        line, told = os.pipe()
        whole = replace(order, tests=(*order.tests, *self._hidden(order)))

        def judge() -> None:
            place = fork.stand_by(whole, folder / "t", (told, ask, replies))
            tell = channel.writer(told, reader.key)
            session.run_apart(whole, place, tell, (ask, replies), ready)

        tests = _forked(judge, (told, ask, replies))
        _close(told, ask, replies)
        return Watch(tests, line, status, reader, order, folder, answer=child)

    def _hidden(self, order: Order) -> list[Tests]:
        if not order.hidden_tests_follow:
            return []
        self.say({"send": "hidden tests"})
        return [Tests(**row) for row in json.loads(sys.stdin.readline())]


def _forked(work: Callable[[], None], kept: Iterable[int]) -> int:
    """A fork that does `work` and ends; of the open files it has only `kept`."""
    if child := os.fork():
        return child
    try:
        for before, after in pairwise([2, *sorted(kept), MOST_HANDLES]):
            os.closerange(before + 1, after)
        work()
    finally:
        os._exit(0)


def _close(*handles: int) -> None:
    for handle in handles:
        os.close(handle)
