"""Finds the submissions in the paths that a teacher names.

A path is *one submission* if it is a zip, a Python file, or a folder that holds
`exercises`, an exercise's folder or an exercise's file. Any other folder is a *class*:
each folder, zip and Python file in it is a submission, known by its name.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from course.content import CourseError, Exercise
from course.grading.plain import printable
from course.grading.submission import Handed
from course.grading.tree import Entry, Folder, NotReadError


@dataclass
class Found:
    """The submissions, and what was recognised, in words for the teacher."""

    handed: list[Handed] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def find(paths: Sequence[Path], exercises: Sequence[Exercise], what: str = "") -> Found:
    """The submissions in `paths`; `what` is "class" or "submission" to overrule."""
    found, names = Found(), _names(exercises)
    for path in paths:
        if not path.exists():
            raise CourseError(
                f"There is no {path}: a folder, a zip or a file was wanted."
            )
        if path.is_dir() and (what == "class" or (not what and _is_class(path, names))):
            _add_class(found, path)
        else:
            found.handed.append(Handed(_stem(path.resolve()), path))
            found.said.append(f"{printable(str(path), 200)}: one submission.")
    if not found.handed:
        raise CourseError(
            f"No submissions in {', '.join(map(str, paths))}: folders, zips or Python "
            "files were wanted, one for each learner."
        )
    found.handed = _with_ids_of_their_own(found.handed)
    return found


def _names(exercises: Sequence[Exercise]) -> set[str]:
    names = {"exercises"}
    for exercise in exercises:
        names |= {exercise.folder.name, exercise.name, exercise.file.name}
    return names


def _is_class(path: Path, names: set[str]) -> bool:
    return names.isdisjoint(entry.name.lower() for entry in _entries(path))


def _entries(path: Path) -> list[Entry]:
    try:
        return Folder(path).entries(())
    except NotReadError as error:
        raise CourseError(f"{path} cannot be read ({error}).") from error


def _add_class(found: Found, path: Path) -> None:
    members: list[str] = []
    ignored: list[str] = []
    for entry in _entries(path):
        taken = _is_member(entry)
        (members if taken else ignored).append(entry.name)
    found.handed += [Handed(_stem(path / name), path / name) for name in members]
    found.said.append(f"{printable(str(path), 200)}: a class of {len(members)}.")
    if ignored:
        names = ", ".join(printable(name, 40) for name in ignored[:5])
        more = f" and {len(ignored) - 5} more" if len(ignored) > 5 else ""
        found.said.append(f"  Not submissions: {names}{more}.")


def _is_member(entry: Entry) -> bool:
    if entry.name.startswith(".") or entry.name == "__MACOSX":
        return False
    is_file = entry.name.lower().endswith((".zip", ".py"))
    return entry.kind == "folder" or (entry.kind == "file" and is_file)


def _stem(path: Path) -> str:
    known = path.suffix.lower() in (".zip", ".py") and not path.is_dir()
    return printable(path.stem if known else path.name)


def _with_ids_of_their_own(handed: list[Handed]) -> list[Handed]:
    """Two of one id get the whole name; two of one name a number."""
    stems = Counter(each.id for each in handed)
    whole = [
        each.id if stems[each.id] == 1 else printable(each.path.name) for each in handed
    ]
    result, seen = [], Counter[str]()
    for each, name in zip(handed, whole, strict=True):
        seen[name] += 1
        number = f" ({seen[name]})" if seen[name] > 1 else ""
        result.append(Handed(name + number, each.path, each.name))
    return result
