"""What the course adds to pytest: order of cells, imports beside the tests, marks."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest


def run_pytest(folder: Path, *options: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-p", "no:cacheprovider"],
        cwd=folder,
        env={k: v for k, v in os.environ.items() if k != "PYTEST_ADDOPTS"}
        | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout + done.stderr


def notebook(path: Path, cells: int) -> None:
    book = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
    for number in range(cells):
        cell = nbformat.v4.new_code_cell(  # type: ignore[no-untyped-call]
            "1", id=f"c{number}"
        )
        book.cells.append(cell)
    nbformat.write(book, path)  # type: ignore[no-untyped-call]


def test_cells_keep_their_order_when_tests_are_shuffled(tmp_path: Path) -> None:
    for name in ("b", "a"):
        notebook(tmp_path / f"{name}.ipynb", 4)
    names = [f"test_{n}" for n in range(8)]
    (tmp_path / "test_m.py").write_text("".join(f"def {n}(): ...\n" for n in names))
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    told = run_pytest(
        tmp_path,
        *("-p", "pytest_randomly", "-p", "nbval.plugin", "-p", "course.pytest_plugin"),
        *("--randomly-seed=3", "--nbval", "--collect-only", "-q"),
    )
    found = re.findall(r"^(\S+)::(Cell \d+|test_\d)$", told, re.M)
    assert len(found) == 8 + 8, told
    assert [name for _, name in found[:8]] != names
    assert sorted(name for _, name in found[:8]) == names
    cells = [f"{file} {cell}" for file, cell in found[8:]]
    assert cells == sorted(cells)


def test_an_exercise_finds_the_file_beside_it_and_its_marks(
    small_course: Path,
) -> None:
    folder = small_course / "exercises" / "03_done"
    told = run_pytest(
        folder,
        "-p",
        "course.pytest_plugin",
        "--import-mode=importlib",
        "--strict-markers",
    )
    assert "4 passed" in told


def test_async_tests_run_on_asyncio(anyio_backend: str) -> None:
    assert anyio_backend == "asyncio"


def test_the_marks_are_registered(pytestconfig: pytest.Config) -> None:
    marks = {line.partition("(")[0] for line in pytestconfig.getini("markers")}
    assert {"task", "httpx2"} <= marks
