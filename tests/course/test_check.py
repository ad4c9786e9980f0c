"""`course check`: which of the four outcomes it is, in words for a learner."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from course import runner
from course.content import Course
from course.runner import check
from course.verdict import State, Verdict
from course.workshop import Workshop

Run = Callable[..., Any]

NOT_STARTED = """
1 fresh - Double and shout [not started]

  ✗ 1  Double a number: 0 of 1 tests pass

A number is doubled
  double(0)
    came back: nothing yet, this part is still to be written (fresh.py, line 6)
    expected:  0
    why:       Twice is what was asked for.
    look at:   the body of `double`.

  · 2  Shout a word: waits for task 1

Next: read exercises/01_fresh/README.md, then edit
  exercises/01_fresh/fresh.py
"""

FAILING = """
2 half - Double and shout [failing]

  ✗ 1  Double a number: 0 of 1 tests pass

A number is doubled
  double(0)
    came back: 2
    expected:  0
    why:       Twice is what was asked for.
    look at:   the body of `double`.

  · 2  Shout a word: waits for task 1

Next: edit exercises/02_half/half.py
  and check again. A hint: course hint half
"""

PASSED = """
3 done - Double and shout [passed]

  ✓ 1  Double a number: passed
  ✓ 2  Shout a word: passed

Passed, in N s.
Next: compare your answer with ours: course solution done
"""

BROKEN = """
4 syntax - Double and shout [broken]

syntax.py, line 2: Python cannot read this line (invalid syntax).
    return number *
                   ^

Next: edit exercises/04_syntax/syntax.py
  and check again. A hint: course hint syntax
"""


@pytest.mark.parametrize(
    ("name", "screen", "status"),
    [
        ("fresh", NOT_STARTED, 1),
        ("half", FAILING, 1),
        ("done", PASSED, 0),
        ("syntax", BROKEN, 1),
    ],
)
def test_each_outcome_has_its_screen_and_its_exit_status(
    checked: Run, name: str, screen: str, status: int
) -> None:
    done = checked(name)
    shown = re.sub(r"in \d+\.\d s", "in N s", done.stdout)
    assert (shown, done.stderr, done.returncode) == (screen, "", status)


@pytest.mark.parametrize("kind", ["no file", "a folder"])
def test_where_there_is_no_file_to_edit_the_next_step_is_reset(
    small: Course, run: Run, kind: str
) -> None:
    file = small.exercise("half").file
    file.unlink()
    if kind == "a folder":
        file.mkdir()
    done = run("check", "half")
    assert done.exit_code == 1
    assert done.stdout.endswith("\n\nNext: course reset half\n")


def test_json_tells_the_same_and_nothing_else(checked: Run) -> None:
    done = checked("half", "--json")
    verdict = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (1, "")
    assert verdict["exercise"] == "half"
    assert verdict["state"] == "failing"
    assert [task["state"] for task in verdict["tasks"]] == ["failing", "waiting"]
    first = verdict["tasks"][0]["tests"][0]
    assert first["name"] == "test_a_number_is_doubled"
    assert first["passed"] is False
    assert first["message"].startswith("double(0)\n  came back: 2\n")


PROBLEMS = {
    "missing_module": "missing_module.py cannot be imported. ModuleNotFoundError: "
    "No module named 'no_such_module' (missing_module.py, line 1)",
    "missing_name": "missing_name.py cannot be imported. The tests use the name "
    "`shout`, and it is not there.",
    "deleted": "deleted.py is not there. `course reset deleted` writes the starter "
    "again.",
    "latin": "latin.py is no UTF-8 text: save it as UTF-8 in your editor.",
    "latin_comment": "latin_comment.py is no UTF-8 text: save it as UTF-8 in your "
    "editor.",
    "odd_coding": "odd_coding.py is no UTF-8 text: save it as UTF-8 in your editor.",
    "nul": "nul.py is no plain text: save it as UTF-8 in your editor.",
    "empty": "empty.py cannot be imported. The tests use the name `double`, and it is "
    "not there.",
    "folder": "folder.py is a folder, and a file was wanted. `course reset folder` "
    "writes the starter again.",
    "nested": "nested.py cannot be read as Python: it is nested too deeply.",
    "enormous": "enormous.py holds 2,000,000 bytes: is it the right file?",
    "leaves": "leaves.py cannot be imported. It ends Python, as `exit()` does: a "
    "module must come to its end.",
    "vanishes": "The tests were ended before they were done: something in vanishes.py "
    "stopped Python itself (such as `exit()`), closed its output, or took all memory.",
    "ends_in_a_test": "The tests were ended before they were done: something in "
    "ends_in_a_test.py stopped Python itself (such as `exit()`), closed its output, or "
    "took all memory.",
    "endless_import": "endless_import.py: this did not end within 1 s, last seen at "
    "line 1. Look for a loop that never ends, or a wait for something that never "
    "comes.",
    "endless_test": '"A number is doubled": this did not end within 1 s, last seen '
    "at line 6. Look for a loop that never ends, or a wait for something that never "
    "comes.",
    "module_skips": "Not every test ran: something in module_skips.py skips or stops "
    "the tests.",
}

MESSAGES = {
    "deep": "RecursionError: maximum recursion depth exceeded (deep.py, line 6)",
    "quits": "SystemExit: 0 (quits.py, line 6)",
    "asks": "EOFError: `input()` waits for a person: take an argument instead",
    "skips": "The test was skipped, not passed.",
    "xfails": "The test was xfailed, not passed.",
    "calls_home": "The code tried to reach `203.0.113.1`. Every call must be mocked",
}


def verdict_on(name: str, root: Path, workshop: Workshop) -> Verdict:
    exercise = Course(root).exercise(name)
    return workshop.check(exercise, exercise.file)


@pytest.fixture(autouse=True)
def no_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UV_RUN_RECURSION_DEPTH", raising=False)


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_keeps_the_tests_from_running_is_broken_and_said(
    mini_course: Path, workshop: Workshop, name: str
) -> None:
    verdict = verdict_on(name, mini_course, workshop)
    assert (verdict.state, verdict.problem) == (State.BROKEN, PROBLEMS[name])


@pytest.mark.parametrize("name", MESSAGES)
def test_what_a_test_does_not_survive_is_failing_and_said(
    mini_course: Path, workshop: Workshop, name: str
) -> None:
    verdict = verdict_on(name, mini_course, workshop)
    assert (verdict.state, verdict.problem) == (State.FAILING, "")
    assert verdict.first_failure is not None
    assert MESSAGES[name] in verdict.first_failure.message


@pytest.mark.parametrize("name", ["crlf", "old_escape"])
def test_a_right_answer_from_another_editor_passes(
    mini_course: Path,
    workshop: Workshop,
    name: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert verdict_on(name, mini_course, workshop).passed
    assert capfd.readouterr() == ("", "")


def test_a_starter_saved_with_other_line_ends_is_not_started(
    mini_course: Path, workshop: Workshop
) -> None:
    verdict = verdict_on("crlf_starter", mini_course, workshop)
    assert verdict.state is State.NOT_STARTED


@pytest.mark.parametrize("name", ["endless_import", "vanishes"])
def test_a_process_of_its_own_gives_the_workshops_verdict(
    checked: Run, name: str
) -> None:
    done = checked(name)
    told = " ".join(done.stdout.split())
    assert done.returncode == 1
    assert f"[broken] {PROBLEMS[name]} Next:" in told


def test_what_was_printed_is_shown(mini_course: Path, workshop: Workshop) -> None:
    failure = verdict_on("prints", mini_course, workshop).first_failure
    assert failure is not None
    assert failure.printed == "here: 0\n"


def test_the_learners_file_is_left_alone(mini_course: Path, checked: Run) -> None:
    checked("half")
    folder = mini_course / "exercises" / "02_half"
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["exercise.toml", "half.py", "test_half.py"]


def test_a_planted_conftest_has_no_say(small: Course, workshop: Workshop) -> None:
    exercise = small.exercise("half")
    rewrite = "def pytest_runtest_makereport(item, call):\n    call.excinfo = None\n"
    for folder in (exercise.folder, small.root):
        (folder / "conftest.py").write_text(rewrite, "utf-8")
    assert workshop.check(exercise, exercise.file).state is State.FAILING


def test_what_pytest_finds_in_the_environment_changes_nothing(
    small: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    assert check(small.exercise("done")).passed


@pytest.mark.parametrize(
    ("part", "damage"),
    [
        ("exercises/01_fresh/test_fresh.py", b"def test_("),
        ("exercises/01_fresh/test_fresh.py", None),
        ("solutions/01_fresh/fresh.py", None),
        ("solutions/01_fresh/fresh.py", b"\xff\xfe"),
        ("exercises/01_fresh/exercise.toml", b"title ="),
        ("lessons/00_start.toml", b"\xff"),
    ],
)
def test_a_damaged_part_of_the_course_is_named_with_the_line_that_mends_it(
    small_course: Path, run: Run, part: str, damage: bytes | None
) -> None:
    file = small_course / part
    file.unlink() if damage is None else file.write_bytes(damage)
    done = (
        run() if "lessons" in part else run("reset" if "sol" in part else "check", "1")
    )
    assert done.exit_code == 2
    assert f"{file} cannot be read (" in done.stderr
    assert f"`git checkout -- {file.name}` in its folder brings it back." in done.stderr


def test_control_c_ends_the_check_and_the_tests(
    small_course: Path, program: Path, plain: Run
) -> None:
    process = subprocess.Popen(
        [program, "check", "done"],
        env=plain(small_course),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    worker = child_of(process.pid)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, b"")
    assert err.decode().strip() == "Stopped. Nothing was lost."
    assert not is_alive(worker)


def child_of(pid: int) -> int:
    """The worker of a process, as soon as it runs."""
    deadline = time.monotonic() + 60
    listing = Path(f"/proc/{pid}/task/{pid}/children")
    if not listing.exists():
        pytest.skip("this system does not list children")
    while time.monotonic() < deadline:
        for child in listing.read_text().split():
            if b"course.worker" in Path(f"/proc/{child}/cmdline").read_bytes():
                time.sleep(0.2)  # its parent may still be on its way out of Popen
                return int(child)
        time.sleep(0.02)
    raise AssertionError("no worker was started")


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_worker_that_says_nothing_is_stopped(
    small: Course,
) -> None:
    verdict = check(small.exercise("done"), run=telling("ready", "silent"))
    assert verdict.state is State.BROKEN
    assert verdict.problem.startswith("done.py: this did not end within 1 s. Look for")


def test_tests_that_cannot_be_started_are_no_verdict(small: Course) -> None:
    with pytest.raises(Exception, match=r"could not be started. `course doctor` finds"):
        check(small.exercise("done"), run=telling())


def telling(*events: str) -> runner.Run:
    """A worker that tells this, and no more."""

    def run(*_: object) -> Generator[runner.Event]:
        yield from [{"event": event} for event in events]

    return run


def test_a_verdict_is_told_before_what_it_took_is_put_away(
    small: Course, workshop: Workshop
) -> None:
    exercise, there = small.exercise("done"), []

    def look(verdict: Verdict) -> None:
        there.append((verdict.passed, [*Path(workshop._place.name).glob("*/done.py")]))

    workshop.check(exercise, exercise.file, tell=look)
    [(passed, files)] = there
    assert passed
    assert len(files) == 1
    assert not files[0].exists()
