"""Who may import whom: the rule of the three rooms, as ruff keeps it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
RUFF = Path(sys.executable).with_name("ruff")
ROOMS = ("openrouter_factory", "openrouter_sim", "course")
ALLOWED = {("course", "openrouter_sim"), *((room, room) for room in ROOMS)}
FORMS = (
    "import {0}",
    "import {0} as other",
    "from {0} import anything",
    "import {0}.part",
    "from {0}.part import anything",
    "def later() -> None:\n    from {0} import anything",
)


def ruff(room: str, code: str, *options: str) -> str:
    """What ruff says of `code`, if it stood in a module of `room`."""
    return _ruff(
        *options, "--stdin-filename", f"src/{room}/deep/new.py", "-", code=code
    )


def _ruff(*options: str, code: str = "") -> str:
    done = subprocess.run(
        [RUFF, "check", "--no-cache", "--output-format", "concise", *options],
        cwd=ROOT,
        input=code,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


@pytest.mark.parametrize("wanted", ROOMS)
@pytest.mark.parametrize("room", ROOMS)
def test_the_arrows_between_the_rooms(room: str, wanted: str) -> None:
    code = "\n".join(form.format(wanted) for form in FORMS)
    found = ruff(room, code).count("TID251")
    assert found == (0 if (room, wanted) in ALLOWED else len(FORMS))


def test_other_packages_are_nobodys_business() -> None:
    for room in ROOMS:
        assert "TID251" not in ruff(room, "import httpx\nimport course_of_events\n")


def test_a_forbidden_import_is_told_with_the_reason() -> None:
    told = ruff("course", "import openrouter_factory")
    assert "learners' code stands in its place" in told


def test_the_whole_of_src_keeps_the_rule() -> None:
    assert _ruff("--select", "TID251", "src") == "All checks passed!\n"
