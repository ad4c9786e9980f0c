"""Submissions a minute, beside cold pytest and `otter run`: ratios, in one run.

    uv run pytest tests/benchmarks/bench_grading.py
    uv run pytest tests/benchmarks/bench_grading.py --grade-copies 60    (a quick look)

Each way grades the same exercise two at a time. pytest and otter get a sample of all
kinds of answers, as many take hours; the course gets all, so its start is in its
figure. otter-grader is put into an environment of its own that holds this course as
well.

No way gets the answers that never end: pytest would not end either, and what the course
spends on one is its time limit, 10 s of the processor, whatever else it does.

Beside the time by the clock stands the time of the processor, which a busy machine does
not stretch as much.
"""

import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import cycle, islice
from pathlib import Path

import psutil
import pytest

from course.content import Course
from course.starter import solution_of, source_of

ROOT = Path(__file__).resolve().parents[2]
EXERCISE = Course(ROOT).exercise("aliasing")
FEW, AT_ONCE = 6, 2
ENDLESS = {"circles_do_not_happen"}
OTTER = "otter-grader>=7,<8"

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
    files = [file for bank in banks for file in sorted(bank.glob("*.py"))]
    texts = [file.read_text("utf-8") for file in files if file.stem not in ENDLESS]
    texts.append(solution_of(source_of(EXERCISE)))
    for number, text in enumerate(cycle(texts)):
        yield f"{text}\n# {number}\n"


def sample() -> list[str]:
    """A few of them: right and wrong as they are among all."""
    return [*islice(answers(), 0, 7 * FEW, 7)]


@pytest.fixture(scope="module")
def copies(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--grade-copies"))


@pytest.fixture(scope="module")
def submissions(copies: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("class")
    for number, text in enumerate(islice(answers(), copies)):
        own = folder / f"learner{number:04}"
        own.mkdir()
        (own / EXERCISE.file.name).write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def otter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command `otter`, in an environment of its own."""
    place = tmp_path_factory.mktemp("otter")
    uv = [sys.executable, "-m", "uv"] if find_spec("uv") else ["uv"]
    subprocess.run([*uv, "venv", "-q", "-p", sys.executable, place / "e"], check=True)
    words = ["pip", "install", "-q", "-p", place / "e", OTTER, "-e", ROOT]
    subprocess.run([*uv, *words], check=True)
    return place / "e" / "bin" / "otter"


@dataclass(frozen=True)
class Cost:
    """What `count` submissions took."""

    count: int
    seconds: float
    processor: float

    @property
    def per_minute(self) -> float:
        return 60 * self.count / self.seconds

    @property
    def each(self) -> float:
        """Seconds of the processor."""
        return self.processor / self.count


def cost(count: int, work: Callable[[], object]) -> Cost:
    began, used = time.perf_counter(), used_by_children()
    work()
    return Cost(count, time.perf_counter() - began, used_by_children() - used)


def used_by_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


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
        answer = sample()[number]
        (own / EXERCISE.file.name).write_text(answer, "utf-8")
        (own / "pytest.ini").write_text("[pytest]\nanyio_mode = auto\n")
        words = ["-m", "pytest", "-q", "-p", "course.pytest_plugin", "."]
        subprocess.run([sys.executable, *words], cwd=own, capture_output=True)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(one, range(FEW)))


def otter_assignment(otter: Path, folder: Path) -> Path:
    (folder / "tests").mkdir(parents=True)
    (folder / "tests" / "aliasing.py").write_text(OTTER_TEST)
    subprocess.run([otter, "generate", "-t", "tests"], cwd=folder, check=True)
    return folder / "autograder.zip"


def by_otter(otter: Path, autograder: Path, folder: Path) -> None:
    def one(number: int) -> None:
        own = folder / f"otter{number}"
        own.mkdir()
        answer = sample()[number]
        (own / EXERCISE.file.name).write_text(answer, "utf-8")
        words = ["run", "-a", autograder, "-o", ".", "--no-logo", EXERCISE.file.name]
        done = subprocess.run([otter, *words], cwd=own, capture_output=True, text=True)
        assert (own / "results.json").is_file(), done.stdout + done.stderr

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(one, range(FEW)))


def test_submissions_a_minute(
    submissions: Path,
    copies: int,
    otter: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    autograder = otter_assignment(otter, tmp_path / "otter")
    costs, memory = {}, {}
    costs["python -m pytest"] = cost(FEW, lambda: by_pytest(tmp_path / "cold"))
    costs["otter run"] = cost(FEW, lambda: by_otter(otter, autograder, tmp_path))
    for level in ("process", "sandbox"):
        with Memory().watched() as memory[level]:
            work = partial(by_the_course, submissions, tmp_path / level, level)
            costs[level] = cost(copies, work)
    with capsys.disabled():
        print(f"\n\n  {copies} submissions of {EXERCISE.name}, two at a time;")
        print(f"  pytest and otter: a sample of {FEW}\n")
        for name, each in costs.items():
            others = (costs["python -m pytest"], costs["otter run"])
            over = [each.per_minute / other.per_minute for other in others]
            used = "" if level_is_boxed(name) else f"   {each.each:5.2f} s CPU each"
            print(
                f"  {name:18} {each.per_minute:8.1f} a minute   {over[0]:6.1f} x pytest"
                f"   {over[1]:6.1f} x otter{used}"
            )
        for name, seen in memory.items():
            early, late = seen.middle_of(0.1, 0.3), seen.middle_of(0.8, 1)
            print(f"  memory, {name}: {early:.0f} MB early, {late:.0f} MB late")


def level_is_boxed(name: str) -> bool:
    """Whether nobody outside is told what the processes inside used."""
    return name == "sandbox"
