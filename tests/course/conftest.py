"""A mini-course: a folder with lessons, exercises and solutions, one per outcome."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner, Result

from course.cli import main
from course.content import Course
from course.runner import digest
from course.starter import solution_of, starter_of
from course.workshop import Workshop

COMMAND = Path(sys.executable).with_name("course")

# Behind `nohup` or `&`, what a process starts would not hear of these either.
for _kind in (signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGINT)):
    if signal.getsignal(_kind) is signal.SIG_IGN:
        signal.signal(_kind, lambda *_: None)

SOLUTION = '''\
"""Two small functions."""


def double(number: int) -> int:
    """Return twice `number`."""
    #: starter
    #| raise NotImplementedError("Task 1: return twice `number`.")
    #: solution
    return number * 2
    #: end


def shout(word: str) -> str:
    """Return `word` in capitals, with an exclamation mark.

    Raises `ValueError` if it is empty.
    """
    #: starter
    #| # TODO task 2
    #| return word
    #: solution
    if not word:
        raise ValueError("The word is empty: there is nothing to shout.")
    return f"{word.upper()}!"
    #: end
'''

TESTS = '''\
"""What the exercise asks for."""

import pytest
from NAME import double, shout

from course.expect import call


@pytest.mark.task(1)
@pytest.mark.parametrize("number", [0, 3])
def test_a_number_is_doubled(number):
    call(double, number).returns(
        number * 2, why="Twice is what was asked for.", look="the body of `double`."
    )


@pytest.mark.task(2)
def test_a_word_is_shouted():
    call(shout, "hi").returns(
        "HI!", why="One shouts in capitals.", look="`str.upper`."
    )


@pytest.mark.task(2)
def test_an_empty_word_is_refused():
    call(shout, "").raises(
        ValueError, naming=["empty"], why="Silence is no shout.", look="the first line."
    )
'''

RECORD = """\
title = "Double and shout"
lesson = "00_start"
minutes = 5
time_limit = 1

[[tasks]]
title = "Double a number"
points = 1
hints = ["Look at `double`.", "Twice is times two.", "Return the product."]

[[tasks]]
title = "Shout a word"
points = 2
hints = ["Look at `shout`.", "Strings have methods.", "Capitals, then a mark."]
"""

LESSON = """\
title = "{title}"
minutes = 10
needs = []

[[objectives]]
text = "Predict what a cell prints."

[[quiz]]
id = "which"
question = "Which one?"
options = [
    {{ text = "This one", because = "It is.", right = true }},
    {{ text = "That one", because = "It was the other." }},
]
"""

DONE, STARTER = solution_of(SOLUTION), starter_of(SOLUTION)
HALF = DONE.replace("    return number * 2\n", "    return number + 2\n")

ANSWERS: dict[str, bytes | None] = {
    "fresh": STARTER.encode(),
    "half": HALF.encode(),
    "done": DONE.encode(),
    "syntax": b"def double(number):\n\treturn number *\n",
    "missing_module": b"import no_such_module\n",
    "missing_name": b"def double(number):\n    return 2 * number\n",
    "deleted": None,
    "latin": "word = 'caf\xe9'\n".encode("latin-1"),
    "latin_comment": DONE.encode() + "# caf\xe9\n".encode("latin-1"),
    "odd_coding": b"# coding: hex\n" + DONE.encode(),
    "nul": DONE.encode("utf-16"),
    "empty": b"",
    "folder": None,
    "nested": b"x = " + b"-" * 100_000 + b"1\n",
    "enormous": b"#" * 2_000_000,
    "leaves": b"exit()\n",
    "vanishes": b"import os\n\nos._exit(0)\n",
    "endless_import": b"while True:\n    pass\n",
    "endless_test": DONE.replace("return number * 2", "while True: pass").encode(),
    "deep": DONE.replace("return number * 2", "return double(number)").encode(),
    "quits": DONE.replace("return number * 2", "raise SystemExit(0)").encode(),
    "ends_in_a_test": DONE.replace(
        "return number * 2", "__import__('os')._exit(0)"
    ).encode(),
    "skips": b"import pytest\n" + DONE.replace("number * 2", "pytest.skip()").encode(),
    "xfails": b"import pytest\n"
    + DONE.replace("number * 2", "pytest.xfail()").encode(),
    "module_skips": b"import pytest\n\npytest.skip(allow_module_level=True)\n",
    "calls_home": DONE.replace(
        "    return number * 2",
        "    import socket\n    try:\n"
        "        socket.create_connection(('203.0.113.1', 443), 1)\n"
        "    except BaseException:\n        pass\n    return number * 2",
    ).encode(),
    "prints": HALF.replace(
        "    return", "    print('here:', number)\n    return"
    ).encode(),
    "asks": DONE.replace("return number * 2", "return int(input())").encode(),
    "crlf": b"\xef\xbb\xbf" + DONE.replace("\n", "\r\n").encode(),
    "crlf_starter": b"\xef\xbb\xbf" + STARTER.replace("\n", "\r\n").encode(),
    "old_escape": b'PATTERN = "\\d"\n' + DONE.encode(),
}


def build_course(root: Path, answers: dict[str, bytes | None]) -> Path:
    """A course in `root` with one exercise for each answer, in this order."""
    lessons = root / "lessons"
    lessons.mkdir(parents=True)
    for number, (name, title) in enumerate([("start", "Start"), ("names", "Names")]):
        stem = lessons / f"{number:02}_{name}"
        notebook = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
        stem.with_suffix(".ipynb").write_text(json.dumps(notebook), "utf-8")
        stem.with_suffix(".toml").write_text(LESSON.format(title=title), "utf-8")
    for number, (name, answer) in enumerate(answers.items(), start=1):
        folder = f"{number:02}_{name}"
        (root / "solutions" / folder).mkdir(parents=True)
        (root / "solutions" / folder / f"{name}.py").write_text(SOLUTION, "utf-8")
        exercise = root / "exercises" / folder
        exercise.mkdir(parents=True)
        (exercise / "exercise.toml").write_text(RECORD, "utf-8")
        tests = TESTS.replace("NAME", name)
        (exercise / f"test_{name}.py").write_text(tests, "utf-8")
        if answer is not None:
            (exercise / f"{name}.py").write_bytes(answer)
        elif name == "folder":
            (exercise / f"{name}.py").mkdir()
    return root


def plain_environment(root: Path | None) -> dict[str, str]:
    """What a plain terminal of 80 columns gives to a program, away from uv."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COURSE_", "UV_", "PYTEST_", "COV_", "JUPYTER"))
        and name not in ("NO_COLOR", "FORCE_COLOR", "TERM", "LC_ALL", "BROWSER")
    }
    kept |= {"COLUMNS": "80", "PYTHONIOENCODING": "utf-8"}
    return kept | ({"COURSE_ROOT": str(root)} if root else {})


def type_command(
    *words: str, root: Path | None, cwd: Path | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run `course words` as a terminal does, in a process of its own."""
    return subprocess.run(
        [COMMAND, *words],
        cwd=cwd or root,
        env=plain_environment(root) | more,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="session")
def program() -> Path:
    """The command that learners type."""
    return COMMAND


@pytest.fixture(scope="session")
def plain() -> Callable[[Path | None], dict[str, str]]:
    """The environment of a plain terminal of 80 columns."""
    return plain_environment


@pytest.fixture(scope="session")
def typed() -> Callable[..., subprocess.CompletedProcess[str]]:
    """`course words` in a process of its own: `typed("check", root=…)`."""
    return type_command


@pytest.fixture(scope="session")
def mini_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One exercise for each outcome. Read only, please: all tests share it."""
    return build_course(tmp_path_factory.mktemp("mini") / "my course", ANSWERS)


Checked = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def checked(mini_course: Path) -> Iterator[Checked]:
    """`course check NAME …` in the mini-course, run once for all tests."""
    with ThreadPoolExecutor(2) as pool:
        futures: dict[tuple[str, ...], Future[Any]] = {}

        def start(*words: str) -> None:
            run = pool.submit(type_command, "check", *words, root=mini_course)
            futures.setdefault(words, run)

        for name in ("half", "done", "fresh", "endless_import", "vanishes"):
            start(name)
        start("half", "--json")

        def result(*words: str) -> subprocess.CompletedProcess[str]:
            if words not in futures:
                start(*words)
            return futures[words].result(120)

        yield result


@pytest.fixture(scope="session")
def workshop() -> Iterator[Workshop]:
    """Checks sooner: one process that has imported everything, and forks."""
    shop = Workshop()
    yield shop
    shop.close()


@pytest.fixture
def small_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course to change: `fresh`, `half` and `done`, and nobody else's."""
    answers = {name: ANSWERS[name] for name in ("fresh", "half", "done")}
    root = build_course(tmp_path / "my course", answers)
    for name, value in plain_environment(root).items():
        monkeypatch.setenv(name, value)
    for name in ("UV_RUN_RECURSION_DEPTH", "NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    return root


@pytest.fixture
def small(small_course: Path) -> Course:
    """`small_course`, as the program sees it."""
    return Course(small_course)


@pytest.fixture
def run(small_course: Path) -> Callable[..., Result]:
    """`course words` in `small_course`, in this process: quick."""

    def invoke(*words: str) -> Result:
        result = CliRunner().invoke(main, words, prog_name="course")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


@pytest.fixture
def remember(small_course: Path) -> Callable[..., Path]:
    """Write progress.json as an earlier session left it.

    `file="<as it is>"` stands for the digest of the exercise's file.
    """

    def write(**exercises: Any) -> Path:
        for name, row in exercises.items():
            if isinstance(row, dict) and row.get("file") == "<as it is>":
                row["file"] = digest(Course(small_course).exercise(name).file)
        return _write_progress(
            small_course, {"version": 1, "exercises": exercises, "lessons": {}}
        )

    return write


def _write_progress(root: Path, data: Any) -> Path:
    file = root / ".course" / "progress.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(data if isinstance(data, str) else json.dumps(data), "utf-8")
    return file
