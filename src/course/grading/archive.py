"""Looks into a zip that strangers made. Nothing of it is ever unpacked onto the disk.

Only the members that are wanted are read, each up to a limit: a bomb has nothing to
go off in, and a name that climbs out has nowhere to climb to.
"""

import stat
import zipfile
import zlib
from pathlib import Path

from course.grading.tree import (
    MOST_ENTRIES,
    Entry,
    NotReadError,
    Parts,
    kind_of,
    within_limit,
)
from course.readable import MOST_BYTES

MOST_MEMBERS, MOST_ARCHIVE = 100_000, 500_000_000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    LookupError,
    OverflowError,
    MemoryError,
)


class Archive:
    """A zip file."""

    def __init__(self, path: Path) -> None:
        self.outside: list[str] = []
        """Names that climb out of the archive: seen, and never read."""
        self._path = path
        self._members: dict[Parts, zipfile.ZipInfo] = {}
        self._folders: dict[Parts, dict[str, str]] = {(): {}}
        self.twice: set[Parts] = set()
        for member in _members(path):
            self._keep(member)

    def entries(self, folder: Parts) -> list[Entry]:
        if folder not in self._folders:
            raise NotReadError("it is no folder of the zip")
        found = sorted(self._folders[folder].items())[:MOST_ENTRIES]
        return [Entry(name, kind) for name, kind in found]

    def read(self, file: Parts) -> bytes:
        kind = self._folders.get(file[:-1], {}).get(file[-1], "")
        if kind != "file":
            raise NotReadError(f"it is {kind or 'not there'}, and a file was wanted")
        member = self._members[file]
        if file in self.twice:
            raise NotReadError("it stands in the zip more than once")
        if member.flag_bits & 0x1:
            raise NotReadError("it is encrypted: hand it in without a password")
        if member.compress_type not in _METHODS:
            raise NotReadError("it is packed in an unusual way: make an ordinary zip")
        try:
            with zipfile.ZipFile(self._path) as archive, archive.open(member) as data:
                return within_limit(data.read(MOST_BYTES + 1))
        except _DAMAGED as error:
            raise NotReadError(f"it cannot be unpacked ({error})") from error

    def _keep(self, member: zipfile.ZipInfo) -> None:
        name = member.filename
        parts = tuple(
            p for p in name.replace("\\", "/").split("/") if p not in ("", ".")
        )
        if name.startswith(("/", "\\")) or ".." in parts or ":" in "".join(parts[:1]):
            self.outside.append(name)
            return
        if not parts:
            return
        for depth in range(1, len(parts)):
            self._enter(parts[:depth], "folder")
        mode = member.external_attr >> 16
        kind = "folder" if member.is_dir() else "file"
        if stat.S_IFMT(mode) and kind == "file":
            kind = kind_of(mode)
        if kind != "folder" and parts in self._members:
            self.twice.add(parts)
        self._members[parts] = member
        self._enter(parts, kind)

    def _enter(self, parts: Parts, kind: str) -> None:
        self._folders.setdefault(parts[:-1], {})[parts[-1]] = kind
        if kind == "folder":
            self._folders.setdefault(parts, {})


def _members(path: Path) -> list[zipfile.ZipInfo]:
    try:
        if path.stat().st_size > MOST_ARCHIVE:
            raise NotReadError(f"the zip holds more than {MOST_ARCHIVE:,} bytes")
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except _DAMAGED as error:
        raise NotReadError(f"the zip cannot be opened ({error})") from error
    if len(members) > MOST_MEMBERS:
        raise NotReadError(f"the zip holds {len(members):,} files: far too many")
    return members
