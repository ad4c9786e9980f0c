"""Work that is done beside other work, in a fork of this process.

    with Beside(work) as beside:
        …                               something else, meanwhile
        result = beside.result()        None if the fork died, or there was none

It is begun before the rest, for what other code has started by then (a thread, an event
loop) does not live on in a fork.
"""

import json
import os
import signal
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn


class Beside:
    """One piece of work, in a process and a folder of its own."""

    def __init__(self, work: Callable[[], Any]) -> None:
        """`work` gives what JSON can hold."""
        self._fork, self._reader = 0, -1
        self._folder = tempfile.TemporaryDirectory(dir=Path.cwd())
        if not hasattr(os, "fork"):
            return
        self._reader, writer = os.pipe()
        try:
            self._fork = os.fork()
        except OSError:  # too many processes
            os.close(writer)
            return
        if self._fork == 0:
            _do(work, writer, self._folder.name)
        os.close(writer)

    def result(self) -> Any:
        """Wait for its end, and give what it gave."""
        if not self._fork:
            return None
        with os.fdopen(self._reader, encoding="utf-8", errors="replace") as pipe:
            told, self._reader = pipe.read(), -1
        with suppress(ValueError):  # cut short, or others wrote to it, too
            return json.loads(told)
        return None

    def __enter__(self) -> "Beside":
        return self

    def __exit__(self, *_: object) -> None:
        """End it, if nobody has waited for it, and remove its folder."""
        if self._fork:
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(self._fork, signal.SIGKILL)
                os.waitpid(self._fork, 0)
        if self._reader >= 0:
            os.close(self._reader)
        self._folder.cleanup()


def _do(work: Callable[[], Any], writer: int, folder: str) -> NoReturn:
    try:
        os.chdir(folder)
        with os.fdopen(writer, "w", encoding="utf-8") as pipe:
            pipe.write(json.dumps(work()) + "\n")
    finally:
        os._exit(0)
