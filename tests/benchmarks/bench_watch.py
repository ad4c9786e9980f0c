"""How soon after a save `course watch` has its verdict, and what it costs when idle.

    uv run pytest tests/benchmarks/bench_watch.py

Each exercise is watched in a copy of the course, with the solution in it. It is saved
again and again, every other time by rename; each verdict must be of the text that was
saved last. Then pytest runs it once from cold: the ratio of the two is taken in one
run, on one machine. How often it is saved: COURSE_SAVES in the environment, else 20.
How long it rests between a verdict and the next save, in seconds: COURSE_REST, else
0.5, which is less than anybody needs to read a verdict.
"""

import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from course.content import Course
from course.starter import solution_of, source_of

ROOT = Path(__file__).parents[2]
COURSE = Course(ROOT)
SAVES = int(os.environ.get("COURSE_SAVES", "20"))
REST = float(os.environ.get("COURSE_REST", "0.5"))
IDLE = 5.0  # seconds to measure the idle process for


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the course, to write to."""
    for name in ("exercises", "solutions", "lessons"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", [exercise.name for exercise in COURSE.exercises])
def test_from_save_to_verdict(
    name: str, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exercise = Course(copy).exercise(name)
    text = solution_of(source_of(exercise))
    exercise.file.write_text(text, "utf-8")
    with watching(name, copy) as process:
        try:
            next_verdict(process)
            seconds = [saved(process, exercise.file, text, n) for n in range(SAVES)]
            idle, memory = at_rest(psutil.Process(process.pid))
        finally:
            process.terminate()
    cold = from_cold(copy, exercise.folder)
    median = statistics.median(seconds)
    p95 = sorted(seconds)[int(0.95 * (len(seconds) - 1))]
    with capsys.disabled():
        print(
            f"\n  {name}: median {1000 * median:.0f} ms, 95th percentile "
            f"{1000 * p95:.0f} ms; cold pytest {cold:.2f} s, {cold / median:.1f} times "
            f"as long; idle {idle:.2f} % of a core, {memory:.0f} MB"
        )


def watching(name: str, root: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [Path(sys.executable).with_name("course"), "watch", name, "--json"],
        env=os.environ | {"COURSE_ROOT": str(root)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


def next_verdict(process: "subprocess.Popen[str]") -> dict[str, Any]:
    assert process.stdout is not None
    return dict(json.loads(process.stdout.readline()))


def saved(
    process: "subprocess.Popen[str]", file: Path, text: str, number: int
) -> float:
    """Seconds from a save to its verdict; it must be of what was saved."""
    content = f"{text}# {number}\n".encode()
    other = file.with_suffix(".new")
    time.sleep(REST)
    began = time.perf_counter()
    if number % 2:
        other.write_bytes(content)
        other.replace(file)
    else:
        file.write_bytes(content)
    verdict = next_verdict(process)
    took = time.perf_counter() - began
    assert verdict["file"] == hashlib.sha256(content).hexdigest()
    assert verdict["state"] == "passed"
    return took


def at_rest(process: psutil.Process) -> tuple[float, float]:
    """How much of a core all its processes use, in percent, and their memory in MB."""
    time.sleep(1)
    family = [process, *process.children(recursive=True)]
    before = sum(sum(one.cpu_times()[:2]) for one in family)
    time.sleep(IDLE)
    used = sum(sum(one.cpu_times()[:2]) for one in family) - before
    memory = [one.memory_full_info() for one in family]
    shared_once = sum(getattr(one, "pss", one.uss) for one in memory)
    return 100 * used / IDLE, shared_once / 1e6


def from_cold(root: Path, folder: Path) -> float:
    """Seconds that pytest takes for the exercise, in a process of its own."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", folder],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return time.perf_counter() - began
