"""Opens JupyterLab at a lesson, one for each clone; runs the local OpenRouter."""

import os
import secrets
import signal
import sys
import time
import webbrowser

from course.content import Course, CourseError, Lesson, not_readable
from course.jupyter_process import free_port, jupyter, last_lines, wait_until_it_answers
from course.progress import Progress
from course.running_lab import RunningLab, find_running, recorded
from course.screen import Screen


def open_lab(
    screen: Screen,
    course: Course,
    progress: Progress,
    wanted: str | None,
    *,
    port: int | None,
    browser: bool,
) -> None:
    """Run JupyterLab until Ctrl-C; one that runs already is shown instead."""
    lesson = course.lesson(wanted) if wanted else progress.next_lesson(course)
    if not lesson.notebook.is_file():
        raise not_readable(lesson.notebook, FileNotFoundError("it is not there"))
    if running := find_running(course):
        screen.say(f"JupyterLab is already open, on port {running.port}.")
        _welcome(screen, lesson, running, browser)
        screen.say(
            "Ctrl-C in its own terminal stops it, as File > Shut Down does.", "dim"
        )
        return
    _treat_as_control_c("SIGTERM", "SIGHUP")
    try:
        _run(screen, course, lesson, free_port(port), browser)
    except KeyboardInterrupt:
        screen.say("\nStopped. What you saved is on disk.")


def _run(
    screen: Screen, course: Course, lesson: Lesson, port: int, browser: bool
) -> None:
    token = secrets.token_urlsafe(9)
    screen.say(f"Starting JupyterLab for lesson {lesson.number:02}, {lesson.title} …")
    with jupyter(course, port, token) as (process, log):
        wait_until_it_answers(process, port, log)
        running = RunningLab(port, token, process.pid)
        with recorded(course, running):
            _welcome(screen, lesson, running, browser)
            screen.say("Ctrl-C here stops everything.", "dim")
            if process.wait():
                raise CourseError(f"JupyterLab ended by itself. {last_lines(log)}")


def _treat_as_control_c(*names: str) -> None:
    """Stop JupyterLab too when the terminal is closed."""
    for name in names:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def _welcome(
    screen: Screen, lesson: Lesson, running: RunningLab, browser: bool
) -> None:
    address = running.address(lesson.notebook.name)
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


def _has_browser() -> bool:
    if sys.platform.startswith("linux") and not os.environ.get("BROWSER"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def run_simulator(screen: Screen, port: int) -> None:
    """Run the local OpenRouter until Ctrl-C."""
    from openrouter_sim import Simulator

    try:
        with Simulator(port=port) as sim:
            screen.say("A local OpenRouter answers. Set these two for your program:")
            screen.line(_setting("OPENROUTER_BASE_URL", sim.base_url))
            screen.line(_setting("OPENROUTER_API_KEY", sim.api_key))
            screen.say("To try it, in another terminal:")
            screen.line(_example(sim.base_url, sim.api_key))
            screen.say("Ctrl-C stops it.", "dim")
            while True:
                time.sleep(3600)
    except OSError as error:
        raise CourseError(f"{error.strerror or error}.") from error
    except KeyboardInterrupt:
        screen.say("\nStopped.")


def _setting(name: str, value: str) -> str:
    """A line for the shell: PowerShell on Windows."""
    return f'$env:{name} = "{value}"' if os.name == "nt" else f"export {name}={value}"


def _example(base_url: str, api_key: str) -> str:
    """A line for any shell; a proxy knows nothing of this machine."""
    return f'curl --noproxy "*" -H "Authorization: Bearer {api_key}" {base_url}/key'
