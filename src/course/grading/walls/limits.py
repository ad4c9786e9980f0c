"""Limits that every POSIX system knows: time, memory, files, a session of its own."""

import os
import resource
from pathlib import Path

MIB = 1024 * 1024
FILE_SIZE = 16 * MIB
OPEN_FILES = 256


def own_session() -> None:
    """Be the leader of a new session: no terminal, and a process group to end."""
    os.setsid()


def set_limits(*, memory: int, cpu_seconds: int) -> None:
    """Let this process take `memory` MiB more than it has, and so much time."""
    _set(resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 5)
    _set(resource.RLIMIT_FSIZE, FILE_SIZE)
    _set(resource.RLIMIT_NOFILE, OPEN_FILES)
    _set(resource.RLIMIT_CORE, 0)
    if (now := _address_space()) is not None:
        _set(resource.RLIMIT_AS, now + memory * MIB)


def _address_space() -> int | None:
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[0]
    except OSError:
        return None
    return int(pages) * resource.getpagesize()


def _set(kind: int, soft: int, hard: int | None = None) -> None:
    most = resource.getrlimit(kind)[1]
    wanted = soft if hard is None else hard
    if most != resource.RLIM_INFINITY:
        soft, wanted = min(soft, most), min(wanted, most)
    resource.setrlimit(kind, (soft, wanted))
