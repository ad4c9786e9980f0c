"""Namespaces for one answer: no other process is there, and no temporary file.

Used inside a bubblewrap, whose view of the disk is read-only already: what is left to
share between two answers is the list of processes and `/tmp`.
"""

import os
from pathlib import Path

from course.grading.walls import system

_NEW_USER, _NEW_MOUNTS, _NEW_PIDS, _NEW_IPC = 0x10000000, 0x20000, 0x20000000, 0x8000000
_PRIVATE, _RECURSIVE = 1 << 18, 1 << 14
_NO_SUID, _NO_DEVICES = 2, 4


def stands(size: str = "64m") -> bool:
    """Take this process, and those it forks, apart from all others; whether it is so.

    The next fork is process 1 of its own world: when it ends, so does all in there.
    """
    user, group = os.getuid(), os.getgid()
    try:
        system.call("unshare", _NEW_USER | _NEW_MOUNTS | _NEW_IPC)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
        system.call("mount", b"none", b"/", None, _PRIVATE | _RECURSIVE, None)
        for folder, most in (("/tmp", size), ("/proc", "4k"), ("/dev/shm", "1m")):
            flags = _NO_SUID | _NO_DEVICES
            name, options = folder.encode(), f"size={most}".encode()
            system.call("mount", b"tmpfs", name, b"tmpfs", flags, options)
        system.call("unshare", _NEW_PIDS)  # the last: no thread can start any more
    except OSError:
        return False
    return True
