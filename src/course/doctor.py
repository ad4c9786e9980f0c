"""Is this machine ready? Each finding says what is so, and the line that mends it."""

import os
import shutil
import socket
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from course.content import Course, bring_back

REINSTALL = "uv sync   (without uv: pip install -e .)"
ENOUGH_SPACE = 200  # MB


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    good: bool
    says: str
    mend: str = ""

    def as_json(self) -> dict[str, Any]:
        """The finding as plain data."""
        return asdict(self)


def examine(course: Course) -> Iterator[Finding]:
    """Look at everything, one finding at a time."""
    yield _python()
    yield _uv()
    yield _packages(course)
    yield _kernel()
    yield _trial("port", _port_opens, "Let programs listen on 127.0.0.1: a firewall?")
    yield _disk(course)
    yield _folder(course)
    yield _exercises(course)
    yield _trial("mock", _mock_intercepts, REINSTALL)
    yield _trial("simulator", _simulator_answers, "Is a firewall closing 127.0.0.1?")


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    good = (3, 11) <= sys.version_info[:2] <= (3, 13)
    mend = "Install Python 3.11, 3.12 or 3.13, or: uv run --python 3.13 course doctor"
    return Finding("python", good, f"Python {found}", "" if good else mend)


def _uv() -> Finding:
    """Whoever came through uv needs it again; whoever came by pip does not."""
    if "UV_RUN_RECURSION_DEPTH" in os.environ or shutil.which("uv") or find_spec("uv"):
        return Finding("uv", True, "uv is there")
    made = Path(sys.prefix) / "pyvenv.cfg"
    if made.is_file() and "\nuv = " in made.read_text("utf-8", errors="replace"):
        says = "uv made this environment, and is not found"
        return Finding("uv", False, says, "python3 -m pip install uv")
    return Finding("uv", True, "uv is not needed: this environment was made by pip")


def _packages(course: Course) -> Finding:
    try:
        project = tomllib.loads((course.root / "pyproject.toml").read_text("utf-8"))
        wanted = [Requirement(text) for text in project["project"]["dependencies"]]
    except (OSError, ValueError, KeyError):
        says = f"{course.root / 'pyproject.toml'} cannot be read"
        return Finding("packages", False, says, "git checkout -- pyproject.toml")
    wrong = [fault for requirement in wanted if (fault := _fault(requirement))]
    says = "; ".join(wrong) or f"all {len(wanted)} packages are in their bounds"
    return Finding("packages", not wrong, says, REINSTALL if wrong else "")


def _fault(requirement: Requirement) -> str:
    try:
        found = version(requirement.name)
    except PackageNotFoundError:
        return f"{requirement.name} is missing"
    if requirement.specifier.contains(found, prereleases=True):
        return ""
    return f"{requirement.name} is {found}, wanted {requirement.specifier}"


def _kernel() -> Finding:
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError:
        return Finding("kernel", False, "Jupyter is missing", REINSTALL)
    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        return Finding("kernel", False, "no Python kernel for notebooks", REINSTALL)
    program = Path(spec.argv[0])
    ours = Path(sys.executable).parent.resolve()  # `python` and `python3` are one
    if program.is_absolute() and program.parent.resolve() != ours:
        mend = f"{sys.executable} -m ipykernel install --sys-prefix"
        return Finding(
            "kernel", False, f"notebooks run on another Python: {program}", mend
        )
    return Finding("kernel", True, "notebooks run on this Python")


def _disk(course: Course) -> Finding:
    free = shutil.disk_usage(course.root).free // 1_000_000
    good = free >= ENOUGH_SPACE
    mend = (
        ""
        if good
        else f"Make {ENOUGH_SPACE} MB of room: notebooks need it to be saved."
    )
    return Finding("disk", good, f"{free:,} MB are free", mend)


def _folder(course: Course) -> Finding:
    good = os.access(course.root, os.W_OK) and os.access(
        course.root / "exercises", os.W_OK
    )
    says = f"{course.root} can {'' if good else 'not '}be written"
    mend = "" if good else "Clone the course into a folder of your own."
    return Finding("folder", good, says, mend)


def _exercises(course: Course) -> Finding:
    if not (gone := course.moved):
        return Finding("exercises", True, f"all {len(course.exercises)} are there")
    names = " ".join(f"exercises/{folder.name}" for folder in gone)
    says = f"{names}: not there; deleted, or renamed?"
    return Finding("exercises", False, says, bring_back(*gone))


def _trial(name: str, trial: Callable[[], str], mend: str) -> Finding:
    try:
        return Finding(name, True, trial())
    except Exception as error:
        return Finding(name, False, f"{type(error).__name__}: {error}", mend)


def _port_opens() -> str:
    """Listen on a free port of this machine, and connect to it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            return f"a port on 127.0.0.1 opens and answers ({port})"


def _mock_intercepts() -> str:
    """Mock a call of httpx2, as PydanticAI makes it, and see it caught."""
    import httpx2
    import pytest_httpx2  # noqa: F401  (teaches respx about httpx2)
    import respx

    with respx.mock(using="httpcore2") as router:
        route = router.get("https://openrouter.invalid/").respond(418)
        status = httpx2.get("https://openrouter.invalid/").status_code
        if status != 418 or not route.called:
            raise RuntimeError(f"a mocked call came back with {status}")
    return "a mocked call is caught before it leaves"


def _simulator_answers() -> str:
    import httpx2

    from openrouter_sim import Simulator

    with Simulator() as sim:
        models = httpx2.get(f"{sim.base_url}/models", trust_env=False).json()["data"]
    return f"the local OpenRouter answers, with {len(models)} models"
