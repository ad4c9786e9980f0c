"""A prepared process, as seen from outside: it is asked, and started again if lost."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from course.content import CourseError
from course.grading.order import Answer, Order
from course.grading.settings import Level
from course.grading.walls import bubblewrap

START_LIMIT = 300.0  # seconds to import the libraries, on a slow, busy machine
PATIENCE = 45  # times the limit of one test: the prepared process itself is stuck


class NotStartedError(Exception):
    """The prepared process does not come up: the machine's fault, or ours."""


class Bench:
    """One prepared process. Not for two threads at once: give each its own."""

    def __init__(self, level: Level) -> None:
        self._level = level
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self._closed = False

    def ask(self, order: Order) -> Answer:
        """What came of `order`. Raises `NotStartedError` before there is any risk."""
        self._start()
        hidden = [asdict(tests) for tests in order.tests if tests.hidden]
        if order.apart and hidden:
            known = tuple(tests for tests in order.tests if not tests.hidden)
            order = replace(order, tests=known, hidden_tests_follow=True)
        answer = self._exchange(_line(order.as_json()), PATIENCE * order.limit)
        if answer and order.hidden_tests_follow:
            answer = self._exchange(_line(hidden), PATIENCE * order.limit)
        if answer is None:
            self._end()
            return Answer(end="lost")
        return Answer(**json.loads(answer))

    def close(self) -> None:
        """End the process and what it started; for good."""
        self._closed = True
        self._end()

    def _start(self) -> None:
        if self._closed:
            raise NotStartedError("The grader was stopped.")
        if self._process is not None and self._process.poll() is None:
            return
        self._end()
        self._folder = Path(tempfile.mkdtemp(prefix=f"course-grade-{os.getpid()}-"))
        self._process = subprocess.Popen(
            self._command(self._folder),
            cwd=self._folder,
            env=_environment(self._folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            bufsize=0,
        )
        if self._exchange(b"", START_LIMIT) is None:
            self._end()
            raise NotStartedError("The prepared process ended before it was ready.")

    def _command(self, folder: Path) -> list[str]:
        boxed = self._level is Level.SANDBOX
        words = [sys.executable, "-P", "-m", "course.grading.started"]
        words += [str(self._level), "0" if boxed else str(os.getpid())]
        if boxed:
            inside = _environment(Path(bubblewrap.TMP))
            return bubblewrap.wrapped(words, inside)
        return words

    def _exchange(self, line: bytes, patience: float) -> bytes | None:
        """Write a line, and wait for the line that answers it."""
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        answer = b""
        try:
            process.stdin.write(line)
            while not answer.endswith(b"\n"):
                if not select.select([process.stdout], [], [], patience)[0]:
                    return None
                data = os.read(process.stdout.fileno(), 1 << 20)
                if not data:
                    return None
                answer += data
        except (OSError, ValueError):  # it died, or it was closed meanwhile
            return None
        return answer

    def _end(self) -> None:
        process, self._process = self._process, None
        folder, self._folder = self._folder, None
        if process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _line(facts: Any) -> bytes:
    return json.dumps(facts).encode() + b"\n"


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of the teacher's: no key, no home, no settings."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "SSL_CERT_DIR": str(folder),  # no client reads certificates: nobody shows one
    }


def tidy() -> None:
    """Remove the folders of graders that are no more."""
    for folder in Path(tempfile.gettempdir()).glob("course-grade-*-*"):
        with suppress(ValueError, OSError):
            process = int(folder.name.split("-")[2])
            if folder.stat().st_uid == os.getuid() and not _runs(process):
                shutil.rmtree(folder, ignore_errors=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def refuse_if_missing(level: Level) -> None:
    """Raise `CourseError` if there is no grading at `level` on this machine."""
    if not hasattr(os, "fork"):
        raise CourseError("Grading needs Linux or macOS: here no process can fork.")
    if level is Level.SANDBOX:
        bubblewrap.refuse_if_missing()
