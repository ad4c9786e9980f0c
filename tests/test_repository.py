"""What is committed: no host of a registry, no path of somebody's machine, bounds."""

import datetime
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

# From parts, or this file would hold what it looks for.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("conda", "anaconda", "org"),
        ("crates", "io"),
    )
]
SOMEBODYS = [
    rf"(?<![\w.~-])/{folder}/(?!me\b)[\w.-]+"
    for folder in ("home", "Users", "root", "work")
] + [r"\b[A-Z]:\\" + "Users"]


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("no clone: nothing is tracked")
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.skip(f"git cannot tell: {done.stderr}")
    return [ROOT / name for name in done.stdout.split("\0") if name]


def texts() -> list[tuple[str, str]]:
    found = []
    for path in tracked():
        data = path.read_bytes() if path.is_file() else b""
        if b"\0" not in data:
            found.append((str(path.relative_to(ROOT)), data.decode("utf-8", "replace")))
    assert found
    return found


def test_no_lock_file_is_committed() -> None:
    names = {path.name for path in tracked()}
    assert names.isdisjoint({"uv.lock", "poetry.lock", "Pipfile.lock", "pylock.toml"})
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert {"uv.lock", ".course/", ".venv/", ".env"} <= set(ignored)


@pytest.mark.parametrize("host", REGISTRIES)
def test_nothing_names_the_host_of_a_registry(host: str) -> None:
    assert [name for name, text in texts() if host in text.lower()] == []


@pytest.mark.parametrize("pattern", SOMEBODYS)
def test_nothing_holds_a_path_of_somebodys_machine(pattern: str) -> None:
    found = [(name, m[0]) for name, text in texts() for m in re.finditer(pattern, text)]
    assert found == []


def test_the_patterns_find_what_they_look_for() -> None:
    slash = "/"
    mine = [slash + "home/ada/x", slash + "Users/ada", "C:\\" + "Users\\ada"]
    assert all(any(re.search(p, path) for p in SOMEBODYS) for path in mine)
    fine = "see https://a.example" + slash + "home/x and ~" + slash + "work/x"
    assert not any(re.search(p, fine) for p in SOMEBODYS)


def direct() -> list[str]:
    groups = PROJECT["dependency-groups"].values()
    return [
        *PROJECT["project"]["dependencies"],
        *(line for group in groups for line in group),
        *PROJECT["build-system"]["requires"],
    ]


@pytest.mark.parametrize("line", direct())
def test_every_direct_dependency_has_both_bounds(line: str) -> None:
    operators = {specifier.operator for specifier in Requirement(line).specifier}
    assert operators & {">=", ">", "~="}, f"{line}: no lower bound"
    assert operators & {"<", "<=", "~="}, f"{line}: no upper bound"


def test_python_has_both_bounds() -> None:
    assert PROJECT["project"]["requires-python"] == ">=3.11,<3.14"


def test_versions_are_those_of_one_day() -> None:
    day = datetime.datetime.fromisoformat(PROJECT["tool"]["uv"]["exclude-newer"])
    assert day.tzinfo is not None
    assert day.year >= 2026


def test_no_index_is_configured() -> None:
    settings = PROJECT["tool"]["uv"]
    assert not {"index", "index-url", "extra-index-url", "find-links"} & set(settings)
