"""Keeps what an answer takes and leaves from being this machine's trouble (Linux).

An endless list gets a `MemoryError`; a process that an answer started ends with the
check, even if it is in a session of its own. A process that goes to another folder is
not found. Other systems know no such limit, and do not list processes this way.
"""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

MEMORY = 2**30  # bytes of data; a solution and its tests need a sixth of it
_PROCESSES = Path("/proc")


def limit_memory(process: int) -> None:
    """Let `process`, and those that it starts, take no more than `MEMORY`."""
    if sys.platform == "linux":
        import resource

        most = resource.getrlimit(resource.RLIMIT_DATA)[1]
        few = MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most)
        with suppress(OSError):  # it is no more, or it is forbidden here
            resource.prlimit(process, resource.RLIMIT_DATA, (few, most))


def end_all_in(folder: Path) -> None:
    """End the processes whose current folder is `folder`, or below it."""
    for _ in range(100):  # what is being ended may still start another
        if not (found := [*_working_in(str(folder))]):
            return
        for process in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.01)


def _working_in(folder: str) -> Iterator[int]:
    if not (_PROCESSES / "self").is_dir():
        return
    for name in filter(str.isdecimal, os.listdir(_PROCESSES)):  # noqa: PTH208
        with suppress(OSError):  # it is gone, or somebody else's
            if os.readlink(f"/proc/{name}/cwd").startswith(folder):  # noqa: PTH115
                yield int(name)
