"""Landlock: of the disk, a learner's code sees what Python needs, and its own folder.

https://docs.kernel.org/userspace-api/landlock.html
"""

import ctypes
import os
import struct
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from course.grading.walls import system

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_RIGHTS = [13, 14, 15, 15, 16]  # how many the kernel knows, from version 1 on
_READ = 1 << 2 | 1 << 3 | 1 << 0  # files, folders, and to execute: libraries are mapped
_OF_FILES = 0b111 | 1 << 14 | 1 << 15
_READ_FILE, _WRITE_FILE = 1 << 2, 1 << 1


def stands(readable: Sequence[Path], folder: Path, devices: Sequence[Path]) -> bool:
    """Restrict this process to read `readable` and own `folder`; whether it is so."""
    try:
        version = system.syscall(_CREATE, None, 0, 1)
        known = (1 << _RIGHTS[min(version, len(_RIGHTS)) - 1]) - 1
        ruleset = _ruleset(known)
    except OSError:
        return False
    try:
        for path in readable:
            _add(ruleset, path, _READ & known)
        for path in devices:
            _add(ruleset, path, (_READ_FILE | _WRITE_FILE) & known)
        _add(ruleset, folder, known)
        system.no_new_privileges()
        system.syscall(_RESTRICT, ruleset, 0)
    except OSError:
        return False
    finally:
        os.close(ruleset)
    return True


def _ruleset(known: int) -> int:
    attributes = ctypes.create_string_buffer(struct.pack("Q", known), 8)
    return system.syscall(_CREATE, attributes, 8, 0)


def _add(ruleset: int, path: Path, rights: int) -> None:
    with suppress(FileNotFoundError):
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if not path.is_dir():
                rights &= _OF_FILES
            rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, handle), 12)
            system.syscall(_ADD, ruleset, 1, rule, 0)
        finally:
            os.close(handle)
