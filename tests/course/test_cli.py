"""What else a learner types: the map, look-ups, hints, reset, solution, odd places."""

import errno
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from course.attempts import side_by_side
from course.cli import main
from course.content import Course
from course.screen import WIDE, Screen, complain
from course.watch_keys import LISTED

Run = Callable[..., Any]
OF_HALF, OF_DONE = "<as it is>", "<as it is>"  # `remember` puts the digest there

MAP = """\
○ Lesson 00     Start  ░░░░░░░░  0 of 1 questions, 10 min
○   Exercise 1  fresh  ░░░░░░░░  not started, 5 min
○   Exercise 2  half   ░░░░░░░░  not started, 5 min
○   Exercise 3  done   ░░░░░░░░  not started, 5 min
○ Lesson 01     Names  ░░░░░░░░  0 of 1 questions, 10 min

0 of 5 done, about 35 minutes left.
Next: Lesson 00, Start (about 10 minutes)
  course lab 00
"""

LAB_00 = ["Next: Lesson 00, Start (about 10 minutes)", "  course lab 00"]
LAB_01 = ["Next: Lesson 01, Names (about 10 minutes)", "  course lab 01"]
FRESH = [
    "Next: Exercise 1, fresh: Double and shout (about 5 minutes)",
    "  Read exercises/01_fresh/README.md, then write, then type",
    "  course check fresh",
]
HALF = [
    "Next: Exercise 2, half: Double and shout (about 5 minutes)",
    "  Read exercises/02_half/README.md, then write, then type",
    "  course check half",
]


def rows(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


@pytest.fixture
def answered(small_course: Path) -> Callable[..., Path]:
    """Remember that the lessons' questions were answered, and what was checked."""

    def write(*lessons: str, **exercises: str) -> Path:
        data = {
            "version": 1,
            "exercises": {name: {"state": s} for name, s in exercises.items()},
            "lessons": {lesson: {"answered": ["which"]} for lesson in lessons},
        }
        file = small_course / ".course" / "progress.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(data), "utf-8")
        return file

    return write


# The map


def test_the_map_of_a_newcomer(run: Run, small_course: Path) -> None:
    done = run()
    assert (rows(done.stdout), done.stderr, done.exit_code) == (MAP, "", 0)
    assert not (small_course / ".course").exists()


@pytest.mark.parametrize(
    ("lessons", "exercises", "step"),
    [
        ([], {"fresh": "passed"}, LAB_00),
        (["00_start"], {}, FRESH),
        (["00_start"], {"fresh": "passed"}, HALF),
        (["00_start"], {"fresh": "failing"}, FRESH),
        (
            ["00_start"],
            dict.fromkeys(("fresh", "half", "done"), "passed"),
            LAB_01,
        ),
    ],
)
def test_the_map_has_one_next_step(
    run: Run,
    answered: Run,
    lessons: list[str],
    exercises: dict[str, str],
    step: list[str],
) -> None:
    answered(*lessons, **exercises)
    way, _, said = run().stdout.partition("\n\n")
    assert (said.splitlines()[1:], len(way.splitlines())) == (step, 5)


def test_the_map_tells_states_and_when_everything_is_done(
    run: Run, answered: Run
) -> None:
    answered("00_start", "01_names", fresh="passed", half="passed", done="passed")
    lines = run().stdout.splitlines()
    assert " ".join(lines[1].split()) == "✓ Exercise 1 fresh ████████ passed"
    assert " ".join(lines[0].split()) == "✓ Lesson 00 Start ████████ done"
    assert lines[-2] == "5 of 5 done, about 0 minutes left."
    assert lines[-1].startswith("Everything is done. course solution NAME compares")


def test_a_bar_and_the_minutes_left_say_how_far_one_is(run: Run, remember: Run) -> None:
    remember(half={"state": "failing", "task": 2}, done={"state": "passed"})
    lines = [" ".join(line.split()) for line in run().stdout.splitlines()]
    assert lines[2] == "○ Exercise 2 half ████░░░░ at task 2 of 2, 3 min"
    assert lines[6] == "1 of 5 done, about 28 minutes left."


def test_without_a_terminal_that_can_move_there_are_no_bars(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "░" not in run().stdout


def test_the_map_as_json(run: Run, remember: Run) -> None:
    remember(fresh={"state": "passed"}, half={"state": "failing", "task": 2})
    told = json.loads(run("--json").stdout)
    assert (told["done"], told["minutes_left"], told["next"]) == (1, 28, "00_start")
    assert [step["name"] for step in told["steps"] if step["done"]] == ["fresh"]
    assert [step["share"] for step in told["steps"]] == [0, 1, 0.5, 0, 0]


def test_an_exercise_folder_that_was_renamed_is_missed(
    run: Run, small_course: Path
) -> None:
    exercises = small_course / "exercises"
    (exercises / "02_half").rename(exercises / "02_half_mine")
    told = " ".join(run().stdout.split())
    assert "exercises/02_half is not there: was it renamed?" in told
    done = run("check", "half")
    assert "`git checkout -- exercises/02_half` brings it back" in done.stderr
    assert done.exit_code == 2


def test_a_full_disk_is_told_in_words(
    run: Run, small: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("course.runner.check", full)
    done = run("check", "half")
    assert (done.stdout, done.exit_code) == ("", 2)
    assert done.stderr.startswith("There is no room left on the disk")


@pytest.mark.parametrize(
    ("found", "typed"), [("/bin/uv", "uv run"), (None, "python3 -m uv run")]
)
def test_through_uv_the_next_step_says_how_uv_is_called(
    run: Run, monkeypatch: pytest.MonkeyPatch, found: str | None, typed: str
) -> None:
    monkeypatch.setenv("UV_RUN_RECURSION_DEPTH", "1")
    monkeypatch.setattr("shutil.which", lambda _: found)
    monkeypatch.setattr("sys.platform", "linux")
    assert run().stdout.splitlines()[-1] == f"  {typed} course lab 00"


def test_an_exercise_that_the_course_no_longer_has_is_ignored(
    run: Run, answered: Run
) -> None:
    answered(gone="passed")
    assert rows(run().stdout) == MAP


# Help and mistakes


@pytest.mark.parametrize("words", [(), *((name,) for name in sorted(main.commands))])
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_has_help(run: Run, words: tuple[str], option: str) -> None:
    done = run(*words, option)
    assert done.exit_code == 0
    assert done.stdout.startswith("Usage: course ")
    summary = done.stdout.splitlines()[2]
    assert summary.startswith("  ")
    assert summary.strip()[0].isupper()
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


def test_help_lists_the_commands_in_the_order_in_which_one_meets_them(
    run: Run,
) -> None:
    _, _, listed = run("--help").stdout.partition("Commands:\n")
    names = [line.split()[0] for line in listed.partition("\n\n")[0].splitlines()]
    first, last = names[: names.index("sim")], names[names.index("sim") :]
    wanted = ["lab", "check", "watch", "hint", "solution", "reset", "glossary"]
    assert first == wanted
    assert last == ["sim", "doctor", "grade", "export", "audit"]
    assert "..." not in listed  # a summary that was cut


def test_control_c_says_that_nothing_was_lost(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("course.runner.check", interrupted)
    done = run("check", "half")
    assert (done.exit_code, done.stdout) == (130, "")
    assert done.stderr == "Stopped. Nothing was lost.\n"


def test_help_needs_no_course(typed: Run, tmp_path: Path) -> None:
    done = typed("check", "--help", root=None, cwd=tmp_path, COURSE_ROOT="/nowhere")
    assert (done.returncode, done.stderr) == (0, "")
    told = "0 passed, 1 not passed, 2 could not be checked, 130 Ctrl-C."
    assert told in done.stdout


def test_the_help_of_watch_names_each_key(run: Run) -> None:
    told = " ".join(run("watch", "--help").stdout.split())
    for part in LISTED.split("   "):
        assert re.search(rf"[:,] {part[0]} [a-z]+", told), part


@pytest.mark.parametrize("word", ["list", "map", "status"])
def test_who_looks_for_the_map_is_told_where_it_is(run: Run, word: str) -> None:
    told = f"No such command '{word}'. Did you mean `course`? It shows the map.\n"
    assert run(word).stderr.endswith(told)


def test_a_command_that_is_nearly_right_is_suggested(run: Run) -> None:
    assert "Did you mean 'check'?" in run("chekc").stderr


def test_an_error_in_a_terminal_is_wrapped_at_spaces_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "`exercises/01_aliasing` is gone; `git checkout -- exercises` brings it\n"
        "  course solution aliasing --give-up"
    )
    complain(text)
    assert capsys.readouterr().err == f"{text}\n"
    monkeypatch.setenv("COLUMNS", "32")
    monkeypatch.setenv("FORCE_COLOR", "1")
    complain(text)
    assert capsys.readouterr().err.splitlines() == [
        "`exercises/01_aliasing` is gone;",
        "`git checkout -- exercises`",
        "brings it",
        "  course solution aliasing --give-up",
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("chekc",),
        ("check", "--jsn"),
        ("check", "a", "b"),
        ("reset",),
        ("lab", "--port", "65536"),
        ("sim", "--port", "many"),
        ("hint", "half", "--task", "x"),
    ],
)
def test_a_mistake_in_the_words_is_exit_status_two(run: Run, words: Any) -> None:
    done = run(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("Usage: course ")


# Look-ups


@pytest.mark.parametrize(
    "wanted",
    [
        *("2", "02", "0002", "half", "HALF", " half ", "02_half", "haf", "halv"),
        *("half.py", "exercises/02_half", "exercises/02_half/", "./02_half/half.py"),
    ],
)
def test_an_exercise_is_found_by(small: Course, wanted: str) -> None:
    assert small.exercise(wanted).name == "half"


@pytest.mark.parametrize(
    "wanted", ["1", "01", "01_names", "names", "01_names.ipynb", "nmaes", "NAMES"]
)
def test_a_lesson_is_found_by(small: Course, wanted: str) -> None:
    assert small.lesson(wanted).name == "01_names"


def test_lesson_nought_is_found(small: Course) -> None:
    assert small.lesson("0").name == small.lesson("00").name == "00_start"


@pytest.mark.parametrize(
    "wanted", ["", " ", ".", "/", "4", "-1", "1.5", "²", "9" * 5000, "x\ny", "[bold]"]
)
def test_an_unknown_exercise_is_told_with_the_known_ones(run: Run, wanted: str) -> None:
    done = run("check", "--", wanted)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("There is no exercise `")
    assert done.stderr.endswith("There are: 1 fresh, 2 half, 3 done.\n")


def test_an_unknown_lesson_is_told_with_the_known_ones(run: Run) -> None:
    done = run("lab", "7")
    told = "There is no lesson `7`. There are: 00_start, 01_names.\n"
    assert (done.stderr, done.exit_code) == (told, 2)


def test_a_whole_name_goes_before_the_end_of_another(small_course: Path) -> None:
    exercises = small_course / "exercises"
    shutil.copytree(exercises / "02_half", exercises / "04_not_half")
    (exercises / "04_not_half" / "test_not_half.py").write_text("")
    assert Course(small_course).exercise("half").number == 2


@pytest.mark.parametrize(
    "copy",
    ["02_half_backup", "02_half copy", "02_half-old", "2x_half", "half", ".02_x"],
)
def test_a_copy_that_a_learner_makes_of_an_exercise_is_none(
    small_course: Path, copy: str
) -> None:
    exercises = small_course / "exercises"
    shutil.copytree(exercises / "02_half", exercises / copy)
    course = Course(small_course)
    assert [e.name for e in course.exercises] == ["fresh", "half", "done"]
    assert course.exercise("2").folder.name == "02_half"


@pytest.mark.parametrize("copy", ["01_names-Copy1.ipynb", "01_mine.ipynb"])
def test_a_notebook_that_a_learner_duplicates_is_no_lesson(
    small_course: Path, run: Run, copy: str
) -> None:
    shutil.copy(
        small_course / "lessons/01_names.ipynb", small_course / "lessons" / copy
    )
    assert rows(run().stdout) == MAP


# Hints


def test_hints_come_in_order_and_the_last_one_stays(run: Run) -> None:
    told = [run("hint", "half").stdout for _ in range(4)]
    assert told[0] == (
        "Hint 1 of 3, task 1: Double a number\nLook at `double`.\n"
        "More: course hint half\n"
    )
    assert told[1] == (
        "1. Look at `double`.\n"
        "Hint 2 of 3, task 1: Double a number\nTwice is times two.\n"
        "More: course hint half\n"
    )
    assert told[2] == (
        "1. Look at `double`.\n2. Twice is times two.\n"
        "Hint 3 of 3, task 1: Double a number\nReturn the product.\n"
        "That was the last one. To see our answer:\n"
        "  course solution half --give-up\n"
    )
    assert told[3] == told[2]


def test_a_hint_is_for_the_task_that_failed(run: Run, remember: Run) -> None:
    remember(half={"state": "failing", "task": 2, "hints": {"1": 3}, "file": OF_HALF})
    assert run("hint", "half").stdout.startswith("Hint 1 of 3, task 2: Shout a word\n")
    assert "\nHint 3 of 3, task 1:" in run("hint", "half", "--task", "1").stdout
    second = run("hint", "half").stdout
    assert second.startswith("1. Look at `shout`.\nHint 2 of 3, task 2:")
    assert run("hint", "fresh").stdout.startswith("Hint 1 of 3, task 1:")


def test_a_hint_is_for_the_task_that_fails_now(
    run: Run, small: Course, remember: Run
) -> None:
    remember(half={"state": "failing", "task": 1, "file": OF_HALF})
    file = small.exercise("half").file
    mended = file.read_text("utf-8").replace("number + 2", "number * 2")
    file.write_text(mended.replace("if not word:", "if word is None:"))
    assert run("hint", "half").stdout.startswith("Hint 1 of 3, task 2: Shout a word\n")
    file.write_text("x =")
    told = run("hint", "half").stdout
    assert told.startswith("half.py, line 1: Python cannot read this line")
    assert "\nHint 2 of 3, task 2: Shout a word\n" in told


def test_a_hint_as_json_holds_the_earlier_ones(run: Run) -> None:
    run("hint", "fresh")
    told = json.loads(run("hint", "fresh", "--json").stdout)
    assert (told["task"], told["number"], told["of"]) == (1, 2, 3)
    assert told["hints"] == ["Look at `double`.", "Twice is times two."]


def test_after_a_pass_there_is_no_hint_but_for_a_task_by_name(
    run: Run, remember: Run
) -> None:
    file = remember(done={"state": "passed", "hints": {"1": 1}, "file": OF_DONE})
    before = file.read_bytes()
    done = run("hint", "done")
    assert (done.stdout, done.exit_code) == ("", 2)
    assert done.stderr == (
        "`done` has passed: no hint is needed. To compare your answer with ours:\n"
        "  course solution done\n"
    )
    assert file.read_bytes() == before
    named = run("hint", "done", "--task", "2")
    assert (named.exit_code, named.stdout[:20]) == (0, "Hint 1 of 3, task 2:")


def test_a_hint_without_a_name_is_for_the_next_exercise(
    run: Run, remember: Run
) -> None:
    remember(fresh={"state": "passed"})
    assert "course hint half" in run("hint").stdout


@pytest.mark.parametrize("task", ["0", "3", "-1"])
def test_a_hint_for_a_task_that_is_not_there(run: Run, task: str) -> None:
    done = run("hint", "half", "--task", task)
    told = f"`half` has the tasks 1 to 2, not {task}.\n"
    assert (done.stderr, done.exit_code) == (told, 2)


@pytest.mark.parametrize(
    ("row", "heading"),
    [
        ({"task": 9}, "Hint 1 of 3, task 2:"),
        ({"hints": {"1": 99}}, "Hint 3 of 3, task 1:"),
        ({"hints": {"1": -5}}, "Hint 1 of 3, task 1:"),
        ({"task": None}, "Hint 1 of 3, task 1:"),
    ],
)
def test_a_hint_after_the_exercise_has_changed(
    run: Run, remember: Run, row: dict[str, Any], heading: str
) -> None:
    remember(half=row | {"file": OF_HALF})
    done = run("hint", "half")
    assert done.exit_code == 0
    [line] = [line for line in done.stdout.splitlines() if line.startswith("Hint ")]
    assert line.startswith(heading)


# Solution


def test_the_solution_waits_for_a_pass(run: Run) -> None:
    done = run("solution", "half")
    assert (done.stdout, done.exit_code) == ("", 2)
    assert done.stderr == (
        "`half` has not passed yet. A hint:\n  course hint half\n"
        "To see ours all the same:\n  course solution half --give-up\n"
    )


def test_giving_up_shows_what_differs_without_the_marks(run: Run) -> None:
    lines = run("solution", "half", "--give-up").stdout.splitlines()
    assert lines[:2] == ["--- yours", "+++ ours"]
    assert "-    return number + 2" in lines
    assert "+    return number * 2" in lines
    assert not any("#:" in line or "#|" in line for line in lines)


def test_in_a_wide_terminal_both_stand_side_by_side(small: Course) -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=WIDE, color_system=None)
    assert Screen(console).is_wide
    Screen(console).side_by_side(side_by_side(small.exercise("half")))
    lines = [line.split() for line in out.getvalue().splitlines()]
    assert lines[0] == ["yours", "ours"]
    assert [*["return", "number", "+", "2", "|", "return", "number", "*", "2"]] in lines
    assert not Screen(Console(force_terminal=True, width=WIDE - 1)).is_wide
    assert not Screen(Console(file=out, width=WIDE)).is_wide


def test_what_only_one_side_has_says_whose_it_is(small: Course) -> None:
    exercise = small.exercise("done")
    ours = exercise.file.read_text("utf-8")
    exercise.file.write_text("import os\n" + ours.replace('    return f"{word', "\n"))
    signs = {row.sign for row in side_by_side(exercise)}
    assert {"<", "|", " "} <= signs
    exercise.file.unlink()
    assert {row.sign for row in side_by_side(exercise)} == {">"}


def test_the_diff_as_json(run: Run) -> None:
    told = json.loads(run("solution", "half", "--give-up", "--json").stdout)
    assert "-    return number + 2" in told["diff"]


def test_after_a_pass_the_solution_is_shown(run: Run, remember: Run) -> None:
    remember(done={"state": "passed"})
    done = run("solution", "done")
    assert done.stdout == "Your answer and ours are the same.\n"
    assert done.exit_code == 0


def test_a_long_line_of_a_diff_is_never_wrapped(run: Run, small: Course) -> None:
    line = f"NOTE = '{'long ' * 30}'"
    small.exercise("half").file.write_text(line)
    assert f"-{line}" in run("solution", "half", "--give-up").stdout.splitlines()


def test_the_solution_beside_a_deleted_or_odd_file(run: Run, small: Course) -> None:
    file = small.exercise("half").file
    file.write_bytes(b"\xff\x00\x1b[31m[bold]")
    assert "\x1b" not in run("solution", "half", "--give-up").stdout
    file.unlink()
    assert "+def double" in run("solution", "half", "--give-up").stdout


# Reset


def attempts(root: Path) -> list[Path]:
    return sorted((root / ".course" / "attempts").rglob("*.py"))


@pytest.mark.parametrize(
    "attempt", [b"mine = 1\r\n\t# caf\xe9\x00\xff", b"", b"#" * 3_000_000]
)
def test_reset_keeps_the_attempt_byte_for_byte(
    run: Run, small: Course, attempt: bytes
) -> None:
    exercise = small.exercise("half")
    exercise.file.write_bytes(attempt)
    done = run("reset", "half")
    [kept] = attempts(small.root)
    assert kept.read_bytes() == attempt
    starter = small.exercise("fresh").file.read_text()
    assert exercise.file.read_text() == starter
    assert done.exit_code == 0
    assert done.stdout == (
        f"Your attempt is kept:\n  {kept.relative_to(small.root)}\n"
        f"To get it back:\n  cp '{kept}' '{exercise.file}'\n"
        "The starter is back, and hints and progress begin anew:\n"
        "  exercises/02_half/half.py\n"
    )


def test_reset_twice_keeps_both_attempts_and_no_starter(
    run: Run, small: Course
) -> None:
    file = small.exercise("half").file
    for attempt in ("first", "second"):
        file.write_text(attempt)
        run("reset", "half")
    assert [kept.read_text() for kept in attempts(small.root)] == ["first", "second"]
    again = run("reset", "half").stdout
    told = "There was only the starter, so no attempt had to be kept.\n"
    assert again.startswith(told)
    assert len(attempts(small.root)) == 2


@pytest.mark.skipif(os.name != "posix", reason="needs a shell with cp")
@pytest.mark.parametrize("inside", [True, False])
def test_the_line_that_reset_gives_brings_the_attempt_back(
    typed: Run, small: Course, tmp_path: Path, inside: bool
) -> None:
    file, cwd = small.exercise("half").file, small.root if inside else tmp_path
    attempt = file.read_text()
    told = typed("reset", "half", root=small.root, cwd=cwd).stdout
    assert file.read_text() != attempt
    [line] = [row for row in told.splitlines() if row.startswith("  cp ")]
    subprocess.run(line, shell=True, cwd=cwd, check=True)
    assert file.read_text() == attempt


def test_reset_forgets_state_and_hints_of_this_exercise(
    run: Run, small: Course, remember: Run
) -> None:
    kept = {"state": "passed", "task": None}
    file = remember(half={"state": "passed", "hints": {"1": 2}}, done=kept)
    run("reset", "half")
    assert json.loads(file.read_text())["exercises"] == {"done": kept}
    assert "half   ░░░░░░░░  not started, 5 min\n" in rows(run().stdout)
    assert run("hint", "half").stdout.startswith("Hint 1 of 3, task 1:")


@pytest.mark.parametrize("columns", ["20", "40"])
def test_the_paths_that_reset_tells_are_never_wrapped(
    run: Run, small: Course, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    lines = run("reset", "half").stdout.splitlines()
    [kept] = attempts(small.root)
    assert f"  {kept.relative_to(small.root)}" in lines
    assert lines[-1] == "  exercises/02_half/half.py"


def test_reset_as_json_says_where_both_are(run: Run, small: Course) -> None:
    file = small.exercise("half").file
    attempt = file.read_bytes()
    told = json.loads(run("reset", "half", "--json").stdout)
    assert told["starter"] == str(file)
    assert Path(told["attempt"]).read_bytes() == attempt


def test_reset_of_a_missing_file_writes_it(run: Run, small: Course) -> None:
    file = small.exercise("half").file
    file.unlink()
    done = run("reset", "half")
    assert done.exit_code == 0
    told = "There was no file, so no attempt had to be kept.\n"
    assert done.stdout.startswith(told)
    assert file.read_text() == small.exercise("fresh").file.read_text()
    assert attempts(small.root) == []


def test_reset_of_a_folder_keeps_what_is_in_it(run: Run, small: Course) -> None:
    file = small.exercise("half").file
    file.unlink()
    file.mkdir()
    (file / "notes.py").write_text("mine")
    assert run("reset", "half").exit_code == 0
    assert file.is_file()
    assert [kept.read_text() for kept in attempts(small.root) if kept.is_file()] == [
        "mine"
    ]


def test_reset_leaves_the_file_when_the_attempt_cannot_be_kept(
    run: Run, small: Course
) -> None:
    file, before = small.exercise("half").file, small.exercise("half").file.read_bytes()
    (small.root / ".course").write_text("a file where a folder should be")
    done = run("reset", "half")
    assert (done.exit_code, file.read_bytes()) == (2, before)
    assert "cannot be written (" in done.stderr
    assert done.stderr.endswith("Nothing was lost: your attempt is as it was.\n")


def test_reset_says_where_the_attempt_is_when_the_starter_cannot_be_written(
    run: Run, small: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, before = small.exercise("half").file, small.exercise("half").file.read_bytes()

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    done = run("reset", "half")
    [kept] = attempts(small.root)
    assert (done.exit_code, kept.read_bytes()) == (2, before)
    assert done.stderr == (
        f"{file} cannot be written (No space left on device). "
        f"Nothing was lost: your attempt is kept at {kept}.\n"
    )


# Where it is typed


def test_from_a_folder_inside_the_course(typed: Run, small_course: Path) -> None:
    inside = small_course / "exercises" / "02_half"
    assert rows(typed(root=None, cwd=inside).stdout) == MAP


def test_from_outside_it_is_the_course_that_is_installed(
    typed: Run, tmp_path: Path
) -> None:
    done = typed(root=None, cwd=tmp_path)
    assert done.returncode == 0
    assert "Lesson 00" in done.stdout


@pytest.mark.parametrize("named", ["nowhere", "pyproject.toml", "lessons"])
def test_course_root_to_no_course(
    run: Run, small_course: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv("COURSE_ROOT", str(small_course / named))
    done = run()
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        f"COURSE_ROOT is {small_course / named}, and no course: "
        "a folder with `lessons` and `exercises` was wanted.\n"
    )


@pytest.mark.skipif(os.name != "posix", reason="a folder in use cannot be removed")
def test_in_a_folder_that_is_gone(typed: Run, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    (tmp_path / "sitecustomize.py").write_text(
        f"import os\nos.chdir({str(gone)!r})\nos.rmdir({str(gone)!r})\n"
    )
    done = typed(root=None, cwd=tmp_path, PYTHONPATH=str(tmp_path))
    told = "The folder that you are in is gone. Go to another, and try again.\n"
    assert (done.stderr, done.returncode) == (told, 2)


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "ascii", "COLUMNS": "40"},
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C", "PYTHONIOENCODING": "", "PYTHONCOERCECLOCALE": "0"},
        {"TERM": "dumb"},
        {"NO_COLOR": "1", "FORCE_COLOR": "1"},
        {"COLUMNS": "0"},
        {"COLUMNS": "1"},
        {"COLUMNS": "wide"},
        {"HOME": "/no/such/home"},
    ],
)
def test_in_every_terminal_the_map_says_the_same_words(
    typed: Run, small_course: Path, environment: dict[str, str]
) -> None:
    (small_course / "exercises/01_fresh/exercise.toml").write_text(
        'title = "Café … → naïve"\nlesson = "00_start"\nminutes = 5\ntasks = []\n',
        "utf-8",
    )
    done = typed(root=small_course, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    squeezed = "".join(done.stdout.split())
    plain = re.sub(r"\x1b\[[01]m", "", squeezed)
    assert plain.endswith("Next:Lesson00,Start(about10minutes)courselab00")
    assert "\x1b[3" not in done.stdout


def test_in_ascii_the_signs_are_ascii(typed: Run, small_course: Path) -> None:
    (small_course / "exercises/01_fresh/exercise.toml").write_text(
        'title = "Café …"\nlesson = "00_start"\nminutes = 5\ntasks = []\n', "utf-8"
    )
    done = typed(root=small_course, PYTHONIOENCODING="ascii")
    assert done.stdout.isascii()
    assert "o   Exercise 1  fresh  --------  not started, 5 min" in done.stdout
    wrong = typed("check", "é…", root=small_course, PYTHONIOENCODING="ascii")
    assert wrong.stderr.startswith("There is no exercise `?...`. There are: 1 fresh")
    assert wrong.returncode == 2


def test_a_reader_that_stops_early_is_no_traceback(
    program: Path, plain: Run, small_course: Path
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [program, "solution", "half", "--give-up"],
        env=plain(small_course),
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert b"Traceback" not in done.stderr
    assert done.returncode in (0, 1)


LOADING = """
import signal, sys

class PressCtrlC:
    def find_spec(self, name, *_):
        if name == "course.cli":
            signal.raise_signal(signal.SIGINT)

sys.meta_path.insert(0, PressCtrlC())
from course.__main__ import main
main()
"""


def test_ctrl_c_while_the_command_is_loaded_is_quiet() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADING], capture_output=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")
