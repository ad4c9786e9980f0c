"""progress.json: written in one step, never overwritten when it cannot be read."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from course.content import Course
from course.progress import Progress
from course.runner import digest
from course.verdict import State, Verdict

Run = Callable[..., Any]

PASSED = Verdict("half", State.PASSED)


def file_of(course: Course) -> Path:
    return course.state_folder / "progress.json"


def damage(course: Course, text: str | bytes) -> None:
    course.state_folder.mkdir(exist_ok=True)
    data = text.encode() if isinstance(text, str) else text
    file_of(course).write_bytes(data)


def put_aside(course: Course) -> list[bytes]:
    return [file.read_bytes() for file in course.state_folder.glob("progress-*.json")]


def test_what_is_kept_is_as_the_docstring_shows(small: Course) -> None:
    progress = Progress(small)
    progress.record_check(PASSED)
    progress.record_hint("half", 2, 1)
    progress.record_answer("00_start", "which")
    progress.record_answer("00_start", "which")
    assert json.loads(file_of(small).read_text()) == {
        "version": 1,
        "exercises": {
            "half": {"state": "passed", "file": "", "task": None, "hints": {"2": 1}}
        },
        "lessons": {"00_start": {"answered": ["which"]}},
    }
    assert progress.notice == ""


def test_a_broken_file_keeps_the_task_that_the_learner_was_at(
    run: Run, small: Course, remember: Run
) -> None:
    remember(half={"state": "failing", "task": 2})
    exercise = small.exercise("half")
    exercise.file.write_text("x =")
    assert "[broken]" in run("check", "half").stdout
    known = Progress(small).exercise("half")
    assert known == {"state": "broken", "task": 2, "file": digest(exercise.file)}
    assert "task 2: Shout a word" in run("hint", "half").stdout


def test_what_is_forgotten_is_one_exercise_only(small: Course) -> None:
    progress = Progress(small)
    progress.record_check(PASSED)
    progress.record_hint("half", 1, 2)
    progress.record_hint("fresh", 1, 1)
    progress.record_answer("00_start", "which")
    progress.forget("half")
    progress.forget("half")
    later = Progress(small)
    assert later.exercise("half") == {}
    assert later.exercise("fresh") == {"hints": {"1": 1}}
    assert later.answered("00_start") == {"which"}


def test_progress_is_known_by_name_and_survives_another_number(small: Course) -> None:
    Progress(small).record_check(PASSED)
    for kind in ("exercises", "solutions"):
        (small.root / kind / "02_half").rename(small.root / kind / "07_half")
    later = Course(small.root)
    assert later.exercise("half").number == 7
    assert Progress(later).is_passed("half")


UNUSABLE = [
    "",
    "{",
    "null",
    "[]",
    '"text"',
    "{}",
    '{"version": 1}',
    '{"version": 2, "exercises": {}, "lessons": {}}',
    '{"version": "1", "exercises": {}, "lessons": {}}',
    '{"version": 1, "exercises": [], "lessons": {}}',
    '{"version": 1, "exercises": {"half": "passed"}, "lessons": {}}',
    '{"version": 1, "exercises": {"half": {"state": ["passed"]}}, "lessons": {}}',
    '{"version": 1, "exercises": {"half": {"task": "two"}}, "lessons": {}}',
    '{"version": 1, "exercises": {"half": {"file": 7}}, "lessons": {}}',
    '{"version": 1, "exercises": {"half": {"hints": 3}}, "lessons": {}}',
    '{"version": 1, "exercises": {"half": {"hints": {"1": "2"}}}, "lessons": {}}',
    '{"version": 1, "exercises": {}, "lessons": {"00_start": {"answered": 5}}}',
    '{"version": 1, "exercises": {}, "lessons": {"00_start": {"answered": [[1]]}}}',
    '{"version": 1, "exercises": {}, "lessons": {"00_start": []}}',
    b"\xef\xbb\xbf{}",
    b"\xff\xfe\x00",
    b"\x00" * 100,
    "[" * 100_000,
]


@pytest.mark.parametrize("text", UNUSABLE, ids=lambda text: repr(text)[:60])
def test_what_cannot_be_used_is_put_aside_and_said(
    run: Run, small: Course, text: str | bytes
) -> None:
    damage(small, text)
    shown = run("hint", "fresh")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("Hint 1 of 3, task 1: ")
    [kept] = put_aside(small)
    assert kept == (text.encode() if isinstance(text, str) else text)
    told = " ".join(shown.stdout.split())
    assert "Note: Your progress file could not be read: damaged, or from" in told
    assert "It is kept as " in told
    assert "Note:" not in run("hint", "fresh").stdout


@pytest.mark.parametrize("words", [(), ("check", "syntax"), ("hint",)])
def test_each_command_says_it(run: Run, small: Course, words: tuple[str]) -> None:
    small.exercise("half").file.write_text("x =")
    damage(small, "{")
    told = run(*(w.replace("syntax", "half") for w in words)).stdout
    assert "Note: Your progress file could not be read" in told
    assert put_aside(small) == [b"{"]


def test_json_stays_json_and_the_note_goes_beside_it(run: Run, small: Course) -> None:
    small.exercise("half").file.write_text("x =")
    damage(small, "{")
    done = run("check", "half", "--json")
    assert json.loads(done.stdout)["state"] == "broken"
    assert done.stderr.startswith("Your progress file could not be read")
    assert run("check", "half", "--json").stderr == ""


def test_a_folder_in_its_place_is_put_aside(run: Run, small: Course) -> None:
    (file_of(small) / "mine").mkdir(parents=True)
    assert "could not be read" in run("hint", "half").stdout
    [aside] = small.state_folder.glob("progress-*.json")
    assert (aside / "mine").is_dir()
    assert file_of(small).is_file()


def test_a_crash_between_writing_and_renaming_leaves_the_old_file(
    small: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    Progress(small).record_check(PASSED)
    before = file_of(small).read_bytes()

    def crash(self: Path, target: Path) -> None:
        assert b"failing" in self.read_bytes()
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        Progress(small).record_check(Verdict("half", State.FAILING))
    assert file_of(small).read_bytes() == before
    names = {path.name for path in small.state_folder.iterdir()}
    assert names <= {"progress.json", "progress.lock"}


@pytest.mark.parametrize("step", ["fdopen", "replace"])
def test_a_full_disk_is_said_and_the_old_file_stays(
    run: Run, small: Course, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    Progress(small).record_check(PASSED)
    before = file_of(small).read_bytes()

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    place = Path if step == "replace" else sys.modules["course.progress"].os
    monkeypatch.setattr(place, step, full)
    done = run("hint", "fresh")
    assert done.stdout.startswith("Hint 1 of 3")
    told = " ".join(done.stdout.split())
    assert "Your progress could not be saved (No space left on device: " in told
    assert told.endswith("Everything else works.")
    assert file_of(small).read_bytes() == before


def test_a_folder_that_cannot_be_written_is_said(run: Run, small: Course) -> None:
    small.state_folder.write_text("a file where a folder should be")
    done = run("hint", "half")
    assert done.exit_code == 0
    assert done.stdout.startswith("Hint 1 of 3")
    assert "Your progress could not be saved (" in done.stdout
    assert small.state_folder.read_text() == "a file where a folder should be"


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_read_only_clone(run: Run, small: Course) -> None:
    small.root.chmod(0o555)
    try:
        done = run("hint", "half")
    finally:
        small.root.chmod(0o755)
    assert "Your progress could not be saved (Permission denied: " in done.stdout


def test_another_terminal_may_put_it_aside_first(
    small: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(small, "{")
    real = Path.rename

    def late(self: Path, target: Path) -> Path:
        real(self, target.with_name("progress-theirs.json"))
        return real(self, target)

    monkeypatch.setattr(Path, "rename", late)
    progress = Progress(small)
    assert (progress.notice, put_aside(small)) == ("", [b"{"])


WRITER = """
import sys
from course.content import Course
from course.progress import Progress
from pathlib import Path
progress = Progress(Course(Path(sys.argv[1])))
print("ready", flush=True)
sys.stdin.readline()
for number in range(40):
    progress.record_answer("00_start", f"{sys.argv[2]}-{number}")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no lock there")
def test_two_terminals_that_write_at_once_lose_nothing(small: Course) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(small.root), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("left", "right")
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    assert len(Progress(small).answered("00_start")) == 80
    assert put_aside(small) == []
