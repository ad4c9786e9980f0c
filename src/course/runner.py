"""Checks an exercise: runs its tests beside the learner's file and gives a verdict.

The tests run in a process of their own, in a fresh folder that holds the exercise's
record, its tests and the one file that the learner edits, so that nothing else that
lies around (a `conftest.py`, an old `.pyc`) has a say.

Protects against accidents and simple cheats; a learner who forges the worker's
report from inside is the grader's business.
"""

import hashlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from course.content import CourseError, Exercise, bring_back, command, not_readable
from course.leftovers import end_all_in, limit_memory
from course.network import is_live
from course.patience import Stopwatch
from course.readable import unreadable
from course.starter import is_starter
from course.verdict import (
    State,
    TaskVerdict,
    Verdict,
    expected_tests,
    in_words,
    judge_tasks,
    judge_tests,
)

START_LIMIT = 120.0  # seconds to import the libraries, on a slow, busy machine
AT_ONCE = 0.1  # seconds within which most lines of a worker follow each other
GRACE = 5.0  # seconds beyond a test's limit before the worker is stopped from outside

Event = dict[str, Any]


Run = Callable[[Exercise, Path], Generator[Event]]
"""Runs the tests of an exercise on an answer, and tells what happens."""


def check(
    exercise: Exercise,
    answer: Path | None = None,
    run: Run | None = None,
    tell: Callable[[Verdict], None] = lambda verdict: None,
) -> Verdict:
    """Run the tests of `exercise` on `answer`, else on the learner's own file.

    `run` is how: by default in a process of its own; `workshop` knows a faster way.
    `tell` hears the verdict before what it took is put away.
    """
    started, run = time.perf_counter(), run or _run
    answer = answer or exercise.file
    file, expected = digest(answer), _expected(exercise)
    problem = unreadable(answer)
    with nullcontext(()) if problem else closing(run(exercise, answer)) as happening:
        events = list(_to_the_finish(happening))
        problem = problem or _problem(exercise, events, set(expected))
        tasks = judge_tasks(exercise, judge_tests(expected, events))
        verdict = Verdict(
            exercise=exercise.name,
            state=_state(exercise, answer, problem, tasks),
            tasks=tasks,
            problem=problem,
            seconds=round(time.perf_counter() - started, 2),
            file=file,
        )
        tell(verdict)
    return verdict


def _to_the_finish(events: Iterable[Event]) -> Iterator[Event]:
    """What comes after it is no answer's: threads may keep a process from its end."""
    for event in events:
        yield event
        if event["event"] == "finished":
            break


def digest(answer: Path) -> str:
    """The SHA-256 of a file, in hexadecimal; empty if it cannot be read."""
    try:
        return hashlib.sha256(answer.read_bytes()).hexdigest()
    except OSError:
        return ""


def _expected(exercise: Exercise) -> Mapping[str, int]:
    if not exercise.folder.is_dir():
        raise CourseError(
            f"The folder {exercise.folder} is not there. If it was renamed, give it "
            f"its name again; else `{bring_back(exercise.folder)}` "
            "brings it back, with the starter in it."
        )
    try:
        return expected_tests(exercise.test_file.read_text("utf-8"))
    except (OSError, ValueError, SyntaxError) as error:
        raise not_readable(exercise.test_file, error) from error


def _state(
    exercise: Exercise, answer: Path, problem: str, tasks: tuple[TaskVerdict, ...]
) -> State:
    if problem:
        return State.BROKEN
    if tasks and all(task.state is State.PASSED for task in tasks):
        return State.PASSED
    return State.NOT_STARTED if is_starter(exercise, answer) else State.FAILING


def _problem(exercise: Exercise, events: list[Event], expected: set[str]) -> str:
    """What kept the tests from running to their end, in words; empty if nothing."""
    if not events:
        raise CourseError(
            f"The tests could not be started. `{command('doctor')}` finds out why."
        )
    name, last = exercise.file.name, events[-1]
    for event in events:
        if event["event"] == "broken":
            return f"{name} cannot be imported. {event['message']}"
    if last["event"] == "stuck":
        return _endless(exercise, last)
    if last["event"] == "silent":
        return _endless(exercise, _begun_before(events))
    ran = {event["test"].partition("[")[0] for event in events if "part" in event}
    if last["event"] == "finished" and expected <= ran:
        return ""
    by = next((event["by"] for event in events if event["event"] == "stopped"), "")
    if last["event"] == "finished":
        by = by or "skips or stops the tests"
        return f"Not every test ran: something in {name} {by}."
    by = by or (
        "stopped Python itself (such as `exit()`), closed its output, or took "
        "all memory"
    )
    return f"The tests were ended before they were done: something in {name} {by}."


def _begun_before(events: list[Event]) -> Event:
    """The test that was set up when the worker fell silent; empty if none was."""
    told = [event for event in events if event["event"] == "result"]
    return told[-1] if told and told[-1]["part"] == "setup" else {}


def _endless(exercise: Exercise, last: Event) -> str:
    line = f", last seen at line {last['line']}" if last.get("line") else ""
    test = last.get("test", "").partition("[")[0]
    doing = f'"{in_words(test)}"' if test else exercise.file.name
    return (
        f"{doing}: this did not end within {exercise.time_limit:g} s{line}. "
        "Look for a loop that never ends, or a wait for something that never comes."
    )


def _run(exercise: Exercise, answer: Path) -> Generator[Event]:
    with new_place() as place, bench(exercise, answer, Path(place)) as folder:
        told = [str(folder), str(exercise.time_limit), *known_ahead(exercise)]
        process = start_worker(*told, cwd=folder)
        try:
            yield from events_of(process, lambda: exercise.time_limit)
        finally:
            stop(process)


def known_ahead(exercise: Exercise) -> list[str]:
    """The files whose imports a worker may see to before it looks at an answer."""
    return [str(exercise.test_file), str(exercise.solution)]


def start_worker(*arguments: str, cwd: Path | None = None) -> subprocess.Popen[str]:
    """Start `course.worker` as the leader of a process group, without API keys.

    It takes orders unless `arguments` say what to run.
    """
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "course.worker", *arguments],
        cwd=cwd or tempfile.gettempdir(),
        env=_environment(),
        stdin=subprocess.DEVNULL if arguments[1:] else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        encoding="utf-8",
        errors="replace",
    )
    limit_memory(process.pid)
    return process


def order(process: subprocess.Popen[str], **what: Any) -> None:
    """Tell a prepared worker what to do: see `course.worker`."""
    assert process.stdin is not None
    with suppress(OSError):  # a process that is no more has no events either
        process.stdin.write(json.dumps(what) + "\n")
        process.stdin.flush()


def order_to_prepare(
    process: subprocess.Popen[str], exercise: Exercise, place: Path, options: str
) -> None:
    """Let a prepared worker make ready for a `bench` of `exercise` in `place`.

    `options` are words for pytest's command line.
    """
    folder = str(_folder(exercise, place))
    order(process, folder=folder, files=known_ahead(exercise), options=options)


@contextmanager
def bench(exercise: Exercise, answer: Path, place: Path) -> Iterator[Path]:
    """Lay the tests and `answer` side by side in a folder in `place`.

    At the end, what still works in that folder is ended with it.
    """
    folder = _folder(exercise, place)
    with tempfile.TemporaryDirectory(dir=place) as old:
        for file in (exercise.folder / "exercise.toml", exercise.test_file):
            shutil.copyfile(file, folder / file.name)
        shutil.copyfile(answer, folder / exercise.file.name)
        try:
            yield folder
        finally:
            end_all_in(folder)
            with suppress(FileNotFoundError):  # an answer may remove it
                folder.rename(Path(old) / "done")


def new_place() -> "tempfile.TemporaryDirectory[str]":
    """A folder of this machine for one bench after the other."""
    return tempfile.TemporaryDirectory(prefix="course-")


def _folder(exercise: Exercise, place: Path) -> Path:
    folder = place.resolve() / exercise.folder.name
    folder.mkdir(exist_ok=True)
    return folder


def _environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.endswith("_API_KEY")}
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTHONWARNINGS"):
        kept.pop(name, None)
    kept |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONUTF8": "1"}
    kept["OPENBLAS_NUM_THREADS"] = "1"  # each one more takes memory
    return kept if is_live() else kept | _no_certificates(kept)


def _no_certificates(kept: dict[str, str]) -> dict[str, str]:
    """Let no HTTP client read the certificates of this machine, which takes a while.

    Nobody shows one: nothing leaves the machine. They are looked for in a folder that
    has none.
    """
    kept.pop("SSL_CERT_FILE", None)
    return {"SSL_CERT_DIR": str(Path(__file__).parent)}


def events_of(
    process: subprocess.Popen[str], limit: Callable[[], float]
) -> Iterator[Event]:
    """What the worker tells, until it ends or is silent for too long.

    It ends itself when a step passes `limit()` seconds; this is for one that cannot.
    """
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_read, args=(process, lines), daemon=True).start()
    stopwatch, begun = Stopwatch(process.pid), False
    line = _next(lines, stopwatch, START_LIMIT)
    while line:
        event = _event(line)
        if "process" in event:
            stopwatch = Stopwatch(event["process"])
        if event:
            yield event
        # Before it begins with a folder, it may import what that one needs.
        begun = event.get("event") == "begun" or (begun and not _is_end(event))
        line = _next(lines, stopwatch, limit() + GRACE if begun else START_LIMIT)
    if line is None:
        yield {"event": "silent"}


def _event(line: str) -> Event:
    """What a line tells; nothing if it is none of the worker's."""
    try:
        return dict(json.loads(line))
    except (TypeError, ValueError):
        return {}


def _is_end(event: Event) -> bool:
    return event.get("event") == "ended"


def _next(lines: "queue.Queue[str]", stopwatch: Stopwatch, limit: float) -> str | None:
    """The next line, empty at the end; None if nothing comes for too long."""
    with suppress(queue.Empty):  # nearly always: there is no need to look at a clock
        return lines.get(timeout=AT_ONCE)
    stopwatch.start()
    while (left := stopwatch.left(limit)) > 0:
        with suppress(queue.Empty):
            return lines.get(timeout=left)
    return None


def _read(process: subprocess.Popen[str], lines: "queue.Queue[str]") -> None:
    assert process.stdout is not None
    with suppress(ValueError):  # it was closed here, at this moment
        for line in process.stdout:
            lines.put(line)
    lines.put("")


def stop(process: subprocess.Popen[str]) -> None:
    """End the worker and whatever it started."""
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):  # macOS says the second
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):  # an order that it did not live to read
                pipe.close()
