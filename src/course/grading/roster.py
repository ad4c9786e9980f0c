"""The list of learners: a CSV with a column `id` and, if you like, a column `name`."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from course.content import CourseError
from course.grading.plain import printable
from course.grading.submission import Handed

MOST_BYTES = 10_000_000


def read_roster(file: Path) -> dict[str, str]:
    """The name of each learner by id, in the order of the list."""
    rows = _rows(file)
    header = [cell.strip().lower() for cell in next(rows, [])]
    if "id" not in header:
        came = ", ".join(printable(cell) for cell in header) or "nothing"
        raise CourseError(
            f"{file}: the first line holds {came}; a column `id` was wanted, and "
            "perhaps one `name`: `id,name`."
        )
    learners: dict[str, str] = {}
    for number, row in enumerate(rows, start=2):
        cells = dict(zip(header, (cell.strip() for cell in row), strict=False))
        if not any(cells.values()):
            continue
        id_ = printable(cells.get("id", ""))
        if not id_:
            raise CourseError(f"{file}, line {number}: the id is missing.")
        if id_ in learners:
            raise CourseError(f"{file}, line {number}: `{id_}` is in the list already.")
        learners[id_] = printable(cells.get("name", ""))
    if not learners:
        raise CourseError(
            f"{file} holds no learners: lines under `id,name` were wanted."
        )
    return learners


def _rows(file: Path) -> Iterator[list[str]]:
    try:
        with file.open("rb") as stream:
            text = stream.read(MOST_BYTES).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise CourseError(f"{file} cannot be read ({reason}).") from error
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise CourseError(f"{file} is no CSV ({error}).") from error


def called(
    handed: Sequence[Handed], learners: dict[str, str]
) -> tuple[list[Handed], list[tuple[str, str]], list[str]]:
    """Who handed in what; then who handed in nothing; then remarks.

    A submission belongs to the learner whose id is its name, or begins it, as in
    `ada42_late.zip`, or is a word of it; upper and lower case are the same.
    """
    ids = {id_.lower(): id_ for id_ in sorted(learners, key=len)}
    result: list[Handed] = []
    taken: dict[str, str] = {}
    remarks = []
    for each in handed:
        id_ = _owner(each.id.lower(), ids)
        if id_ is None:
            remarks.append(
                f"{each.id} is not in the roster; it is graded all the same."
            )
            result.append(each)
        elif id_ in taken:
            remarks.append(f"{each.id} and {taken[id_]} both look like `{id_}`.")
            result.append(each)
        else:
            taken[id_] = each.id
            result.append(replace(each, id=id_, name=learners[id_]))
    absent = [(id_, name) for id_, name in learners.items() if id_ not in taken]
    return result, absent, remarks


def _owner(name: str, ids: dict[str, str]) -> str | None:
    if name in ids:
        return ids[name]
    begins = [
        key for key in ids if name.startswith(key) and not name[len(key)].isalnum()
    ]
    if begins:
        return ids[max(begins, key=len)]
    words = [word for word in re.split(r"[^a-z0-9]+", name) if word in ids]
    return ids[words[0]] if len(words) == 1 else None
