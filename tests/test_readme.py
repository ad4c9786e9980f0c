"""The tables of the README say what is there: lessons, exercises, the guide's items."""

import re
from pathlib import Path

import pytest

from course.audit.cells import read_notebook
from course.content import Course

COURSE = Course(Path(__file__).resolve().parents[1])
README = (COURSE.root / "README.md").read_text("utf-8")
# How many items each part of the guide has.
GUIDE = {
    "Architecture": 2,
    "Key concepts": 3,
    "Decision rationale": 3,
    "Learning path": 3,
    "Real-world applications": 3,
    "Common pitfalls": 3,
    "Best practices": 3,
    "Security": 3,
    "Performance": 3,
    "Testing strategies": 3,
    "Advanced topics": 3,
    "Exercise suggestions": 6,
}


def table(first_heading: str) -> list[list[str]]:
    """The rows of the table whose first column is called `first_heading`."""
    _, _, rest = README.partition(f"| {first_heading} |")
    lines = rest.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_lessons_and_exercises_are_listed_with_their_minutes() -> None:
    expected = []
    for lesson in COURSE.lessons:
        own = [e for e in COURSE.exercises if e.record["lesson"] == lesson.name]
        expected.append(
            [
                f"{lesson.number:02} {lesson.title}",
                str(lesson.minutes),
                ", ".join(f"`{e.name}` {e.minutes}" for e in own),
            ]
        )
    listed = table("lesson")
    listed[-1][-1] = ""  # the capstone's: in words
    assert listed == expected


def test_the_first_lesson_lists_the_others_with_their_exercises() -> None:
    first = COURSE.lessons[0]
    cells = {c["id"]: c["source"] for c in read_notebook(first.notebook)["cells"]}
    rows = re.findall(r"^\| (\d\d) \|.*\|(.*)\|$", cells["next"], re.M)
    assert {number: names.strip() for number, names in rows} == {
        f"{lesson.number:02}": ", ".join(
            e.name for e in COURSE.exercises if e.record["lesson"] == lesson.name
        )
        for lesson in COURSE.lessons[1:]
    }


def test_every_item_of_the_guide_has_a_place() -> None:
    parts = [row[0] for row in table("part of the guide")]
    assert {part: parts.count(part) for part in dict.fromkeys(parts)} == GUIDE


@pytest.mark.parametrize("row", table("part of the guide"), ids=lambda row: row[1])
def test_the_place_is_there(row: list[str]) -> None:
    _, _, where, cell = row
    if where.startswith("`"):
        assert COURSE.exercise(where.strip("`")).name == where.strip("`")
        return
    lesson = next(one for one in COURSE.lessons if one.name == where)
    assert cell in [c["id"] for c in read_notebook(lesson.notebook)["cells"]]


def test_the_capstone_recalls_each_earlier_lesson_once() -> None:
    *earlier, last = COURSE.lessons
    recalled = [q["recalls"] for q in last.quiz if "recalls" in q]
    assert recalled == [lesson.name for lesson in earlier]
