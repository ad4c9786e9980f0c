"""`course watch`: after each save the verdict, of the file as it is then."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

if sys.platform == "win32":
    pytest.skip("tried with a pseudo-terminal", allow_module_level=True)

PATIENCE = 90  # seconds, on a busy machine


class Watching:
    """A running `course watch`, and what it has written so far."""

    def __init__(self, process: subprocess.Popen[bytes], out: int, keyboard: int):
        self.process, self.text = process, ""
        self._out, self._keyboard = out, keyboard

    def until(self, wanted: str) -> str:
        """Read until `wanted` was written; what came up to there."""
        deadline = time.monotonic() + PATIENCE
        while wanted not in self.text:
            left = deadline - time.monotonic()
            assert left > 0, f"`{wanted}` never came. This did:\n{self.text}"
            if select.select([self._out], [], [], left)[0]:
                assert self._read(), f"It ended without `{wanted}`:\n{self.text}"
        before, _, self.text = self.text.partition(wanted)
        return before + wanted

    def until_words(self, wanted: str) -> None:
        """Read until `wanted` was written, on however many lines."""
        self.until(wanted.split()[0])
        for word in wanted.split()[1:]:
            self.until(word)

    def _read(self) -> bool:
        try:
            came = os.read(self._out, 65536)
        except OSError:  # a terminal that is closed
            return False
        self.text += came.decode().replace("\r\n", "\n")
        return bool(came)

    def press(self, key: str) -> None:
        os.write(self._keyboard, key.encode())

    def ends(self) -> int:
        """Its exit status; all of its processes are gone."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        while self._read():
            pass
        status = self.process.wait(PATIENCE)
        _, alive = psutil.wait_procs(family, timeout=20)
        assert alive == []
        return status


Start = Callable[..., Watching]


@pytest.fixture
def start(small_course: Path, program: Path, plain: Any) -> Iterator[Start]:
    """`start("half")` in a pipe; `start("half", keys=True)` in a terminal."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(*words: str, keys: bool = False, **more: str) -> Watching:
        ours, theirs = pty.openpty()
        read, write = os.pipe()
        process = subprocess.Popen(
            [program, "watch", *words],
            env=plain(small_course) | {"TERM": "xterm"} | more,
            stdin=theirs if keys else subprocess.DEVNULL,
            stdout=theirs if keys else write,
            stderr=theirs if keys else write,
            start_new_session=True,
            preexec_fn=(lambda: take_terminal(theirs)) if keys else None,
        )
        started.append(process)
        os.close(theirs)
        os.close(write)
        return Watching(process, ours if keys else read, ours)

    yield begin
    for process in started:
        for one in (*children_of(process), process):
            with suppress(psutil.NoSuchProcess):  # a check has just come to its end
                one.kill()
        process.wait()


def take_terminal(terminal: int) -> None:
    import fcntl
    import termios

    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


def children_of(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


@pytest.fixture
def half(small_course: Path) -> Path:
    """The file of the exercise that is watched."""
    return small_course / "exercises" / "02_half" / "half.py"


@pytest.fixture
def right(small_course: Path) -> str:
    """An answer that passes."""
    return (small_course / "exercises" / "03_done" / "done.py").read_text("utf-8")


def in_place(file: Path, text: str) -> None:
    file.write_text(text, "utf-8")


def by_rename(file: Path, text: str) -> None:
    new = file.with_name("4913~")
    new.write_text(text, "utf-8")
    new.replace(file)


def by_moving_the_old_one(file: Path, text: str) -> None:
    file.rename(file.with_name("half.py~"))
    file.write_text(text, "utf-8")


FORMS: dict[str, dict[str, str]] = {"fork": {}, "no fork": {"COURSE_NO_FORK": "1"}}
both_forms = pytest.mark.parametrize("form", FORMS)


@both_forms
def test_each_save_has_its_verdict_however_an_editor_saves(
    start: Start, half: Path, right: str, form: str
) -> None:
    watching = start("half", **FORMS[form])
    first = watching.until("course hint half\n")
    assert "2 half - Double and shout [failing]" in first
    assert "came back: 2\n" in first
    assert "\x1b" not in first
    for number, save in enumerate([in_place, by_rename, by_moving_the_old_one]):
        save(half, right.replace("number * 2", f"number + {number + 7}"))
        told = watching.until("course hint half\n")
        assert f"came back: {number + 7}\n" in told
        assert told.count("Double and shout [failing]") == 1
    by_rename(half, right)
    assert "half - Double and shout [passed]" in watching.until("solution half\n")
    watching.process.send_signal(signal.SIGINT)
    assert watching.ends() == 130
    assert watching.text == "Stopped. Nothing was lost.\n"


def test_polling_finds_saves_as_well(start: Start, half: Path, right: str) -> None:
    watching = start("half", "--poll")
    watching.until("course hint half\n")
    by_rename(half, right)
    watching.until("[passed]")


@both_forms
def test_a_save_during_a_check_ends_it(
    start: Start, half: Path, right: str, form: str
) -> None:
    record = half.with_name("exercise.toml")
    text = record.read_text("utf-8").replace("time_limit = 1\n", "time_limit = 60\n")
    record.write_text(text, "utf-8")
    watching = start("half", **FORMS[form])
    watching.until("course hint half\n")
    began = half.parents[2] / "began"
    endless = f"open({str(began)!r}, 'w').close()\nwhile True: pass\n"
    half.write_text(endless, "utf-8")
    deadline = time.monotonic() + PATIENCE
    while not began.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    half.write_text(right, "utf-8")
    told = watching.until("solution half\n")
    assert "[passed]" in told
    assert "[broken]" not in told


def test_json_is_one_verdict_a_line(start: Start, half: Path, right: str) -> None:
    watching = start("half", "--json")
    assert json.loads(watching.until("\n"))["state"] == "failing"
    in_place(half, right)
    assert json.loads(watching.until("\n"))["state"] == "passed"


def test_what_it_finds_is_remembered(
    start: Start, half: Path, right: str, small_course: Path
) -> None:
    in_place(half, right)
    start("half").until("solution half\n")
    progress = json.loads((small_course / ".course" / "progress.json").read_text())
    assert progress["exercises"]["half"]["state"] == "passed"


def test_keys_do_the_rest(start: Start, half: Path, right: str) -> None:
    watching = start("half", keys=True)
    told = watching.until("h hint   s solution   r reset   n next   l list   q quit")
    assert "and save it. A hint: press h" in told
    watching.press("h")
    watching.until("Hint 1 of 3, task 1: Double a number")
    watching.until("More: press h")
    watching.press("\x1b[As")  # an arrow, and right after it
    told = watching.until("solution half --give-up")
    assert "has not passed yet. Giving up is allowed" in told
    watching.press("r")
    watching.until("any other")
    watching.press("n")
    watching.until("Nothing was changed.")
    assert "number + 2" in half.read_text("utf-8")
    watching.press("l")
    watching.until("Exercise 3")
    in_place(half, right)
    watching.until("Passed, in ")
    watching.until("press s")
    watching.press("s")
    watching.until("Your answer and ours are the same.")
    watching.press("r")
    watching.until("any other")
    watching.press("y")
    watching.until("Your attempt is kept:")
    watching.until("[not started]")
    watching.press("q")
    assert watching.ends() == 0


def test_the_keys_stand_last_after_what_each_shows(start: Start) -> None:
    watching = start("half", keys=True)
    watching.until("q quit")
    for key, shown in (("h", "Hint 1"), ("s", "--give-up"), ("l", "Exercise 3")):
        watching.press(key)
        assert shown in watching.until("q quit")


def test_after_ctrl_z_and_fg_single_keys_work_as_before(start: Start) -> None:
    import termios

    watching = start("half", keys=True)
    watching.until("q quit")
    watching.process.send_signal(signal.SIGSTOP)
    os.waitpid(watching.process.pid, os.WUNTRACED)
    mode = termios.tcgetattr(watching._keyboard)
    assert not mode[3] & termios.ICANON
    mode[3] |= termios.ICANON | termios.ECHO  # as a shell has it
    termios.tcsetattr(watching._keyboard, termios.TCSANOW, mode)
    watching.process.send_signal(signal.SIGCONT)
    deadline = time.monotonic() + 10
    while termios.tcgetattr(watching._keyboard)[3] & termios.ICANON:
        assert time.monotonic() < deadline, "keys still wait for Enter"
        time.sleep(0.02)
    watching.press("h")
    watching.until("Hint 1 of 3")


def test_the_next_exercise_is_the_next_of_the_map(
    start: Start, small_course: Path
) -> None:
    record = small_course / "exercises" / "02_half" / "exercise.toml"
    text = record.read_text("utf-8")
    record.write_text(text.replace('"00_start"', '"01_names"'), "utf-8")
    (small_course / "exercises" / "03_done" / "done.py").write_text("x = 1\n")
    watching = start(keys=True)
    assert "1 fresh" in watching.until("q quit")
    for name in ("3 done", "2 half"):
        watching.press("n")
        assert name in watching.until("q quit")


def test_it_goes_to_the_next_exercise_only_when_it_is_told_to(start: Start) -> None:
    watching = start("done", keys=True)
    assert "[passed]" in watching.until("q quit")
    watching.press("n")
    watching.until("exercises/01_fresh/fresh.py")
    watching.until("[not started]")


def test_a_closed_terminal_ends_everything(start: Start) -> None:
    watching = start("half", keys=True)
    watching.until("q quit")
    family = children_of(watching.process)
    assert family
    os.close(watching._keyboard)
    watching.process.wait(PATIENCE)
    assert psutil.wait_procs(family, timeout=20)[1] == []


@both_forms
def test_killed_it_leaves_nothing_behind(start: Start, half: Path, form: str) -> None:
    watching = start("half", **FORMS[form])
    watching.until("course hint half\n")
    in_place(half, "import time\ntime.sleep(0.9)\n")
    time.sleep(0.3)
    family = children_of(watching.process)
    assert family
    watching.process.kill()
    assert psutil.wait_procs(family, timeout=30)[1] == []


def test_whoever_no_longer_reads_ends_it_quietly(start: Start, half: Path) -> None:
    watching = start("half")
    watching.until("course hint half\n")
    os.close(watching._out)
    in_place(half, "x = 1\n")
    assert watching.process.wait(PATIENCE) == 1


def test_a_file_or_a_folder_that_comes_and_goes_is_said(
    start: Start, half: Path, right: str
) -> None:
    watching = start("half")
    watching.until("course hint half\n")
    half.unlink()
    watching.until("half.py is not there.")
    watching.until("course reset half\n")
    in_place(half, right)
    watching.until("[passed]")
    folder = half.parent
    away = folder.rename(folder.with_name("02_mine"))
    watching.until_words("is not there. If it was renamed, give it its name again;")
    away.rename(folder)
    watching.until("[passed]")
    assert "Traceback" not in watching.text


def test_ctrl_c_at_any_moment_is_quiet(start: Start, half: Path) -> None:
    for moment in (0.6, 1.5, 3.0):
        watching = start("half", keys=True)
        watching.until("Getting ready")
        time.sleep(moment)
        watching.press("\x03")
        assert watching.ends() == 130
        assert "Stopped. Nothing was lost." in watching.text
        assert "Traceback" not in watching.text


def test_two_terminals_tell_the_same(start: Start, half: Path, right: str) -> None:
    both = [start("half"), start("half")]
    for watching in both:
        watching.until("course hint half\n")
    in_place(half, right)
    for watching in both:
        watching.until("[passed]")


def test_every_verdict_is_of_the_latest_text(
    start: Start, half: Path, right: str
) -> None:
    watching = start("half", "--json")
    watching.until("\n")
    for number in range(40):
        save = by_rename if number % 2 else in_place
        save(half, right.replace("number * 2", f"number + {number + 100}"))
        if number % 3:  # the next save does not wait for this verdict
            continue
        while True:
            verdict = json.loads(watching.until("\n"))
            message = verdict["tasks"][0]["tests"][0]["message"]
            if f"came back: {number + 100}\n" in message:
                break
    rest = watching.text.count("\n")
    assert rest <= 1
