"""What a fork does before a learner's code runs: it builds the walls around itself."""

import base64
import faulthandler
import json
import os
import random
import signal
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from course.grading import view
from course.grading.order import Order
from course.grading.settings import Level
from course.grading.walls import landlock, limits, namespaces, seccomp, system

_DEVICES = tuple(Path("/dev") / name for name in ("null", "zero", "urandom", "random"))
_READABLE = tuple(view.readable())
_CPU = 20  # times the limit of one test: the last resort
_OUT_OF_REACH = ("course.grading", "ctypes", "_ctypes")


def enter(
    level: Level,
    order: Order,
    folder: Path,
    status: int,
    lines: Sequence[int],
    hidden: Iterable[str],
) -> Path:
    """Be alone with the answer, without `hidden` modules, in the folder returned."""
    walls = ["limits"]
    limits.own_session()
    if level is Level.SANDBOX and namespaces.stands(_READABLE):
        walls.append("namespaces")
        _be_first_process(status, lines)
    else:
        _say(status, process=os.getpid())
    system.die_with_parent()
    place = _lay_out(folder, order)
    limits.set_limits(memory=order.memory, cpu_seconds=int(_CPU * order.limit))
    if landlock.stands(_READABLE, folder.resolve(), _DEVICES):
        walls.append("landlock")
    if system.drop_capabilities():
        walls.append("capabilities")
    if seccomp.stands():
        walls.append("seccomp")
    _say(status, walls=walls)
    _forget_the_parent(folder, status)
    for name in hidden:
        del sys.modules[name]
    os.chdir(place)
    return place


def stand_by(order: Order, folder: Path, lines: Sequence[int]) -> Path:
    """Be where tests run that no answer comes near: only limits are needed."""
    limits.own_session()
    system.die_with_parent()
    limits.set_limits(memory=order.memory, cpu_seconds=int(_CPU * order.limit))
    place = folder.resolve() / order.folder
    _write_beside(place, folder, order)
    os.chdir(place)
    return place


def _be_first_process(status: int, lines: Sequence[int]) -> None:
    """Go on as process 1 of the new namespaces; this process only waits for it."""
    if child := os.fork():
        _say(status, process=child)
        for handle in (status, *lines):
            os.close(handle)
        os.waitpid(child, 0)
        os._exit(0)


def _say(status: int, **facts: Any) -> None:
    os.write(status, json.dumps(facts).encode() + b"\n")


def _lay_out(folder: Path, order: Order) -> Path:
    """Write the answer, and what must lie beside it; the tests themselves do not."""
    place = folder.resolve() / order.folder
    _write_beside(place, folder, order)
    (place / f"{order.module}.py").write_bytes(base64.b64decode(order.answer))
    return place


def _write_beside(place: Path, folder: Path, order: Order) -> None:
    place.mkdir(parents=True)
    for name in ("tmp", "home"):
        (folder / name).mkdir()
    (place / "exercise.toml").touch()


def out_of_reach() -> tuple[str, ...]:
    """The modules that no answer may find; to look for them takes a fork a while."""
    return tuple(name for name in sys.modules if name.startswith(_OUT_OF_REACH))


def _forget_the_parent(folder: Path, status: int) -> None:
    """Keep nothing that leads back to the prepared process."""
    faulthandler.register(signal.SIGUSR1, file=status, all_threads=False)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    os.environ.update(HOME=str(folder / "home"), TMPDIR=str(folder / "tmp"))
    tempfile.tempdir = None
    random.seed(0)  # the same in each run
    system.forget()
