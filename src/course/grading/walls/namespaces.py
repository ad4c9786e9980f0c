"""Namespaces for one answer: no other process is there, and no temporary file.

Used inside a bubblewrap, whose view of the disk is read-only already: what is left to
share between two answers is the list of processes and `/tmp`.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from course.grading.walls import system

_NEW_USER, _NEW_MOUNTS, _NEW_PIDS, _NEW_IPC = 0x10000000, 0x20000, 0x20000000, 0x8000000
_PRIVATE, _RECURSIVE, _BIND = 1 << 18, 1 << 14, 1 << 12
_NO_SUID, _NO_DEVICES = 2, 4


def stands(readable: Sequence[Path], size: str = "64m") -> bool:
    """Take this process, and those it forks, apart from all others; whether it is so.

    What is `readable` stays, also below `/tmp`: the course may lie there. The next fork
    is process 1 of its own world: when it ends, so does all in there.
    """
    user, group = os.getuid(), os.getgid()
    try:
        system.call("unshare", _NEW_USER | _NEW_MOUNTS | _NEW_IPC)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
        system.call("mount", b"none", b"/", None, _PRIVATE | _RECURSIVE, None)
        kept = {p: os.open(p, os.O_PATH) for p in readable if p.is_relative_to("/tmp")}
        _mount_empty("/tmp", size)
        for path, handle in kept.items():
            _mount_again(path, handle)
        _mount_empty("/proc", "4k")
        _mount_empty("/dev/shm", "1m")
        system.call("unshare", _NEW_PIDS)  # the last: no thread can start any more
    except OSError:
        return False
    return True


def _mount_empty(folder: str, most: str) -> None:
    flags = _NO_SUID | _NO_DEVICES
    options = f"size={most}".encode()
    system.call("mount", b"tmpfs", folder.encode(), b"tmpfs", flags, options)


def _mount_again(path: Path, handle: int) -> None:
    """Show what `handle` stands for at `path`, where it was."""
    path.mkdir(parents=True)
    source = f"/proc/self/fd/{handle}".encode()
    system.call("mount", source, bytes(path), None, _BIND | _RECURSIVE, None)
    os.close(handle)
