"""`course grade` from its beginning to its end, and killed on the way."""

import json
import os
import signal
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import Any

import pytest

from course.content import Course
from course.grading import grader
from course.grading.bench import Bench
from course.grading.command import Wanted, settings_for
from course.grading.grade import Status
from course.grading.inside.recipe import canary_recipe
from course.grading.order import Answer, Order
from course.grading.runs import TURNED, Run
from course.grading.settings import Level
from course.grading.submission import Submission
from course.starter import solution_of, source_of, starter_of

Judge = Callable[..., Any]
BANKS = Path(__file__).resolve().parents[2]


# Honest answers


@pytest.mark.parametrize("level", [Level.PROCESS, Level.SANDBOX])
@pytest.mark.parametrize(
    "name", ["aliasing", "rate_limiting", "caching", "factory_tests", "recommendation"]
)
def test_our_answer_gets_all_points(
    name: str, level: Level, course: Course, judge: Judge, request: Any
) -> None:
    if level is Level.SANDBOX:
        request.getfixturevalue("sandbox")
    answer = solution_of(source_of(course.exercise(name)))
    grade = judge(name, answer, level=level, time_limit=0)
    assert (grade.points, grade.flags, grade.notes) == (grade.of, (), ())


@pytest.mark.parametrize("bank", ["also_right", "wrong_answers"])
def test_other_answers_get_what_they_deserve(
    bank: str, course: Course, judge: Judge
) -> None:
    exercise = course.exercise("aliasing")
    for file in sorted((BANKS / bank / exercise.folder.name).glob("*.py"))[::5]:
        grade = judge(exercise.name, file.read_bytes())
        assert grade.status is Status.SCORED
        assert not grade.flags, (file.name, grade.flags)
        assert (grade.points == grade.of) == (bank == "also_right"), file.name


MEMO = """

SEEN = {}


def once(number):
    if number not in SEEN:
        SEEN[number] = call(double, number)
        assert SEEN[number].error is None
    return SEEN[number]


@pytest.mark.task(1)
def test_what_is_measured_once_is_there():
    assert once(7)


@pytest.mark.task(1)
def test_what_is_measured_once_is_right():
    if once(7).value != 14:
        raise AssertionError("no")
"""


def test_tests_that_measure_once_for_all_flag_nobody(small: Course) -> None:
    """A second run has another order: a check may be met in the other test."""
    exercise = small.exercise("done")
    exercise.test_file.write_text(exercise.test_file.read_text("utf-8") + MEMO, "utf-8")
    wanted = Wanted((), Path("unused"), level=Level.PROCESS, exercises=("done",))
    settings = settings_for(small, [exercise], wanted)
    for number in range(6):
        answer = exercise.file.read_bytes() + f"# {number}\n".encode()
        graded = grader.grade_one(Submission("ada", answers={"done": answer}), settings)
        assert (graded.points, graded.flagged) == (3, False), graded


# What stands behind a point


def test_a_point_is_confirmed_among_all_tests_of_the_tests(
    course: Course, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[Answer] = []

    def ask(self: Bench, order: Order) -> Answer:
        answers.append(asked(self, order))
        return answers[-1]

    asked = Bench.ask
    monkeypatch.setattr(Bench, "ask", ask)
    answer = solution_of(source_of(course.exercise("aliasing")))
    assert judge("aliasing", answer, apart=False).points == 8
    first, second = map(Run, answers)
    in_all = len(canary_recipe().names)
    assert len(first.canaries) == ceil(in_all / 2)
    assert len(second.canaries) == in_all
    assert {*second.cases} == {*first.cases} | {f"{TURNED}{n}" for n in first.cases}


def test_pytest_is_out_of_reach_while_an_answer_is_imported(
    course: Course, judge: Judge
) -> None:
    answer = solution_of(source_of(course.exercise("aliasing")))
    probe = "\nimport pytest\nassert getattr(pytest.mark, '_con' + 'fig') is None\n"
    grade = judge("aliasing", answer + probe, apart=False)
    assert (grade.points, grade.flags) == (8, ())


# A class


def a_class(course: Course, folder: Path) -> Path:
    """A clone, an exercise's folder, a zip, a file; and what is no answer."""
    half, done = (course.exercise(n).file.read_text("utf-8") for n in ("half", "done"))
    places = {
        "clone/exercises/02_half/half.py": half,
        "clone/exercises/02_half/test_half.py": "assert False",
        "folder/02_half/half.py": done,
        "file/half.py": f"{done}# another\n",
        "starter/half.py": course.exercise("fresh").file.read_text("utf-8"),
        "nothing/notes.txt": "later",
    }
    for place, text in places.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text, "utf-8")
    with zipfile.ZipFile(folder / "zipped.zip", "w") as archive:
        archive.writestr("main/exercises/02_half/half.py", half)
    (folder / "single.py").write_text(half, "utf-8")
    return folder


def test_a_class_in_all_forms_and_the_same_bytes_again(
    small: Course,
    run: Callable[..., Any],
    reports: Callable[[Path], dict[str, bytes]],
    tmp_path: Path,
) -> None:
    folder = a_class(small, tmp_path / "class")
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\nclone,=cmd\nabsent,Nobody\n", "utf-8")
    words = ("grade", str(folder), "--exercise", "half", "--isolation", "process")
    words += ("--roster", str(roster), "--workers", "1", "--time-limit", "3")
    outputs = [tmp_path / "one", tmp_path / "two"]
    for output in outputs:
        assert run(*words, "--output", str(output)).exit_code == 0
    document = json.loads((outputs[0] / "grades.json").read_text("utf-8"))
    points = {g["submission"]: g["points"] for g in document["grades"]}
    assert points == {
        "absent": 0,
        "clone": 2,
        "file": 3,
        "folder": 3,
        "nothing": 0,
        "single": 2,
        "starter": 0,
        "zipped": 2,
    }
    assert reports(outputs[0]) == reports(outputs[1])
    assert ",'=cmd," in (outputs[0] / "grades.csv").read_text("utf-8")


# Killed on the way


@pytest.fixture
def own_tmp(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "temporary"
    folder.mkdir()
    yield folder
    assert not list(folder.iterdir())


def those_in(folder: Path) -> list[int]:
    """The processes whose environment names `folder`."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            if bytes(folder) in (each / "environ").read_bytes():
                found.append(int(each.name))
        except OSError:
            continue
    return found


def test_a_grader_that_is_stopped_goes_on_where_it_was(
    small: Course,
    tmp_path: Path,
    own_tmp: Path,
    program: Path,
    plain: Callable[..., dict[str, str]],
) -> None:
    """Killed while it loads, in the midst, then by Ctrl-C; then left alone."""
    folder, output = a_class(small, tmp_path / "class"), tmp_path / "out"
    words = ["grade", folder, "--exercise", "half", "--isolation", "process"]
    words += ["--output", output, "--workers", "1"]
    environment = plain(small.root) | {"TMPDIR": str(own_tmp)}

    def start() -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [program, *words],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )

    def kept() -> dict[str, bytes]:
        return {f.name: f.read_bytes() for f in output.glob("state/*.json")}

    def until(condition: Callable[[], object]) -> None:
        end = time.monotonic() + 120
        while not condition():
            assert time.monotonic() < end
            time.sleep(0.02)

    before: dict[str, bytes] = {}
    for number, stop in enumerate((signal.SIGKILL, signal.SIGKILL, signal.SIGINT)):
        process = start()
        until(lambda: list(own_tmp.iterdir()))
        if number:
            until(lambda known=before: len(kept()) > len(known))
        os.kill(process.pid, stop)
        assert process.wait(60) == (130 if stop == signal.SIGINT else -stop)
        until(lambda: not those_in(own_tmp))
        after = kept()
        assert before.items() <= after.items()
        before = after
    assert start().wait(120) == 0
    assert before.items() <= kept().items()
    rows = (output / "grades.csv").read_text("utf-8").splitlines()
    assert len(rows) == 1 + 7


ENDLESS = """

def resolve_alias(name, aliases=DEFAULT_ALIASES):
    return round_and_round(0)


def round_and_round(number):
    while True:
        number += 1
        number -= 1
"""


def test_an_endless_answer_is_told_in_the_same_words_each_time(
    course: Course, judge: Judge
) -> None:
    text = starter_of(source_of(course.exercise("aliasing"))) + ENDLESS
    graded = [judge("aliasing", text) for _ in range(3)]
    told = {task.message for one in graded for task in one.tasks}
    assert any("within 1 s, last seen in `resolve_alias`." in text for text in told)
    assert len({one.tasks for one in graded}) == 1


def test_a_limit_of_time_is_the_teachers_to_choose(
    course: Course, settings_of: Callable[..., Any]
) -> None:
    exercise = course.exercise("aliasing")
    settings = settings_of(exercise, time_limit=3)
    assert settings.time_limit == 3
    assert settings.digest() != replace(settings, time_limit=4.0).digest()
