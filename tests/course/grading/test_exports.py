"""What teachers take elsewhere, run as Gradescope and GitHub Classroom run it."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from course.content import Course
from course.grading.exports.classroom_workflow import workflow
from course.grading.exports.gradescope_zip import write_autograder
from course.grading.exports.passed import tell

Run = Callable[..., Any]
EXPORT = ("export", "github-classroom", "--repository", "school/course")


@pytest.fixture
def project(small: Course) -> Course:
    """The mini-course, with what `uv sync` and the README need."""
    for name in ("pyproject.toml", "README.md"):
        (small.root / name).write_text("", "utf-8")
    return small


def here(root: Path) -> None:
    """Stand this environment where the scripts expect one of their own."""
    (root / ".venv").symlink_to(sys.prefix)


# Gradescope


@pytest.fixture
def autograder(project: Course, tmp_path: Path) -> Path:
    """/autograder after setup.sh, in a folder of its own."""
    home = tmp_path / "auto grader"
    output = tmp_path / "autograder.zip"
    write_autograder(project, project.exercises[1:], output)
    with zipfile.ZipFile(output) as archive:
        archive.extractall(home / "source")
    here(home / "source" / "course")
    (home / "submission").mkdir()
    return home


def run_autograder(home: Path) -> dict[str, Any] | None:
    script = home / "source" / "run_autograder"
    environment = os.environ | {"AUTOGRADER_HOME": str(home)}
    subprocess.run(["bash", script], env=environment, check=False)
    results = home / "results" / "results.json"
    return dict(json.loads(results.read_text("utf-8"))) if results.exists() else None


def test_gradescope_gets_points_for_what_passed(
    autograder: Path, project: Course
) -> None:
    for name in ("half", "done"):
        answer = project.exercise(name).file.read_bytes()
        (autograder / "submission" / f"{name}.py").write_bytes(answer)
    results = run_autograder(autograder)
    assert results is not None
    points = {test["number"]: test["score"] for test in results["tests"]}
    assert points == {"half.1": 0, "half.2": 2, "done.1": 1, "done.2": 2}
    assert results["score"] == 5


def test_gradescope_gets_nought_for_nothing(autograder: Path) -> None:
    (autograder / "submission" / "notes.txt").write_text("nothing")
    results = run_autograder(autograder)
    assert results is not None
    assert results["score"] == 0


def test_gradescope_gets_no_number_where_grading_is_impossible(
    autograder: Path,
) -> None:
    (autograder / "source/course/exercises/02_half/test_half.py").unlink()
    assert run_autograder(autograder) is None


def test_the_zip_holds_no_answer_of_a_learner(project: Course, tmp_path: Path) -> None:
    output = tmp_path / "autograder.zip"
    write_autograder(project, project.exercises, output)
    with zipfile.ZipFile(output) as archive:
        names = set(archive.namelist())
        modes = {i.filename: i.external_attr >> 16 & 0o111 for i in archive.infolist()}
    assert "course/exercises/03_done/test_done.py" in names
    assert "course/exercises/03_done/done.py" not in names
    assert modes["setup.sh"] == modes["run_autograder"] == 0o111
    assert not [name for name in names if name.endswith(".ipynb")]


def test_the_same_course_gives_the_same_zip(project: Course, tmp_path: Path) -> None:
    files = [tmp_path / "one.zip", tmp_path / "two.zip"]
    for file in files:
        write_autograder(project, project.exercises, file)
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize("script", ["setup.sh", "run_autograder"])
def test_the_scripts_can_be_read_by_bash(script: str) -> None:
    folder = Path(__file__).resolve().parents[3] / "src/course/grading/exports"
    subprocess.run(["bash", "-n", folder / "gradescope" / script], check=True)


# GitHub Classroom


@pytest.fixture
def steps(small: Course) -> list[dict[str, Any]]:
    text = workflow(small.exercises[1:], "school/course", "v1")
    return list(yaml.safe_load(text)["jobs"]["grade"]["steps"])


def test_classroom_gives_the_points_of_each_task_that_passed(
    small: Course, steps: list[dict[str, Any]], tmp_path: Path
) -> None:
    place = tmp_path / "runner"
    (place / "course").mkdir(parents=True)
    here(place / "course")
    (place / "submission").symlink_to(small.root)  # the learner's clone
    [grade] = [step for step in steps if step.get("name") == "Grade"]
    environment = os.environ | {"COURSE_ROOT": str(small.root)}

    def shell(line: str) -> int:
        done = subprocess.run(line, shell=True, cwd=place, env=environment)
        return done.returncode

    assert shell(grade["run"]) == 0
    points = {
        step["id"]: step["with"]["max-score"] * (shell(step["with"]["command"]) == 0)
        for step in steps
        if "command-grader" in step.get("uses", "")
    }
    assert points == {"half-1": 0, "half-2": 2, "done-1": 1, "done-2": 2}


def test_the_reporter_hears_of_every_step(steps: list[dict[str, Any]]) -> None:
    ids = [step["id"] for step in steps if "id" in step]
    reporter = steps[-1]
    assert reporter["with"]["runners"].split(",") == ids
    assert reporter["env"] == {
        f"{id_.upper()}_RESULTS": f"${{{{ steps.{id_}.outputs.result }}}}"
        for id_ in ids
    }


def test_the_tests_come_from_the_course_and_not_from_the_learner(
    steps: list[dict[str, Any]],
) -> None:
    checkouts = [step["with"] for step in steps if "checkout" in step.get("uses", "")]
    assert [with_.get("repository") for with_ in checkouts] == [None, "school/course"]
    assert checkouts[1]["ref"] == "v1"
    for step in steps:
        said = step.get("run", "") + step.get("with", {}).get("command", "")
        assert "submission/" not in said  # nothing of the learner's is run


@pytest.mark.parametrize("name", ["course", "a/b; rm -rf", "a/b\nx: y", "/b", "a/"])
def test_a_repository_that_is_none_is_refused(run: Run, name: str) -> None:
    done = run("export", "github-classroom", "--repository", name)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "OWNER/NAME" in done.stderr


def test_the_workflow_is_written_where_github_looks(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(*EXPORT).exit_code == 0
    assert (tmp_path / ".github/workflows/classroom.yml").is_file()


def graded(**more: Any) -> dict[str, Any]:
    task = {"number": 1, "passed": True, "test": "It works", "message": "f(1)"}
    row = {"exercise": "half", "status": "scored", "problem": "", "flags": []}
    return {"grades": [{"exercises": [row | {"tasks": [task | more]} | more]}]}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, (0, "Passed.")),
        ({"passed": False}, (1, "It works\nf(1)")),
        ({"flags": [{"kind": "k"}]}, (1, "This answer works on the tests.")),
        ({"problem": "It ended."}, (1, "It ended.")),
        ({"tasks": [], "status": "not handed in"}, (1, "not handed in")),
        ({"status": "could not be graded", "problem": "?"}, (2, "It could not")),
    ],
)
def test_a_task_is_passed_if_nothing_is_withheld(
    more: dict[str, Any], expected: tuple[int, str]
) -> None:
    status, said = tell(graded(**more), "half", 1)
    assert (status, said[: len(expected[1])]) == expected
