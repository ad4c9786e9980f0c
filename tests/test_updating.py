"""Taking in a new version never touches a learner's work: the README's own line."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
EXERCISE, LESSON = "exercises/01_aliasing/aliasing.py", "lessons/00_start_here.ipynb"


def the_line() -> str:
    """The line under "Taking in a new version" in the README, without its comment."""
    readme = (ROOT / "README.md").read_text("utf-8")
    found = re.search(r"^git .* pull .*$", readme, re.M)
    assert found
    return found[0]


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    done = subprocess.run(
        ["git", *identity, *words], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / {"exercise": EXERCISE, "lesson": LESSON}.get(name, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def notebook(first: str, last: str) -> str:
    return json.dumps({"cells": [first, "between", "and more", last]}, indent=1) + "\n"


@pytest.fixture
def upstream(tmp_path: Path) -> Path:
    """A first version, with the attributes of the real course."""
    folder = tmp_path / "up stream"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    attributes = (ROOT / ".gitattributes").read_text("utf-8")
    write(folder, **{".gitattributes": attributes, "src.py": "old\n"})
    write(folder, exercise="starter\n", lesson=notebook("old", "end"))
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    return folder


@pytest.fixture
def clone(upstream: Path, tmp_path: Path) -> Path:
    git(tmp_path, "clone", "-q", str(upstream), "my clone")
    for name, value in (("user.name", "L"), ("user.email", "l@example.org")):
        git(tmp_path / "my clone", "config", name, value)
    return tmp_path / "my clone"


@pytest.mark.parametrize("work", ["committed", "uncommitted", "both"])
def test_work_is_as_it_was_and_the_new_version_is_there(
    upstream: Path, clone: Path, work: str
) -> None:
    if work != "uncommitted":
        write(clone, exercise="mine, first\n", lesson=notebook("mine, first", "end"))
        git(clone, "commit", "-qam", "my work")
    if work != "committed":
        write(clone, exercise="mine\n", lesson=notebook("mine", "end"), notes="my own")
    mine = {name: (clone / name).read_bytes() for name in (EXERCISE, LESSON)}

    write(upstream, lesson=notebook("new", "new end"), **{"src.py": "new\n"})
    write(upstream, **{"exercises/08_more/more.py": "a new starter\n"})
    git(upstream, "add", "-A")
    git(upstream, "commit", "-qm", "second")
    done = subprocess.run(
        the_line(), shell=True, cwd=clone, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert {name: (clone / name).read_bytes() for name in mine} == mine
    assert (clone / "src.py").read_text() == "new\n"
    assert (clone / "exercises/08_more/more.py").exists()
    assert (clone / "notes").exists() == (work != "committed")
    assert git(clone, "stash", "list") == ""
    unmerged = [
        row for row in git(clone, "status", "--short").split("\n") if "U" in row
    ]
    assert unmerged == []


def test_without_work_of_ones_own_everything_is_new(
    upstream: Path, clone: Path
) -> None:
    write(upstream, lesson=notebook("new", "end"))
    git(upstream, "commit", "-qam", "second")
    subprocess.run(the_line(), shell=True, cwd=clone, check=True, capture_output=True)
    assert (clone / LESSON).read_text() == notebook("new", "end")
