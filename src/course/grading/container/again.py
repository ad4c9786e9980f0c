"""The same command once more, inside a container.

What is named on the command line is mounted under the name that it has here, so that
the command, its messages and its reports are the same. Of all that only the folder for
the reports can be written to.
"""

import os
import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from course.content import Course, CourseError
from course.grading.container.engine import engine, refuse_without_image

INSIDE = "COURSE_CONTAINER"
IMAGE = "openrouter-course"
PIDS, MEMORY, TMP = 256, 1536, 512  # processes and MiB for each worker; MiB of /tmp
OPEN_FILES, PROCESSES = 1024, 4096
_NOT_STARTED = (125, 126, 127)  # exit statuses of the engine's own


def is_inside() -> bool:
    """Whether this is the command in the container."""
    return os.environ.get(INSIDE) == "1"


def grade_inside(
    course: Course,
    words: Sequence[str],
    *,
    read: Sequence[Path],
    output: Path,
    workers: int,
    image: str = IMAGE,
) -> int:
    """Run `course grade words` in a container; its exit status.

    `read` are the paths that it may read, beside the exercises and their solutions.
    """
    program = engine()
    refuse_without_image(program, image, course.root)
    output.mkdir(parents=True, exist_ok=True)
    shown = [course.root / name for name in ("exercises", "lessons", "solutions")]
    line = [program, "run", *_walls(workers), *_user(program)]
    for path in dict.fromkeys(each.resolve() for each in (*shown, *read)):
        line += ["--mount", _mount(path, ",readonly")]
    line += ["--mount", _mount(output.resolve(), "")]
    line += ["--env", f"COURSE_ROOT={course.root.resolve()}", image, "grade", *words]
    status = _run(line)
    if status in _NOT_STARTED:
        raise CourseError(f"The container did not start (exit status {status}).")
    return status


def _walls(workers: int) -> Iterator[str]:
    yield from ("--rm", "--interactive", "--network=none", "--read-only")
    yield from ("--cap-drop=ALL", "--security-opt=no-new-privileges")
    yield from (f"--pids-limit={PIDS * workers}", f"--memory={MEMORY * workers}m")
    yield f"--ulimit=nofile={OPEN_FILES}:{OPEN_FILES}"
    yield f"--ulimit=nproc={PROCESSES}:{PROCESSES}"  # of this user, on this machine
    yield f"--tmpfs=/tmp:rw,nosuid,nodev,size={TMP}m"


def _user(program: str) -> Iterator[str]:
    """Who writes the reports: whoever calls."""
    if Path(program).name == "podman" and os.getuid() != 0:
        yield "--userns=keep-id"
    else:
        yield f"--user={os.getuid()}:{os.getgid()}"


def _mount(path: Path, how: str) -> str:
    """`path` where it is, in the way of a CSV: it may hold a comma."""
    quoted = str(path).replace('"', '""')
    return f'type=bind,"source={quoted}","target={quoted}"{how}'


def _run(line: Sequence[str]) -> int:
    """Run it with a line to its standard input, which ends when this process does."""
    with subprocess.Popen(line, stdin=subprocess.PIPE) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # the terminal told the engine as well
                continue


def end_with_the_caller() -> None:
    """Inside: end when the standard input does, for nobody waits any more."""

    def watch() -> None:
        while os.read(0, 1 << 16):
            continue
        os._exit(137)

    threading.Thread(target=watch, daemon=True).start()
