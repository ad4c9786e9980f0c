"""Submissions a minute, beside cold pytest and `otter run`: ratios, in one run.

    uv run pytest tests/benchmarks/bench_grading.py
    SUBMISSIONS=100 uv run pytest tests/benchmarks/bench_grading.py    (a quick look)

Each way grades the same exercise two at a time. pytest and otter get a few submissions,
as many take hours; the course gets all, so its start is in its figure. otter-grader is
brought by `uv tool run`, into an environment of its own that holds this course as well.
"""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path

import psutil
import pytest

from course.content import Course
from course.starter import solution_of, source_of

ROOT = Path(__file__).resolve().parents[2]
EXERCISE = Course(ROOT).exercise("aliasing")
SUBMISSIONS = int(os.environ.get("SUBMISSIONS", "1000"))
FEW, AT_ONCE = 6, 2
OTTER = ["uv", "tool", "run", "--quiet", "--with-editable", str(ROOT)]
OTTER += ["--from", "otter-grader>=7,<8", "otter"]

# No more than some of what the exercise's tests ask for: in otter's favour.
OTTER_TEST = """\
from otter.test_files import test_case

OK_FORMAT = False
name = "aliasing"
points = 3


@test_case(points=1)
def test_an_alias_is_found(env):
    assert env["resolve_alias"]("Team", {"team": "some/model"}) == "some/model"


@test_case(points=1)
def test_an_alias_of_an_alias(env):
    aliases = {"a": "b", "b": "some/model"}
    assert env["resolve_alias"]("a", aliases) == "some/model"


@test_case(points=1)
def test_a_model_is_built(env):
    model = env["create_aliased_model"]("fast", "sk-or-v1-test")
    assert model.model_name == env["resolve_alias"]("fast")
"""


def answers() -> Iterator[str]:
    """Right and wrong ones, without end."""
    banks = [
        ROOT / "tests" / bank / "01_aliasing"
        for bank in ("also_right", "wrong_answers")
    ]
    texts = [
        file.read_text("utf-8") for bank in banks for file in sorted(bank.glob("*.py"))
    ]
    texts.append(solution_of(source_of(EXERCISE)))
    for number, text in enumerate(cycle(texts)):
        yield f"{text}\n# {number}\n"


@pytest.fixture(scope="module")
def submissions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("class")
    for number, text in enumerate(islice(answers(), SUBMISSIONS)):
        own = folder / f"learner{number:04}"
        own.mkdir()
        (own / EXERCISE.file.name).write_text(text, "utf-8")
    return folder


def per_minute(count: int, work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 60 * count / (time.perf_counter() - began)


class Memory:
    """The memory of the processes under this one, in MB, a second apart."""

    def __init__(self) -> None:
        self.seen: list[float] = []

    @contextmanager
    def watched(self) -> Iterator["Memory"]:
        over = threading.Event()
        thread = threading.Thread(target=self._watch, args=(over,))
        thread.start()
        try:
            yield self
        finally:
            over.set()
            thread.join()

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(1):
            total = 0
            for process in psutil.Process().children(recursive=True):
                try:
                    total += process.memory_full_info().pss
                except (psutil.Error, AttributeError):
                    continue
            self.seen.append(total / 1e6)

    def middle_of(self, start: float, end: float) -> float:
        """The median from one share of the time to another."""
        part = self.seen[int(start * len(self.seen)) : int(end * len(self.seen)) + 1]
        return sorted(part)[len(part) // 2] if part else 0


def by_the_course(submissions: Path, output: Path, level: str) -> None:
    words = ["grade", str(submissions), "--exercise", EXERCISE.name]
    words += ["--output", str(output), "--isolation", level, "--workers", str(AT_ONCE)]
    command = [Path(sys.executable).with_name("course"), *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def by_pytest(folder: Path) -> None:
    def one(number: int) -> None:
        own = folder / str(number) / EXERCISE.folder.name
        own.mkdir(parents=True)
        for file in (EXERCISE.test_file, EXERCISE.folder / "exercise.toml"):
            shutil.copy(file, own)
        answer = next(islice(answers(), number, None))
        (own / EXERCISE.file.name).write_text(answer, "utf-8")
        (own / "pytest.ini").write_text("[pytest]\nanyio_mode = auto\n")
        words = ["-m", "pytest", "-q", "-p", "course.pytest_plugin", "."]
        subprocess.run([sys.executable, *words], cwd=own, capture_output=True)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(one, range(FEW)))


def otter_assignment(folder: Path) -> Path:
    (folder / "tests").mkdir(parents=True)
    (folder / "tests" / "aliasing.py").write_text(OTTER_TEST)
    subprocess.run([*OTTER, "generate", "-t", "tests"], cwd=folder, check=True)
    return folder / "autograder.zip"


def by_otter(autograder: Path, folder: Path) -> None:
    def one(number: int) -> None:
        own = folder / f"otter{number}"
        own.mkdir()
        answer = next(islice(answers(), number, None))
        (own / EXERCISE.file.name).write_text(answer, "utf-8")
        words = ["run", "-a", str(autograder), "-o", ".", "--no-logo"]
        subprocess.run(
            [*OTTER, *words, EXERCISE.file.name],
            cwd=own,
            check=True,
            capture_output=True,
        )
        assert (own / "results.json").is_file()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(one, range(FEW)))


def test_submissions_a_minute(
    submissions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    autograder = otter_assignment(tmp_path / "otter")
    rates, memory = {}, {}
    rates["python -m pytest"] = per_minute(FEW, lambda: by_pytest(tmp_path / "cold"))
    rates["otter run"] = per_minute(FEW, lambda: by_otter(autograder, tmp_path))
    for level in ("process", "sandbox"):
        output = tmp_path / level
        with Memory().watched() as memory[level]:
            rates[level] = per_minute(
                SUBMISSIONS, lambda o=output, v=level: by_the_course(submissions, o, v)
            )
    with capsys.disabled():
        print(f"\n\n  {SUBMISSIONS} submissions of {EXERCISE.name}, two at a time")
        for name, rate in rates.items():
            over = [rate / rates[other] for other in ("python -m pytest", "otter run")]
            print(
                f"  {name:18} {rate:8.1f} a minute   {over[0]:6.1f} x pytest"
                f"   {over[1]:6.1f} x otter"
            )
        for level, seen in memory.items():
            early, late = seen.middle_of(0.1, 0.3), seen.middle_of(0.8, 1)
            print(f"  memory, {level}: {early:.0f} MB early, {late:.0f} MB late")
