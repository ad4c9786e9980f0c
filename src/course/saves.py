"""Tells when a learner's file was saved, however an editor does it.

The folder is watched, not the file: many editors write a new file and rename it. So is
the folder above, for a folder that is renamed or deleted, and comes back.

Where the system does not tell of changes, which is so on network drives and where
folders come from another machine, one looks again and again: `needs_polling` knows some
of them; `WATCHFILES_FORCE_POLLING=1` in the environment asks for it.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event as Flag
from typing import Any

from watchfiles import watch

from course.content import Exercise

STEP = 10  # milliseconds without a change, after which a save is over
MOST = 200  # milliseconds that a save may take
POLL = 100  # milliseconds between two looks, where one has to look
AGAIN = 1.0  # seconds until a folder that is gone is looked for again

_FOREIGN = re.compile(
    r"nfs|cifs|smb|9p|afs|ceph|gluster|lustre|virtiofs|vboxsf|vmhgfs|drvfs|fuse\."
)


def saves(exercise: Exercise, stop: Flag, poll: bool = False) -> Iterator[None]:
    """Yield after each change of the file, or of what it is checked with."""
    folder = exercise.folder
    poll = poll or needs_polling(folder)
    before = _identity(folder)
    while not stop.is_set():
        if (now := _identity(folder)) != before:
            before = now
            yield
        places = [place for place in (folder, folder.parent) if place.is_dir()]
        if not places:
            stop.wait(AGAIN)
            continue
        try:
            for changes in watch(*places, **_manner(exercise, stop, poll)):
                if _identity(folder) != before:
                    break  # another folder is to be watched
                if changes:
                    yield
        except (OSError, RuntimeError):
            poll = all(place.is_dir() for place in places)  # it cannot watch so many
            stop.wait(AGAIN)


def _manner(exercise: Exercise, stop: Flag, poll: bool) -> dict[str, Any]:
    parts = (exercise.folder, exercise.file, exercise.test_file)
    names = {"exercise.toml", *(part.name for part in parts)}
    return {
        "watch_filter": lambda _, path: Path(path).name in names,
        "debounce": MOST,
        "step": STEP,
        "stop_event": stop,
        "force_polling": poll or None,
        "poll_delay_ms": POLL,
        "recursive": False,
        "rust_timeout": int(AGAIN * 1000),
        "yield_on_timeout": True,
        "raise_interrupt": False,
    }


def needs_polling(folder: Path, mounts: Path = Path("/proc/mounts")) -> bool:
    """Whether `folder` is on a drive whose changes the system does not tell of."""
    with suppress(OSError):
        kinds = {
            _unescaped(row.split()[1]): row.split()[2]
            for row in mounts.read_text("utf-8", "replace").splitlines()
        }
        for place in (folder.resolve(), *folder.resolve().parents):
            if kind := kinds.get(str(place)):
                return bool(_FOREIGN.match(kind))
    return False


def _unescaped(place: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), place)


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
