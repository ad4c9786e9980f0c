"""The program that runs containers on this machine: docker, else podman."""

import shlex
import shutil
import subprocess
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from course.content import CourseError, command

ENGINES = ("docker", "podman")
PATIENCE = 30.0  # seconds for a daemon to answer
INSTEAD = f"Or choose another level: `{command('grade … --isolation sandbox')}`."


def engine() -> str:
    """The first that is there and answers. Raises `CourseError` if none does."""
    silent = []
    for name in ENGINES:
        if program := shutil.which(name):
            reason = _why_silent(program)
            if not reason:
                return program
            silent.append(f"`{name}` is here and does not work ({reason})")
    if silent:
        raise CourseError(
            f"The level `container`: {'; '.join(silent)}. Start its daemon, or see "
            f"that you may use it, and try again. {INSTEAD}"
        )
    raise CourseError(
        "The level `container` needs docker or podman, and neither is here "
        f"(Debian, Ubuntu: `apt install podman`). {INSTEAD}"
    )


def _why_silent(program: str) -> str:
    try:
        done = _asked([program, "info"])
    except (OSError, subprocess.TimeoutExpired) as error:
        return type(error).__name__
    said = (done.stderr or done.stdout).strip().splitlines()
    return "" if done.returncode == 0 else (said or ["it does not say why"])[-1][:200]


def refuse_without_image(program: str, image: str, root: Path) -> None:
    """Raise `CourseError` unless the image was built."""
    if _asked([program, "image", "inspect", image]).returncode == 0:
        return
    file = Path(str(files("course.grading.container"))) / "Dockerfile"
    build = [Path(program).name, "build", "-t", image, "-f", str(file), str(root)]
    raise CourseError(
        f"There is no image `{image}` yet. Build it, once for each version of the "
        f"course:\n  {shlex.join(build)}"
    )


def _asked(words: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        words, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
