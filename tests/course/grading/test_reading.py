"""What was handed in: read without being believed."""

import os
import zipfile
from pathlib import Path

import pytest

from course.content import Course, CourseError, find_course
from course.grading.handed import find
from course.grading.plain import cell, message, printable
from course.grading.roster import called, read_roster
from course.grading.submission import Handed, Submission, read

ROOT = Path(__file__).resolve().parents[3]
ANSWER = b"answer = 1\n"


@pytest.fixture
def own_course() -> Course:
    return find_course(ROOT)


def read_one(path: Path, course: Course) -> Submission:
    return read(Handed("ada", path), [course.exercise("aliasing")])


def make_zip(file: Path, *names: str, data: bytes = ANSWER) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, data)
    return file


@pytest.mark.parametrize(
    "place",
    [
        "aliasing.py",
        "aliasing/aliasing.py",
        "01_aliasing/aliasing.py",
        "exercises/01_aliasing/aliasing.py",
        "clone/exercises/01_aliasing/aliasing.py",
        "Exercises/01_Aliasing/Aliasing.py",
    ],
)
def test_an_answer_is_found(place: str, tmp_path: Path, own_course: Course) -> None:
    file = tmp_path / "folder" / place
    file.parent.mkdir(parents=True)
    file.write_bytes(ANSWER)
    assert read_one(tmp_path / "folder", own_course).answers == {"aliasing": ANSWER}
    packed = make_zip(tmp_path / "ada.zip", place)
    assert read_one(packed, own_course).answers == {"aliasing": ANSWER}


def test_all_else_is_ignored_and_listed(tmp_path: Path, own_course: Course) -> None:
    for name in ("conftest.py", "test_aliasing.py", "aliasing.py"):
        (tmp_path / name).write_bytes(ANSWER)
    (tmp_path / "solutions").mkdir()
    found = read_one(tmp_path, own_course)
    assert found.ignored == ("conftest.py", "solutions/", "test_aliasing.py")


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "large"])
def test_what_is_no_file_is_not_read(
    kind: str, tmp_path: Path, own_course: Course
) -> None:
    file = tmp_path / "aliasing.py"
    if kind == "link":
        file.symlink_to("/etc/passwd")
    elif kind == "pipe":
        os.mkfifo(file)
    elif kind == "folder":
        file.mkdir()
    else:
        file.write_bytes(b"#" * 2_000_000)
    found = read_one(tmp_path, own_course)
    assert not found.answers
    assert "aliasing.py is not read" in found.refused["aliasing"]


def test_a_zip_that_climbs_out_has_nowhere_to_climb(
    tmp_path: Path, own_course: Course
) -> None:
    names = ("../../evil.py", "/etc/evil", "C:/evil", "aliasing.py")
    found = read_one(make_zip(tmp_path / "ada.zip", *names), own_course)
    assert found.answers == {"aliasing": ANSWER}
    assert {"../../evil.py", "/etc/evil", "C:/evil"} <= {*found.ignored}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ada.zip"]


def test_a_bomb_does_not_go_off(tmp_path: Path, own_course: Course) -> None:
    bomb = make_zip(tmp_path / "ada.zip", "aliasing.py", data=b"0" * 50_000_000)
    assert "more than" in read_one(bomb, own_course).refused["aliasing"]


def test_a_damaged_zip_is_told_and_stops_nothing(
    tmp_path: Path, own_course: Course
) -> None:
    file = tmp_path / "ada.zip"
    file.write_bytes(b"PK\x03\x04 no zip at all")
    [remark] = read_one(file, own_course).remarks
    assert "nothing was read" in remark


def test_one_submission_and_a_class_are_told_apart(
    tmp_path: Path, own_course: Course
) -> None:
    exercises = [own_course.exercise("aliasing")]
    for name in ("ada", "bob"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "aliasing.py").write_bytes(ANSWER)
    (tmp_path / "notes.txt").touch()
    assert [each.id for each in find([tmp_path], exercises).handed] == ["ada", "bob"]
    assert [each.id for each in find([tmp_path / "ada"], exercises).handed] == ["ada"]


@pytest.mark.parametrize(
    "text",
    ["id,name\na1,Ada\n", "\ufeffID;Name\r\n a1 ;Ada\r\n", '"name","id"\nAda,a1'],
)
def test_a_roster_in_many_forms(text: str, tmp_path: Path) -> None:
    file = tmp_path / "class.csv"
    file.write_text(text, "utf-8", newline="")
    assert read_roster(file) == {"a1": "Ada"}


@pytest.mark.parametrize(
    ("text", "word"),
    [("name\nAda\n", "`id`"), ("id\na\na\n", "line 3"), ("id\n", "no")],
)
def test_a_roster_that_will_not_do(text: str, word: str, tmp_path: Path) -> None:
    file = tmp_path / "class.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(CourseError, match=word):
        read_roster(file)


def test_who_handed_in_what() -> None:
    handed = [Handed("A1_late", Path("x")), Handed("stranger", Path("y"))]
    found, absent, remarks = called(handed, {"a1": "Ada", "b2": "Bob"})
    assert [(each.id, each.name) for each in found] == [("a1", "Ada"), ("stranger", "")]
    assert absent == [("b2", "Bob")]
    assert "stranger" in remarks[0]


def test_text_from_strangers_is_made_harmless() -> None:
    assert printable("a\nb\x1b[2J\u202e") == "a\\nb\\x1b[2J\\u202e"
    assert len(printable("x" * 1_000_000)) <= 100
    assert len(message("x" * 5_000_000)) < 3_000
    assert message("<a at 0x7f00deadbeef>") == "<a at 0x…>"
    assert [cell(text) for text in ("=1+1", "+1", "-1", "@x")] == [
        "'=1+1",
        "'+1",
        "'-1",
        "'@x",
    ]
    assert cell(-1.5) == "-1.5"
