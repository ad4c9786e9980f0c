"""A fork of this process, made ahead: it stands by until there is an order.

spare = Spare()
spare.obey(order)       in this process: waits until the fork is no more
spare.order             in the fork: what it is to do
"""

import json
import os
import select
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Any

SOON = 0.1  # seconds; if an order follows a verdict at once, it is here by then

Order = dict[str, Any]


class Spare:
    """One fork, for one order. Needs `os.fork`."""

    def __init__(self, warm_up: Callable[[], None]) -> None:
        reader, self._writer = os.pipe()
        self.order: Order | None = None
        """In the fork: what it is to do."""
        self._fork = os.fork()
        if self._fork:
            os.close(reader)
        else:
            os.close(self._writer)
            self.order = _received(reader, warm_up)
            os.setpgid(0, 0)  # whatever it starts can be ended with it

    def obey(self, order: Order) -> None:
        """Let the fork do this. When it is no more, end whatever it started."""
        with suppress(BrokenPipeError):  # somebody has killed it
            os.write(self._writer, json.dumps(order).encode() + b"\n")
        self.end()
        with suppress(ProcessLookupError):
            os.killpg(self._fork, signal.SIGKILL)

    def end(self) -> None:
        """Let the fork end, if it has no order; wait until it is no more."""
        os.close(self._writer)
        os.waitpid(self._fork, 0)


def _received(reader: int, warm_up: Callable[[], None]) -> Order:
    with os.fdopen(reader, encoding="utf-8") as pipe:
        if not select.select([pipe], [], [], SOON)[0]:
            warm_up()
        line = pipe.readline()
    if not line:  # there will be no order
        os._exit(0)
    return dict(json.loads(line))
