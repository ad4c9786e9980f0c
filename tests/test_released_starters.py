"""A starter that was released is frozen: whoever updates has written into it.

`released_starters.toml` holds the SHA-256 of each, by version.
"""

import hashlib
import tomllib
from collections.abc import Iterator
from pathlib import Path

from course.content import Course
from course.starter import source_of, starter_of

ROOT = Path(__file__).resolve().parents[1]
RECORD = Path(__file__).with_name("released_starters.toml")


def released(record: str) -> Iterator[tuple[str, str, str]]:
    """Version, exercise and digest of each starter that was released."""
    for version, starters in tomllib.loads(record).items():
        for name, digest in starters.items():
            yield version, name, digest


def changed(record: str, course: Course) -> list[str]:
    """What was done to released starters, in words."""
    now = {one.name: starter_of(source_of(one)) for one in course.exercises}
    faults = []
    for version, name, digest in released(record):
        if name not in now:
            faults.append(f"`{name}`, released in {version}, is gone. Keep it.")
        elif sha256(now[name]) != digest:
            faults.append(
                f"The starter of `{name}` was released in {version}, and has changed. "
                "Learners have written into it: put it back, and give a changed idea "
                "an exercise with a new name."
            )
    return faults


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_no_released_starter_has_changed() -> None:
    assert changed(RECORD.read_text("utf-8"), Course(ROOT)) == []


def test_every_starter_of_this_version_is_in_the_record() -> None:
    names = {name for _, name, _ in released(RECORD.read_text("utf-8"))}
    assert {exercise.name for exercise in Course(ROOT).exercises} <= names


def test_a_change_is_refused() -> None:
    [first, *_] = released(RECORD.read_text("utf-8"))
    record = f'["{first[0]}"]\n{first[1]} = "{sha256("another")}"\ngone = ""\n'
    told = changed(record, Course(ROOT))
    assert len(told) == 2
    assert "has changed" in told[0]
    assert "is gone" in told[1]
