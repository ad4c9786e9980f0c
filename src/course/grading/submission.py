"""Reads what one learner handed in: the one file of each exercise, and nothing else.

These places count, the first that is there, as seen from the top or from the only
folder at the top:

    exercises/01_name/name.py    01_name/name.py    name/name.py    name.py

If a single exercise is graded, a single Python file is its answer by any name.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from course.content import Exercise
from course.grading.archive import Archive
from course.grading.plain import printable
from course.grading.tree import Entry, Folder, NotReadError, Parts, Tree

MOST_IGNORED, DEEPEST = 100, 5
_JUNK = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class Submission:
    """What was read. `answers` and `refused` go by the name of the exercise."""

    id: str
    name: str = ""
    source: str = ""
    answers: Mapping[str, bytes] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    """Why an answer that is there was not read, in words."""
    ignored: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Changes with everything that is graded, and with nothing else."""
        digest = hashlib.sha256()
        for name, data in sorted(self.answers.items()):
            digest.update(f"{name}\0{len(data)}\0".encode() + data)
        digest.update(repr(sorted(self.refused.items())).encode())
        return digest.hexdigest()


@dataclass(frozen=True)
class Handed:
    """Where one submission lies. Nothing of it has been read yet."""

    id: str
    path: Path
    name: str = ""


def read(handed: Handed, exercises: Sequence[Exercise]) -> Submission:
    """Read the answers to `exercises`; what cannot be read is told in the result."""
    source = printable(handed.path.name)
    try:
        found = _Finder(_tree(handed.path), exercises)
        found.search(handed.path)
    except NotReadError as error:
        remark = f"{source}: nothing was read: {printable(str(error), 200)}."
        return Submission(handed.id, handed.name, source, remarks=(remark,))
    return Submission(
        handed.id,
        handed.name,
        source,
        found.answers,
        found.refused,
        _listed(found.ignored),
        tuple(found.remarks),
    )


def _tree(path: Path) -> Tree:
    if path.is_dir():
        return Folder(path)
    return Archive(path) if path.suffix.lower() == ".zip" else Folder(path.parent)


def _listed(ignored: list[str]) -> tuple[str, ...]:
    names = [printable(name) for name in sorted(ignored)]
    more = len(names) - MOST_IGNORED
    return (*names[:MOST_IGNORED], *([f"and {more:,} more"] if more > 0 else []))


class _Finder:
    def __init__(self, tree: Tree, exercises: Sequence[Exercise]) -> None:
        self._tree, self._exercises = tree, exercises
        self._seen: dict[Parts, list[Entry]] = {}
        self._used: set[Parts] = set()
        self.answers: dict[str, bytes] = {}
        self.refused: dict[str, str] = {}
        self.remarks: list[str] = []

    def search(self, path: Path) -> None:
        if isinstance(self._tree, Folder) and not path.is_dir():
            self._take_single((path.name,))
            return
        top = self._top()
        for exercise in self._exercises:
            for wanted in _places(exercise):
                if place := self._real_name(top, wanted):
                    self._take(exercise, place)
                    break
        if not (self.answers or self.refused):
            self._take_only_file(top)

    @property
    def ignored(self) -> list[str]:
        """What lies in the folders that were looked at, and was not read."""
        on_the_way = {p[:n] for p in self._used for n in range(len(p) + 1)}
        rest = [
            "/".join((*folder, entry.name)) + "/" * (entry.kind == "folder")
            for folder, entries in self._seen.items()
            for entry in entries
            if (*folder, entry.name) not in on_the_way
            and (*folder, entry.name) not in self._seen
        ]
        return rest + list(getattr(self._tree, "outside", []))

    def _entries(self, folder: Parts) -> list[Entry]:
        if folder not in self._seen:
            self._seen[folder] = self._tree.entries(folder)
        return self._seen[folder]

    def _top(self) -> Parts:
        """The folder to start from: a single folder at the top is stepped into."""
        top: Parts = ()
        for _ in range(DEEPEST):
            entries = [e for e in self._entries(top) if e.name not in _JUNK]
            known = {"exercises", *(e.name for e in self._exercises)}
            known |= {e.folder.name for e in self._exercises}
            known |= {e.file.name for e in self._exercises}  # a folder in its place
            only = entries[0] if len(entries) == 1 else None
            if not only or only.kind != "folder" or only.name.lower() in known:
                break
            top = (*top, only.name)
        return top

    def _real_name(self, top: Parts, wanted: Parts) -> Parts | None:
        """`wanted` as it is written there; another case will do, if it is the only."""
        place = top
        for depth, part in enumerate(wanted):
            here = {e.name: e for e in self._entries(place)}
            others = [name for name in here if name.lower() == part.lower()]
            name = part if part in here else others[0] if len(others) == 1 else None
            if name is None:
                return None
            place = (*place, name)
            if depth < len(wanted) - 1 and here[name].kind != "folder":
                return None
        return place

    def _take(self, exercise: Exercise, place: Parts) -> None:
        self._used.add(place)
        try:
            self.answers[exercise.name] = self._tree.read(place)
        except NotReadError as error:
            why = printable(str(error), 200)
            self.refused[exercise.name] = f"{printable(place[-1])} is not read: {why}."

    def _take_only_file(self, top: Parts) -> None:
        files = [e.name for e in self._entries(top) if e.name.lower().endswith(".py")]
        if len(files) == 1:
            self._take_single((*top, files[0]))

    def _take_single(self, place: Parts) -> None:
        stem = place[-1].lower().removesuffix(".py")
        named = [e for e in self._exercises if stem.endswith(e.name)]
        chosen = self._exercises if len(self._exercises) == 1 else named
        if len(chosen) == 1:
            self._take(chosen[0], place)
        else:
            names = ", ".join(f"`{e.name}.py`" for e in self._exercises)
            name = printable(place[-1])
            self.remarks.append(f"{name} is none of {names}: say `--exercise`.")


def _places(exercise: Exercise) -> Iterator[Parts]:
    file, folder = exercise.file.name, exercise.folder.name
    yield ("exercises", folder, file)
    yield (folder, file)
    yield (exercise.name, file)
    yield (file,)
