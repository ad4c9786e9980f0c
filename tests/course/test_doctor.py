"""`course doctor`: what is not good comes with the line that mends it."""

import json
import shutil
import sys
from collections import namedtuple
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from course import doctor
from course.content import Course

Run = Callable[..., Any]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def healthy(small_course: Path) -> Path:
    """The mini-course, with the bounds of the real one."""
    shutil.copy(ROOT / "pyproject.toml", small_course)
    return small_course


def test_this_machine_is_ready(run: Run, healthy: Path) -> None:
    done = run("doctor")
    lines = done.stdout.splitlines()
    names = ["python", "uv", "packages", "kernel", "port"]
    names += ["disk", "folder", "exercises", "mock", "simulator"]
    assert [line for line in lines if line[0] != " "] == [
        *(f"✓ {name}: good" for name in names),
        "Ready.",
    ]
    assert not any("To mend it" in line for line in lines)
    assert (done.exit_code, done.stderr) == (0, "")


def test_json_holds_the_same(run: Run, healthy: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(doctor, "ENOUGH_SPACE", 10**12)
    for name in ("_mock_intercepts", "_simulator_answers"):
        monkeypatch.setattr(doctor, name, lambda: "fine")
    done = run("doctor", "--json")
    findings = json.loads(done.stdout)
    assert [f["name"] for f in findings if not f["good"]] == ["disk"]
    assert done.exit_code == 1


@pytest.fixture
def finding(
    run: Run, healthy: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], str]:
    """What `course doctor` says of one thing, as one line; only that is bad."""

    def examine(name: str) -> str:
        for trial in ("_mock_intercepts", "_simulator_answers"):
            if getattr(doctor, trial).__module__ == "course.doctor":
                monkeypatch.setattr(doctor, trial, lambda: "fine")
        done = run("doctor")
        assert done.exit_code == 1
        said, _, last = done.stdout.rstrip("\n").rpartition("\n")
        assert last == "1 to mend."
        bad = [f"{part}" for part in said.split("✗ ")[1:]]
        assert len(bad) == 1, done.stdout
        text = " ".join(bad[0].partition("✓")[0].split())
        assert text.startswith(f"{name}: not good ")
        assert "To mend it: " in text
        return text.removeprefix(f"{name}: not good ")

    return examine


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 14, 0)])
def test_another_python(
    finding: Run, monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...]
) -> None:
    fake = {"executable": sys.executable, "version_info": version}
    monkeypatch.setattr(doctor, "sys", SimpleNamespace(**fake))
    assert finding("python") == (
        f"Python {'.'.join(map(str, version))} To mend it: Install Python 3.11, 3.12 "
        "or 3.13, or: uv run --python 3.13 course doctor"
    )


def test_a_package_that_is_missing_or_too_old(
    finding: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = doctor.version

    def version(name: str) -> str:
        if name == "respx":
            raise PackageNotFoundError
        return "0.1" if name == "httpx" else real(name)

    monkeypatch.setattr(doctor, "version", version)
    text = finding("packages")
    assert "httpx is 0.1, wanted <0.29,>=0.28; respx is missing" in text
    assert text.endswith("To mend it: uv sync (without uv: pip install -e .)")


@pytest.mark.parametrize("text", [None, b"\xff", b"[project", b"[project]", b""])
def test_a_pyproject_that_cannot_be_read(
    finding: Run, healthy: Path, text: bytes | None
) -> None:
    file = healthy / "pyproject.toml"
    file.unlink() if text is None else file.write_bytes(text)
    said = finding("packages")
    assert said.endswith("cannot be read To mend it: git checkout -- pyproject.toml")


def kernel_spec(monkeypatch: pytest.MonkeyPatch, program: Any) -> None:
    from jupyter_client import kernelspec

    def get(self: Any, name: str) -> Any:
        if program is None:
            raise kernelspec.NoSuchKernel(name)
        return SimpleNamespace(argv=[str(program), "-m", "ipykernel_launcher"])

    monkeypatch.setattr(kernelspec.KernelSpecManager, "get_kernel_spec", get)


def test_no_kernel(finding: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel_spec(monkeypatch, None)
    assert finding("kernel").startswith("no Python kernel for notebooks To mend it: uv")


def test_no_jupyter(finding: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jupyter_client.kernelspec", None)
    assert finding("kernel").startswith("Jupyter is missing To mend it: uv sync")


def test_the_kernel_of_another_environment_of_the_same_python(
    finding: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "bin" / "python"
    other.parent.mkdir()
    other.symlink_to(Path(sys.executable).resolve())
    kernel_spec(monkeypatch, other)
    text = finding("kernel")
    assert text.startswith(f"notebooks run on another Python: {other} To mend it: ")
    assert text.endswith("-m ipykernel install --sys-prefix")


@pytest.mark.parametrize("program", ["python3", "ours"])
def test_a_kernel_that_is_ours(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    ours = Path(sys.executable).with_name("python3")
    kernel_spec(monkeypatch, ours if program == "ours" else program)
    assert doctor._kernel().good


def test_a_full_disk(finding: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")(10**9, 10**9, 10**6)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: usage)
    assert finding("disk") == (
        "1 MB are free To mend it: Make 200 MB of room: notebooks need it to be saved."
    )


@pytest.mark.parametrize("part", ["", "exercises"])
def test_a_folder_that_cannot_be_written(
    finding: Run, monkeypatch: pytest.MonkeyPatch, healthy: Path, part: str
) -> None:
    monkeypatch.setattr(doctor.os, "access", lambda path, _: path != healthy / part)
    assert "can not be written To mend it: Clone the course into a" in finding("folder")


def test_an_environment_of_uv_without_uv(
    finding: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "pyvenv.cfg").write_text("home = /usr/bin\nuv = 0.9.1\n")
    monkeypatch.setattr(doctor.sys, "prefix", str(tmp_path))
    monkeypatch.setattr(doctor.shutil, "which", lambda _: None)
    monkeypatch.setattr(doctor, "find_spec", lambda _: None)
    assert finding("uv").endswith("To mend it: python3 -m pip install uv")


def test_a_port_that_cannot_be_had(
    finding: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(doctor.socket, "create_server", refuse)
    assert "Permission denied" in finding("port")


def test_a_mock_that_lets_calls_through(
    healthy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import httpx2

    monkeypatch.setattr(httpx2, "get", lambda _: SimpleNamespace(status_code=200))
    by_name = {found.name: found for found in doctor.examine(Course(healthy))}
    mock = by_name["mock"]
    assert (mock.good, mock.mend) == (False, doctor.REINSTALL)
    assert mock.says == "RuntimeError: a mocked call came back with 200"
    assert not by_name["simulator"].good  # it was asked through the same client


def test_a_simulator_that_cannot_listen(
    healthy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import openrouter_sim

    def refuse() -> None:
        raise PermissionError(1, "not permitted")

    monkeypatch.setattr(openrouter_sim, "Simulator", refuse)
    *_, found = doctor.examine(Course(healthy))
    assert (found.name, found.good) == ("simulator", False)
    assert found.says == "PermissionError: [Errno 1] not permitted"
    assert found.mend == "Is a firewall closing 127.0.0.1?"


def test_an_exercise_that_was_renamed(finding: Run, healthy: Path) -> None:
    folder = healthy / "exercises" / "02_half"
    folder.rename(folder.with_name("my_half"))
    assert finding("exercises") == (
        "exercises/02_half: not there; deleted, or renamed? "
        "To mend it: git checkout -- exercises/02_half"
    )
