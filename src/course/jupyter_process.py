"""JupyterLab as a process of its own: on which port, with what settings, and its log.

It listens on this machine only. Its log is kept in `.course`, so that the terminal
shows the address and nothing else.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from course.content import Course, CourseError, command

FIRST_PORT, TRIES = 8888, 50
START_LIMIT = 90.0  # seconds


def free_port(wanted: int | None) -> int:
    """The port `wanted`, or the first that can be had; 0 is any that is free."""
    fault: str | None = None
    candidates = range(FIRST_PORT, FIRST_PORT + TRIES) if wanted is None else [wanted]
    for port in candidates:
        with socket.socket() as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                fault = error.strerror
                continue
            return int(probe.getsockname()[1])
    raise CourseError(
        f"Port {candidates[0]} cannot be used: {fault}. "
        f"`{command('lab --port 0')}` takes a free one."
    )


@contextmanager
def jupyter(
    course: Course, port: int, token: str
) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """JupyterLab as a process, with the file that holds its log; ended afterwards."""
    with _log_file(course) as log:
        process = subprocess.Popen(
            [*_command_line(course, port), *_as_root()],
            env=os.environ | _settings(course, token),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us alone; we end it in order
        )
        try:
            yield process, Path(log.name)
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def _command_line(course: Course, port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1"),
        *(f"--port={port}", "--ServerApp.port_retries=0"),
        f"--ServerApp.root_dir={course.root}",
        "--ServerApp.contents_manager_class=course.lab_contents.LessonContents",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]


def _as_root() -> list[str]:
    return ["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []


def _settings(course: Course, token: str) -> dict[str, str]:
    """The environment of JupyterLab; the token is not on its command line.

    Its workspace, the tabs that it opens again, is the course's own: unless the clone
    cannot be written, where JupyterLab could not save it.
    """
    own = str(Path(__file__).parent / "jupyter")
    others = os.environ.get("JUPYTER_CONFIG_PATH")
    path = os.pathsep.join([own, others] if others else [own])
    settings = {"JUPYTER_TOKEN": token, "JUPYTER_CONFIG_PATH": path}
    if course.state_folder.is_dir() and os.access(course.state_folder, os.W_OK):
        workspaces = str(course.state_folder / "workspaces")
        settings["JUPYTERLAB_WORKSPACES_DIR"] = workspaces
    return settings


def _log_file(course: Course) -> IO[bytes]:
    try:
        course.state_folder.mkdir(exist_ok=True)
        return (course.state_folder / "jupyterlab.log").open("wb")
    except OSError:
        return tempfile.NamedTemporaryFile(prefix="jupyterlab-", suffix=".log")


def wait_until_it_answers(
    process: subprocess.Popen[bytes], port: int, log: Path
) -> None:
    """Return as soon as JupyterLab answers; say why if it does not."""
    deadline = time.monotonic() + START_LIMIT
    directly = build_opener(ProxyHandler({}))  # a proxy knows nothing of this machine
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with directly.open(f"http://127.0.0.1:{port}/api", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise CourseError(f"JupyterLab did not start. {last_lines(log)}")


def last_lines(log: Path) -> str:
    """What a log ends with, and who finds out more."""
    last = log.read_text("utf-8", "replace").strip().splitlines()[-5:]
    return (
        "The last lines of its log:\n  "
        + "\n  ".join(last or ["(none)"])
        + f"\n`{command('doctor')}` finds out more."
    )
