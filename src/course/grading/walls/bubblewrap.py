"""The outer wall of the level `sandbox`: bubblewrap, around a prepared process.

Inside there is no network, no other process of this machine, no home and no key; the
disk is what Python needs, to be read only, and a small `/tmp`.

https://github.com/containers/bubblewrap
"""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache

from course.content import CourseError, command
from course.grading import view

TMP = "/tmp"
_SIZE = str(256 * 1024 * 1024)


def wrapped(words: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """The command line that runs `words` behind the wall."""
    line = [_program(), "--unshare-all", "--die-with-parent", "--new-session"]
    line += ["--cap-drop", "ALL", "--hostname", "grader", "--clearenv"]
    line += ["--uid", "1000", "--gid", "1000"]  # whoever it is outside
    for name, value in sorted(environment.items()):
        line += ["--setenv", name, value]
    line += ["--size", _SIZE, "--tmpfs", TMP]  # first: the course may lie in it
    for path in view.readable():
        if path.is_symlink():  # as `/lib` into `/usr`
            line += ["--symlink", str(path.readlink()), str(path)]
        else:
            line += ["--ro-bind", str(path), str(path)]
    line += ["--proc", "/proc", "--dev", "/dev"]
    return [*line, "--chdir", TMP, "--", *words]


@cache
def _program() -> str:
    if not (program := shutil.which("bwrap")):
        raise CourseError(
            "The level `sandbox` needs bubblewrap, and there is no `bwrap` here "
            f"(Debian, Ubuntu: `apt install bubblewrap`). {_INSTEAD}"
        )
    return program


_INSTEAD = (
    "Or choose lower walls by name: "
    f"`{command('grade … --isolation process')}`; the report will say so."
)


@cache
def refuse_if_missing() -> None:
    """Raise `CourseError` if the wall cannot be built here, with the reason."""
    done = subprocess.run(
        wrapped(["/bin/true"], {}), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines()[-1:] or ["it does not say why"]
        raise CourseError(f"bubblewrap does not work here ({reason[0]}). {_INSTEAD}")
