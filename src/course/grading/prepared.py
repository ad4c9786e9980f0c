"""The prepared process: imports everything once, and forks for each order.

    python -P -m course.grading.prepared LEVEL

Reads orders, a JSON object a line, from its standard input, and answers each with one
line. It never runs a learner's code itself.
"""

import builtins
import json
import os
import secrets
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from course import prepare
from course.grading import fork
from course.grading.inside import channel, recipe, session
from course.grading.order import Order, order_of
from course.grading.settings import Level
from course.grading.supervisor import Watch
from course.grading.walls import system


def main(level: Level) -> None:
    """Obey orders until nobody gives any."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    builtins.input = _nobody_to_ask
    silence = os.open(os.devnull, os.O_RDWR)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    system.stay_responsible()
    prepare.rehearse(session.OPTIONS)
    recipe.canaries()
    shop = _Shop(level)
    answers.write("{}\n")  # ready
    answers.flush()
    for line in sys.stdin:
        answers.write(json.dumps(shop.obey(order_of(json.loads(line)))) + "\n")
        answers.flush()


def _nobody_to_ask(*_: object) -> NoReturn:
    raise EOFError("`input()` waits for a person: take an argument instead")


class _Shop:
    def __init__(self, level: Level) -> None:
        self._level = level
        self._known: set[tuple[Any, ...]] = set()
        self._before = session.before()

    def obey(self, order: Order) -> dict[str, Any]:
        """Run the order in a fork, and wait for its end."""
        self._prepare(order)
        started = time.perf_counter()
        key = secrets.token_bytes(32)
        folder = Path(tempfile.mkdtemp(prefix="answer-"))
        ours, theirs = os.pipe()
        status, their_status = os.pipe()
        if (child := os.fork()) == 0:
            os.close(ours)
            os.close(status)
            self._be_the_fork(order, folder, key, theirs, their_status)
        os.close(theirs)
        os.close(their_status)
        watch = Watch(child, ours, status, channel.Reader(key), order, folder)
        try:
            end = watch.until_end()
        finally:
            os.close(ours)
            os.close(status)
            shutil.rmtree(folder, ignore_errors=True)
        return {
            "events": watch.reader.events,
            "end": end,
            "line": watch.found_line,
            "forged": watch.reader.forged,
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
        self._before = session.before()
        self._known.add(wanted)
        prepare.leave_to_the_fork()

    def _be_the_fork(
        self, order: Order, folder: Path, key: bytes, line: int, status: int
    ) -> NoReturn:
        run, before, tell = session.run, self._before, channel.writer(line, key)
        try:
            place = fork.enter(self._level, order, folder, line, status)
            run(order, place, tell, before)
        finally:
            os._exit(0)


if __name__ == "__main__":
    main(Level(sys.argv[1]))
