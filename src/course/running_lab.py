"""Which JupyterLab runs for a clone: `.course/lab.json`, there as long as it runs.

    {"port": 8888, "token": "…", "pid": 4711}

The file may be missing, damaged or left over from a crash: then nobody is known to
run. Only its owner may read it, for the token lets whoever has it run code.
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from course.content import Course

PATIENCE = 5.0  # seconds for an answer


@dataclass(frozen=True)
class RunningLab:
    """A JupyterLab: the port on 127.0.0.1, what opens it, and its process."""

    port: int
    token: str
    pid: int

    def address(self, notebook: str) -> str:
        """Where a browser finds a notebook of the course."""
        place = f"http://127.0.0.1:{self.port}/lab/tree/lessons/{notebook}"
        return f"{place}?token={self.token}"

    def answers(self) -> bool:
        """Whether a Jupyter is there that this token opens."""
        key = {"Authorization": f"token {self.token}"}
        question = Request(f"http://127.0.0.1:{self.port}/api/status", headers=key)
        directly = build_opener(ProxyHandler({}))
        try:
            with directly.open(question, timeout=PATIENCE) as answer:
                status = json.loads(answer.read())
        except (OSError, ValueError, HTTPException):
            return False
        return isinstance(status, dict) and "kernels" in status


def find_running(course: Course) -> RunningLab | None:
    """The JupyterLab that runs for this clone, if one still answers."""
    running = _read(_file(course))
    return running if running and running.answers() else None


@contextmanager
def recorded(course: Course, running: RunningLab) -> Iterator[None]:
    """Let others find `running`, until the end; not where nothing can be written."""
    file = _file(course)
    with suppress(OSError):
        _write(file, running)
    try:
        yield
    finally:
        with suppress(OSError):
            if _read(file) == running:  # else it is another one's by now
                file.unlink()


def _file(course: Course) -> Path:
    return course.state_folder / "lab.json"


def _write(file: Path, running: RunningLab) -> None:
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        json.dump(asdict(running), opened)


def _read(file: Path) -> RunningLab | None:
    try:
        data: Any = json.loads(file.read_text("utf-8"))
        running = RunningLab(data["port"], data["token"], data["pid"])
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    return running if _makes_sense(running) else None


def _makes_sense(running: RunningLab) -> bool:
    return (
        type(running.port) is type(running.pid) is int
        and 0 < running.port < 65536
        and isinstance(running.token, str)
        and re.fullmatch(r"[A-Za-z0-9_-]+", running.token) is not None
    )
