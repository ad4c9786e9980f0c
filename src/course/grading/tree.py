"""Looks into a folder that strangers made, without believing what lies there.

No symbolic link is followed, nothing but a regular file is opened, and nothing is read
beyond a limit. What a name meant a moment ago does not count: each step is taken from
the folder that was opened, so that nobody can exchange one on the way.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

from course.readable import MOST_BYTES

MOST_ENTRIES = 5_000  # of one folder
Parts = tuple[str, ...]


class NotReadError(Exception):
    """Why something that was handed in is not read, in words."""


@dataclass(frozen=True)
class Entry:
    """What lies in a folder: `kind` is file, folder, or what else it is, in words."""

    name: str
    kind: str


class Tree(Protocol):
    """A folder or an archive, looked at from its top."""

    def entries(self, folder: Parts) -> list[Entry]:
        """What lies in `folder`, by name. Raises `NotReadError`."""

    def read(self, file: Parts) -> bytes:
        """The bytes of a file. Raises `NotReadError`, also if it is too long."""


class Folder:
    """A folder of this machine."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def entries(self, folder: Parts) -> list[Entry]:
        with self._opened(folder) as handle, os.scandir(handle) as rows:
            found = [Entry(row.name, _kind(row)) for row in islice(rows, MOST_ENTRIES)]
        return sorted(found, key=lambda entry: entry.name)

    def read(self, file: Parts) -> bytes:
        with self._opened(file[:-1]) as folder:
            return _read(file[-1], folder)

    @contextmanager
    def _opened(self, folder: Parts) -> Iterator[int]:
        handle = _open_folder(self._path, None)
        try:
            for part in folder:
                inner = _open_folder(part, handle)
                os.close(handle)
                handle = inner
            yield handle
        finally:
            os.close(handle)


def _kind(row: "os.DirEntry[str]") -> str:
    try:
        return kind_of(row.stat(follow_symlinks=False).st_mode)
    except OSError:
        return "something that cannot be looked at"


def kind_of(mode: int) -> str:
    """What a file of this mode is, in words."""
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "folder"
    return "symbolic link" if stat.S_ISLNK(mode) else "device, pipe or socket"


def _open_folder(name: str | Path, inside: int | None) -> int:
    """A handle of the folder `name`; only the very first may be a link."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    flags |= 0 if inside is None else os.O_NOFOLLOW
    try:
        return os.open(name, flags, dir_fd=inside)
    except (OSError, ValueError) as error:
        raise NotReadError(_reason(error)) from error


def _read(name: str, folder: int) -> bytes:
    try:
        kind = kind_of(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
        if kind != "file":
            raise NotReadError(f"it is a {kind}, and a file was wanted")
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        handle = os.open(name, flags, dir_fd=folder)
        with open(handle, "rb", buffering=0) as file:  # noqa: PTH123
            if kind_of(os.fstat(handle).st_mode) != "file":
                raise NotReadError("it changed while it was read")
            return within_limit(_all_of(file.read(MOST_BYTES + 1)))
    except (OSError, ValueError) as error:
        raise NotReadError(_reason(error)) from error


def _all_of(data: bytes | None) -> bytes:
    return data or b""


def within_limit(data: bytes) -> bytes:
    """`data`, unless it is longer than what a person writes."""
    if len(data) > MOST_BYTES:
        raise NotReadError(f"it holds more than {MOST_BYTES:,} bytes")
    return data


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)
