"""A class graded by a Dask cluster: a scheduler and two workers, as processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from distributed import Client

from course.content import Course

ANSWERS = ("fresh", "half", "done")


class Cluster:
    """A scheduler and workers on loopback, each a process of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder, self._environment = folder, environment
        self.processes: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("scheduler", "--port", "0", "--no-dashboard")
        self.address = self._address()
        self.workers = [self.add_worker() for _ in range(2)]

    def _start(self, kind: str, *words: str) -> subprocess.Popen[bytes]:
        words = ("--host", "127.0.0.1", *words)
        with (self._folder / f"{kind}-{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{kind}", *words],
                env=self._environment,
                cwd=self._folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def add_worker(self) -> subprocess.Popen[bytes]:
        words = ["--nthreads", "1", "--no-nanny", "--no-dashboard"]
        return self._start("worker", self.address, *words)

    def _address(self) -> str:
        log = self._folder / "scheduler-0.log"
        for _ in range(600):
            for word in log.read_text("utf-8", errors="replace").split():
                if word.startswith("tcp://127.0.0.1:"):
                    return word
            time.sleep(0.1)
        raise TimeoutError(log.read_text("utf-8"))

    def wait(self, count: int = 2) -> None:
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=60)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        with_group = os.getpgid(process.pid)
        os.killpg(with_group, signal.SIGKILL)
        process.wait()

    def close(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                self.kill(process)


@pytest.fixture(scope="module")
def shared() -> Iterator[list[Cluster]]:
    """The cluster of these tests: it takes long to come up."""
    clusters: list[Cluster] = []
    yield clusters
    for cluster in clusters:
        cluster.close()


@pytest.fixture
def cluster(
    shared: list[Cluster],
    plain: Callable[[Path | None], dict[str, str]],
    mini_course: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Cluster:
    """A scheduler and two workers: what an earlier test killed is there again."""
    if not shared or shared[0].scheduler.poll() is not None:
        shared[:0] = [Cluster(tmp_path_factory.mktemp("cluster"), plain(mini_course))]
    whole = shared[0]
    whole.workers = [one for one in whole.workers if one.poll() is None]
    while len(whole.workers) < 2:
        whole.workers.append(whole.add_worker())
    whole.wait()
    return whole


@pytest.fixture
def mini(mini_course: Path) -> Course:
    return Course(mini_course)


def a_class(course: Course, folder: Path, learners: int) -> Path:
    """A class in which each learner hands in one answer for one exercise."""
    for number in range(learners):
        answer = course.exercise(ANSWERS[number % len(ANSWERS)]).file.read_text("utf-8")
        own = folder / f"learner {number:02}"
        own.mkdir(parents=True)
        (own / "half.py").write_text(f"# {number}\n{answer}", "utf-8")
    return folder


def test_a_cluster_gives_the_same_report_though_a_worker_is_killed(
    cluster: Cluster,
    mini: Course,
    reports: Callable[[Path], dict[str, bytes]],
    tmp_path: Path,
    typed: Callable[..., Any],
    program: Path,
) -> None:
    submissions = a_class(mini, tmp_path / "my class", 6)
    here, there = tmp_path / "here", tmp_path / "there"
    level = ("--isolation", "process", "--exercise", "half", "--workers", "1")
    alone = typed("grade", submissions, "--output", here, *level, root=mini.root)
    assert alone.returncode == 0, alone.stderr

    words = ["grade", submissions, "--output", there, *level, "--dask", cluster.address]
    grading = subprocess.Popen([program, *words], env=cluster._environment)
    kept = there / "state"
    for _ in range(1200):
        if kept.is_dir() and len(list(kept.glob("*.json"))) >= 2:
            break
        time.sleep(0.05)
    cluster.kill(cluster.workers[0])
    assert grading.wait(300) == 0
    assert reports(there) == reports(here)
    assert len((there / "grades.csv").read_text("utf-8").splitlines()) == 7


def test_a_scheduler_that_ends_keeps_what_was_graded(
    cluster: Cluster, mini: Course, tmp_path: Path, program: Path
) -> None:
    submissions = a_class(mini, tmp_path / "class", 4)
    output = tmp_path / "grades"
    words = ["grade", submissions, "--output", output, "--dask", cluster.address]
    words += ["--isolation", "process", "--exercise", "half"]
    grading = subprocess.Popen(
        [program, *words], env=cluster._environment, stderr=subprocess.PIPE, text=True
    )
    kept = output / "state"
    for _ in range(1200):
        if kept.is_dir() and list(kept.glob("*.json")):
            break
        time.sleep(0.05)
    cluster.kill(cluster.scheduler)
    _, said = grading.communicate(timeout=120)
    assert grading.returncode == 2
    assert "Traceback" not in said
    assert "What was graded is kept: the same line goes on." in said
    assert list(kept.glob("*.json"))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense", "tcp://x:y"])
def test_no_scheduler_is_told_in_words(
    run: Callable[..., Any],
    small: Course,
    tmp_path: Path,
    address: str,
    monkeypatch: Any,
) -> None:
    monkeypatch.setattr("course.grading.cluster.PATIENCE", 1)
    submissions = a_class(small, tmp_path / "class", 1)
    words = ("--output", str(tmp_path / "out"), "--isolation", "process")
    done = run("grade", str(submissions), *words, "--dask", address)
    assert done.exit_code == 2
    assert f"No Dask scheduler answers at {address}" in done.stderr
