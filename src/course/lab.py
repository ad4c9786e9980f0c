"""Opens JupyterLab at a lesson, with a local OpenRouter beside it.

JupyterLab runs as a process of its own and listens on this machine only. Its log is
kept in `.course`, so that the terminal shows the address and nothing else.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from course.content import Course, CourseError, Lesson, command, not_readable
from course.progress import Progress
from course.screen import Screen

FIRST_PORT, TRIES = 8888, 50
START_LIMIT = 90.0  # seconds


def open_lab(
    screen: Screen,
    course: Course,
    progress: Progress,
    wanted: str | None,
    *,
    port: int | None,
    browser: bool,
) -> None:
    """Run JupyterLab until Ctrl-C."""
    lesson = course.lesson(wanted) if wanted else progress.next_lesson(course)
    if not lesson.notebook.is_file():
        raise not_readable(lesson.notebook, FileNotFoundError("it is not there"))
    _treat_as_control_c("SIGTERM", "SIGHUP")
    port, token = _free_port(port), secrets.token_urlsafe(9)
    address = f"http://127.0.0.1:{port}/lab/tree/lessons/{lesson.notebook.name}"
    screen.say(f"Starting JupyterLab for lesson {lesson.number:02}, {lesson.title} …")
    try:
        with _jupyter(course, port, token) as (process, log):
            _wait_until_it_answers(process, port, log)
            _welcome(screen, lesson, f"{address}?token={token}", browser)
            if process.wait():
                raise CourseError(f"JupyterLab ended by itself. {_last_lines(log)}")
    except KeyboardInterrupt:
        screen.say("\nStopped. What you saved is on disk.")


def _treat_as_control_c(*names: str) -> None:
    """Stop JupyterLab too when the terminal is closed."""
    for name in names:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def _welcome(screen: Screen, lesson: Lesson, address: str, browser: bool) -> None:
    if browser and _has_browser() and webbrowser.open(address):
        screen.say("It is open in your browser. If not, here is the address:")
    elif browser:
        screen.say("There is no browser here. Open this address in one:")
    else:
        screen.say("Open this address in a browser:")
    screen.address(address)
    screen.say(
        f"About {lesson.minutes} minutes. Each lesson starts its own OpenRouter."
    )
    screen.say("Ctrl-C here stops everything.", "dim")


def _has_browser() -> bool:
    if sys.platform.startswith("linux") and not os.environ.get("BROWSER"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def _free_port(wanted: int | None) -> int:
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
def _jupyter(
    course: Course, port: int, token: str
) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
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
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]


def _as_root() -> list[str]:
    return ["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []


def _settings(course: Course, token: str) -> dict[str, str]:
    """The environment of JupyterLab; the token is not on its command line.

    Its workspace, the tabs that it opens again, is the course's own.
    """
    own = str(Path(__file__).parent / "jupyter")
    others = os.environ.get("JUPYTER_CONFIG_PATH")
    path = os.pathsep.join([own, others] if others else [own])
    return {
        "JUPYTER_TOKEN": token,
        "JUPYTER_CONFIG_PATH": path,
        "JUPYTERLAB_WORKSPACES_DIR": str(course.state_folder / "workspaces"),
    }


def _log_file(course: Course) -> IO[bytes]:
    try:
        course.state_folder.mkdir(exist_ok=True)
        return (course.state_folder / "jupyterlab.log").open("wb")
    except OSError:
        return tempfile.NamedTemporaryFile(prefix="jupyterlab-", suffix=".log")


def _wait_until_it_answers(
    process: subprocess.Popen[bytes], port: int, log: Path
) -> None:
    deadline = time.monotonic() + START_LIMIT
    directly = build_opener(ProxyHandler({}))  # a proxy knows nothing of this machine
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with directly.open(f"http://127.0.0.1:{port}/api", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise CourseError(f"JupyterLab did not start. {_last_lines(log)}")


def _last_lines(log: Path) -> str:
    last = log.read_text("utf-8", "replace").strip().splitlines()[-5:]
    return (
        "The last lines of its log:\n  "
        + "\n  ".join(last or ["(none)"])
        + f"\n`{command('doctor')}` finds out more."
    )


def run_simulator(screen: Screen, port: int) -> None:
    """Run the local OpenRouter until Ctrl-C."""
    from openrouter_sim import Simulator

    try:
        with Simulator(port=port) as sim:
            screen.say("A local OpenRouter answers. Set these two in your program:")
            screen.address(f"base_url={sim.base_url}")
            screen.address(f"api_key={sim.api_key}")
            screen.say("Ctrl-C stops it.", "dim")
            while True:
                time.sleep(3600)
    except OSError as error:
        raise CourseError(f"{error.strerror or error}.") from error
    except KeyboardInterrupt:
        screen.say("\nStopped.")
