"""What no answer may do to a check: each verdict is right, in words, and in time.

Every fault is put into our solution, which would pass without it: before it, at its
end, or into whatever the tests call.
"""

import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import randrange
from subprocess import CompletedProcess
from tempfile import gettempdir

import pytest

from course.content import Course, Exercise
from course.patience import BUSY
from course.runner import GRACE
from course.starter import solution_of, source_of
from course.verdict import State, Verdict
from course.workshop import Workshop

COURSE = Course(Path(__file__).parents[2])
ALL = [exercise.name for exercise in COURSE.exercises]
HANG = 0.7  # seconds: the time limit of a check that hangs

Change = Callable[[str], str]

INTO_CALLS = """
import functools, inspect

def _spoilt(function):
    if inspect.iscoroutinefunction(function):
        async def spoilt(*args, **kwargs):
            _fault()
            return await function(*args, **kwargs)
    else:
        def spoilt(*args, **kwargs):
            _fault()
            return function(*args, **kwargs)
    return functools.wraps(function)(spoilt)

for _name, _thing in list(globals().items()):
    if getattr(_thing, "__module__", "") == __name__ and _name[0] != "_":
        if isinstance(_thing, type):
            _thing.__init__ = _spoilt(_thing.__init__)
        elif inspect.isfunction(_thing):
            globals()[_name] = _spoilt(_thing)
"""
NEVER_MIND = """
import functools, inspect

def _never_mind(function):
    async def never_mind(*args, **kwargs):
        while True:
            try:
                return await function(*args, **kwargs)
            except BaseException:
                pass
    return functools.wraps(function)(never_mind)

def _spoil(names, keep):
    for name, thing in list(names.items()):
        if getattr(thing, "__module__", "") == __name__:
            if inspect.iscoroutinefunction(thing):
                keep(name, _never_mind(thing))
            elif isinstance(thing, type):
                _spoil(vars(thing), functools.partial(setattr, thing))

_spoil(globals(), globals().__setitem__)
"""


def at_the_end(code: str) -> Change:
    """Our solution, and `code` after it."""
    return lambda solution: f"{solution}\n{code}\n"


def in_calls(code: str) -> Change:
    """Our solution; each public function, and each class made, does `code` first."""
    body = code.replace("\n", "\n    ")
    return lambda solution: f"{solution}\ndef _fault():\n    {body}\n{INTO_CALLS}"


def both(code: str) -> tuple[Change, Change]:
    """At the end, and in calls."""
    return at_the_end(code), in_calls(code)


WAITS = "import threading\nthreading.Event().wait()"
CONNECTS = "import socket\nsocket.create_connection(('203.0.113.1', 443), 1)"
HIDES_IT = f"try:\n    {CONNECTS}\nexcept BaseException:\n    pass".replace(
    "\nsocket.", "\n    socket."
)
LEAVES = """\
import subprocess, threading, time
for apart in (True, False):
    subprocess.Popen(["sleep", "SECONDS"], start_new_session=apart)
    threading.Thread(target=time.sleep, args=(300,), daemon=apart).start()
print("x" * 2**20)"""
NOT_IMPORTED, STOPPED = "cannot be imported. ", "stopped Python itself"
NOT_ENDED = f"did not end within {HANG:g} s"
REACHED = "tried to reach `203.0.113.1`"
INTERRUPTED = ".py raised KeyboardInterrupt ("
CLOSED = ".py closed `sys.stdout` or `sys.stderr`."
RECURSED = "RecursionError: maximum recursion depth exceeded"

BROKEN: dict[str, tuple[Change, str]] = {
    "imports what is missing": (
        at_the_end("import no_such_module"),
        f"{NOT_IMPORTED}ModuleNotFoundError: No module named 'no_such_module'",
    ),
    "needs itself": (lambda s: f"from THIS import x\n{s}", NOT_IMPORTED),
    "waits at import": (at_the_end(WAITS), f".py: this {NOT_ENDED}, last seen at line"),
    "recurses": (at_the_end("def _f(): _f()\n_f()"), f"{NOT_IMPORTED}{RECURSED}"),
    "connects": (at_the_end(CONNECTS), REACHED),
    "ends Python": (at_the_end("import os\nos._exit(0)"), STOPPED),
    "is interrupted": (at_the_end("raise KeyboardInterrupt"), INTERRUPTED),
    "waits in a call": (in_calls(WAITS), f'": this {NOT_ENDED}, last seen at line'),
    "ends Python in a call": (in_calls("import os\nos._exit(0)"), STOPPED),
}
"""For every exercise: what is done to the solution, and words of the verdict."""

OF_ONE: dict[str, tuple[Change, State, str]] = {
    "prints without end": (
        in_calls("while True: print('x' * 10_000)"),
        State.BROKEN,
        NOT_ENDED,
    ),
    "holds Python up": (  # no other thread gets a turn
        in_calls("import re\nre.match('(a+)+$', 'a' * 40 + 'b')"),
        State.BROKEN,
        f'"An alias stands for its model": this {NOT_ENDED}.',
    ),
    "asks a person": (in_calls("input()"), State.FAILING, "waits for a person"),
    "recurses in a call": (in_calls("_fault()"), State.FAILING, RECURSED),
    "raises BaseException": (
        in_calls("raise BaseException('mine')"),
        State.FAILING,
        "BaseException: mine",
    ),
    "raises GeneratorExit": (
        in_calls("raise GeneratorExit"),
        State.FAILING,
        "GeneratorExit",
    ),
    "is interrupted in a call": (
        in_calls("raise KeyboardInterrupt"),
        State.BROKEN,
        INTERRUPTED,
    ),
    "exits in a call": (in_calls("raise SystemExit(0)"), State.FAILING, "SystemExit"),
    "exits pytest": (
        at_the_end("import pytest\npytest.exit('done', returncode=0)"),
        State.BROKEN,
        f"{NOT_IMPORTED}Exit: done",
    ),
    "exits pytest in a call": (
        in_calls("import pytest\npytest.exit('done', returncode=0)"),
        State.FAILING,
        "Exit: done",
    ),
    "cancels": (
        in_calls("import asyncio\nraise asyncio.CancelledError"),
        State.FAILING,
        "CancelledError",
    ),
    "connects in a call": (in_calls(CONNECTS), State.FAILING, REACHED),
    "connects and hides it": (in_calls(HIDES_IT), State.FAILING, REACHED[5:]),
    "eats memory": (
        at_the_end("kept = []\nwhile True: kept.append(bytearray(2**24))"),
        State.BROKEN,
        f"{NOT_IMPORTED}MemoryError",
    ),
    "crashes": (
        in_calls("import ctypes\nctypes.string_at(0)"),
        State.BROKEN,
        STOPPED,
    ),
    "closes its output": (
        at_the_end("import sys\nsys.stdout.close()"),
        State.BROKEN,
        CLOSED,
    ),
    "closes its output in a call": (
        in_calls("import sys\nsys.stderr.close()"),
        State.BROKEN,
        CLOSED,
    ),
    "closes every file": (
        at_the_end("import os\nos.closerange(0, 256)"),
        State.BROKEN,
        "closed its output",
    ),
    "patches asyncio": (
        at_the_end("import asyncio\nasyncio.to_thread = None"),
        State.FAILING,
        "NoneType",
    ),
}
"""For the first exercise alone: what is done, the state and words of the verdict."""

HARMLESS = {
    "goes to another folder": "import os\nos.chdir('/')",
    "deletes its file": ("import os\nif os.path.exists(__file__): os.unlink(__file__)"),
    "patches time": "import time\ntime.time = time.monotonic = lambda: 0.0",
    "marks": "import pytest\npytest.mark.asyncio, pytest.mark.of_my_own",
    "warns": "import warnings\nwarnings.warn('old', DeprecationWarning)",
    "sleeps at the end": "import atexit, time\natexit.register(time.sleep, 300)",
}
"""What a right answer may do and still pass."""


def ours(exercise: Exercise) -> str:
    """Our solution."""
    return solution_of(source_of(exercise))


Check = Callable[..., Verdict]


@pytest.fixture
def checked(tmp_path: Path, workshop: Workshop) -> Check:
    """The verdict on an exercise, whose answer is our solution, changed."""

    def check(name: str, change: Change, limit: float = 10.0) -> Verdict:
        exercise = COURSE.exercise(name)
        limited = exercise.record | {"time_limit": limit}
        answer = tmp_path / f"{name}.py"
        text = change(ours(exercise)).replace("THIS", name)
        answer.write_text(text, "utf-8")
        verdict = workshop.check(replace(exercise, record=limited), answer)
        assert verdict.seconds < BUSY * (limit + GRACE)
        return verdict

    return check


def said(verdict: Verdict) -> str:
    """What a learner reads first."""
    failure = verdict.first_failure
    return verdict.problem or (failure.message if failure else "")


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("fault", BROKEN)
def test_every_exercise_tells_what_keeps_it_from_running(
    checked: Check, name: str, fault: str
) -> None:
    change, words = BROKEN[fault]
    verdict = checked(name, change, HANG if NOT_ENDED in words else 10.0)
    assert (verdict.state, words in said(verdict)) == (State.BROKEN, True), said(
        verdict
    )
    assert "Traceback" not in said(verdict)
    assert gettempdir() not in said(verdict)


@pytest.mark.parametrize("fault", OF_ONE)
def test_whatever_a_call_does_has_a_verdict(checked: Check, fault: str) -> None:
    change, state, words = OF_ONE[fault]
    verdict = checked("aliasing", change, HANG if NOT_ENDED in words else 10.0)
    assert (verdict.state, words in said(verdict)) == (state, True), said(verdict)
    assert "Traceback" not in said(verdict)


@pytest.mark.parametrize("act", HARMLESS)
def test_what_harms_nobody_passes(checked: Check, act: str) -> None:
    for change in both(HARMLESS[act]):
        verdict = checked("aliasing", change)
        assert verdict.passed, said(verdict)


@pytest.mark.parametrize("name", ALL)
def test_nothing_that_an_answer_starts_outlives_the_check(
    checked: Check, name: str
) -> None:
    seconds = str(randrange(10**8, 10**9))
    verdict = checked(name, at_the_end(LEAVES.replace("SECONDS", seconds)))
    assert verdict.passed, said(verdict)
    assert seconds not in running()


def running() -> str:
    """The command lines of all processes."""
    if sys.platform != "linux":
        pytest.skip("this system does not list processes this way")
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it is gone
            found.append(file.read_bytes().decode())
    return "\n".join(found)


@pytest.mark.parametrize(
    "name", ["rate_limiting", "caching", "live_catalogue", "profiler"]
)
def test_who_swallows_even_being_cancelled_is_told(checked: Check, name: str) -> None:
    verdict = checked(name, at_the_end(NEVER_MIND), 2.0)
    assert not verdict.passed
    assert "did not end within 2 s" in said(verdict) or "came back" in said(verdict)


# Files that Python cannot read, and a few that it can


FILES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "latin-1": (lambda s: s + "# caf\xe9".encode("latin-1"), "save it as UTF-8"),
    "UTF-16": (lambda s: s.decode().encode("utf-16"), "is no plain text"),
    "a NUL": (lambda s: s + b"\0", "is no plain text: save it as UTF-8"),
    "empty": (lambda _: b"", f"{NOT_IMPORTED}The tests use the name `"),
    "tabs and spaces": (
        lambda s: s + b"if True:\n        x = 1\n\ty = 1\n",
        "inconsistent use of tabs and spaces",
    ),
    "syntax of a newer Python": (
        lambda s: s + b"try:\n    pass\nexcept ValueError, TypeError:\n    pass\n",
        "Python cannot read this line",
    ),
    "half of a merge": (lambda s: s + b"<<<<<<< HEAD\n", "cannot read this line"),
}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("name", ["aliasing", "factory_tests"])
def test_a_file_that_is_no_python_is_told(
    tmp_path: Path, workshop: Workshop, name: str, kind: str
) -> None:
    exercise, (change, words) = COURSE.exercise(name), FILES[kind]
    answer = tmp_path / f"{name}.py"
    answer.write_bytes(change(ours(exercise).encode()))
    verdict = workshop.check(exercise, answer)
    if (name, kind) == ("factory_tests", "empty"):
        assert verdict.state is State.FAILING
        assert "no test ran: none begins with `test_`" in said(verdict)
    else:
        assert (verdict.state, words in verdict.problem) == (State.BROKEN, True), said(
            verdict
        )


@pytest.mark.parametrize("name", ["aliasing", "factory_tests"])
def test_a_mark_at_the_front_and_other_line_ends_do_no_harm(
    tmp_path: Path, workshop: Workshop, name: str
) -> None:
    exercise, answer = COURSE.exercise(name), tmp_path / f"{name}.py"
    text = ours(exercise).replace("\n", "\r\n")
    answer.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert workshop.check(exercise, answer).passed


# The command itself, in a folder with a space in its name


TYPED: dict[str, tuple[Change, str, int]] = {
    "aliasing": (at_the_end(WAITS), "[broken] aliasing.py: this did not end within", 1),
    "recommendation": (in_calls(CONNECTS), f"[failing] {REACHED}", 1),
    "caching": (at_the_end(LEAVES), "[passed]", 0),
}


@pytest.fixture(scope="module")
def copy_of_the_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course, with bad answers in it, to be checked as learners do."""
    root = tmp_path_factory.mktemp("bad input") / "my course"
    for folder in ("exercises", "solutions"):
        shutil.copytree(COURSE.root / folder, root / folder)
    (root / "lessons").mkdir()
    for name, (change, _, _) in TYPED.items():
        exercise = Course(root).exercise(name)
        exercise.file.write_text(change(ours(exercise)).replace("SECONDS", "299999999"))
        record = exercise.folder / "exercise.toml"
        record.write_text("time_limit = 3\n" + record.read_text("utf-8"), "utf-8")
    return root


@pytest.mark.parametrize("name", TYPED)
def test_the_command_tells_it_too(
    copy_of_the_course: Path, typed: Callable[..., CompletedProcess[str]], name: str
) -> None:
    _, words, status = TYPED[name]
    done = typed("check", name, root=copy_of_the_course)
    assert (done.returncode, done.stderr) == (status, "")
    assert words.split("]")[0] in done.stdout
    assert words.split("] ")[-1] in " ".join(done.stdout.split())
    assert "299999999" not in running()
