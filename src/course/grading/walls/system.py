"""The system calls that Python has no name for. Nobody else imports ctypes.

`forget` takes them away again, before a learner's code runs.
"""

import ctypes
import os
import platform
import sys
from typing import Any

LINUX = sys.platform == "linux"
MACHINE = platform.machine()

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP = 36, 38, 22

_libc: Any = ctypes.CDLL(None, use_errno=True) if LINUX else None


def call(name: str, *arguments: Any) -> int:
    """Call a function of the C library. Raises `OSError` if it fails."""
    if _libc is None:
        raise OSError(f"`{name}` is not there")
    result = int(getattr(_libc, name)(*arguments))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def syscall(number: int, *arguments: Any) -> int:
    """Make a system call by its number. Raises `OSError` if it fails."""
    return call("syscall", ctypes.c_long(number), *arguments)


def prctl(option: int, *values: Any) -> None:
    """Change something of this process. Raises `OSError` if it fails."""
    given = [ctypes.c_ulong(v) if isinstance(v, int) else v for v in values]
    call("prctl", option, *given, *[ctypes.c_ulong(0)] * (4 - len(given)))


def no_new_privileges() -> None:
    """From now on no program that is started may gain rights."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def die_with_parent() -> None:
    """Let the kernel end this process when its parent is gone."""
    if LINUX:
        prctl(PR_SET_PDEATHSIG, 9)


def stay_responsible() -> None:
    """Die with the parent, and be given the orphans of what this process starts."""
    if LINUX:
        die_with_parent()
        prctl(PR_SET_CHILD_SUBREAPER, 1)


def drop_capabilities() -> bool:
    """Give up what root may do, for good; whether there is such a thing."""
    if not LINUX:
        return False
    for number in range(64):
        try:
            prctl(PR_CAPBSET_DROP, number)
        except OSError:
            break
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    call("capset", header, (ctypes.c_uint32 * 6)())
    return True


def forget_attributes(kind: type) -> bool:
    """Have Python look the attributes of `kind` up anew; whether it can be told so."""
    try:
        ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))
    except (AttributeError, OSError):
        return False
    return True


def forget() -> None:
    """Take ctypes, and whatever was bound with it, out of reach."""
    global _libc
    _libc = None
