"""The level `container`, with a stand-in for docker that records what it is told."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from course.content import Course, CourseError
from course.grading.container import again, engine

STAND_IN = """\
import json, os, sys
words = sys.argv[1:]
with open({log!r}, "a") as log:
    log.write(json.dumps(words) + "\\n")
if words[0] != "run":
    sys.exit({status})
inside = words[words.index("an-image") + 1 :]
given = [words[i + 1] for i, word in enumerate(words) if word == "--env"]
os.environ.update(pair.split("=", 1) for pair in given)
os.environ["COURSE_CONTAINER"] = "1"
os.execv({course!r}, [{course!r}, *inside])
"""


@pytest.fixture
def docker(tmp_path: Path, program: Path) -> Callable[..., Path]:
    """A folder with a stand-in for docker: it answers, unless it is to fail."""

    def make(status: int = 0) -> Path:
        folder = tmp_path / "programs"
        folder.mkdir()
        facts = {"course": str(program), "status": status}
        text = STAND_IN.format(log=str(tmp_path / "log"), **facts)
        (folder / "docker.py").write_text(text, "utf-8")
        start = f'#!/bin/sh\nexec "{sys.executable}" "{folder}/docker.py" "$@"\n'
        (folder / "docker").write_text(start, "utf-8")
        (folder / "docker").chmod(0o755)
        return folder

    return make


def told(folder: Path) -> list[list[str]]:
    rows = (folder / "log").read_text("utf-8").splitlines()
    return [json.loads(row) for row in rows]


def test_the_same_command_runs_inside_and_the_report_says_so(
    docker: Callable[..., Path],
    small: Course,
    typed: Callable[..., Any],
    tmp_path: Path,
) -> None:
    answers = tmp_path / "a class, of one" / "ada"
    answers.mkdir(parents=True)
    (answers / "half.py").write_bytes(small.exercise("half").file.read_bytes())
    words = ("grade", answers.parent, "--exercise", "half", "--image", "an-image")
    words = (*words, "--isolation", "container", "--workers", "1", "--output", "out")
    path = f"{docker()}{os.pathsep}{os.environ['PATH']}"
    done = typed(*words, root=small.root, cwd=tmp_path, PATH=path)
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "out" / "grades.json").read_text("utf-8"))
    assert report["isolation"] == "container"
    assert report["grades"][0]["points"] == 2

    line = told(tmp_path)[-1]
    walls = {"--network=none", "--read-only", "--cap-drop=ALL", "--rm"}
    assert walls | {"--security-opt=no-new-privileges"} <= {*line}
    assert any(word.startswith("--pids-limit=") for word in line)
    assert any(word.startswith("--memory=") for word in line)
    mounts = [word for word in line if word.startswith("type=bind")]
    [writable] = [word for word in mounts if not word.endswith(",readonly")]
    assert f'"target={tmp_path / "out"}"' in writable
    assert any(f'"source={answers.parent}"' in word for word in mounts)


@pytest.mark.parametrize("name", ["docker", "podman"])
def test_a_daemon_that_does_not_answer_is_told(
    name: str, docker: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = docker(status=1)
    (folder / "docker").rename(folder / name)
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(CourseError, match=f"`{name}` is here and does not work"):
        engine.engine()


def test_without_any_engine_it_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CourseError, match="needs docker or podman, and neither"):
        engine.engine()


def test_without_the_image_it_is_told_how_to_build_it(
    docker: Callable[..., Path], tmp_path: Path
) -> None:
    program = str(docker(status=1) / "docker")
    with pytest.raises(CourseError) as told:
        engine.refuse_without_image(program, "mine", tmp_path / "my course")
    line = shlex.split(str(told.value).splitlines()[-1])
    assert line[:5] == ["docker", "build", "-t", "mine", "-f"]
    assert [Path(line[5]).is_file(), line[6]] == [True, str(tmp_path / "my course")]


def test_a_container_ends_when_nobody_waits_for_it() -> None:
    line = "from course.grading.container.again import end_with_the_caller as end\n"
    line += "import time\nend()\ntime.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", line], stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(30) == 137


def test_the_dockerfile_ships_and_marks_the_inside() -> None:
    text = (Path(again.__file__).parent / "Dockerfile").read_text("utf-8")
    assert f"ENV {again.INSIDE}=1" in text
    assert 'ENTRYPOINT ["course"]' in text
