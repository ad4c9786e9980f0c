"""L4, L5, L6 and L11 see what goes wrong when a lesson runs."""

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from course.audit import lesson_runs, notebooks
from course.audit.lessons import LessonAudit, LessonEvidence
from course.content import Course
from course.workshop import Workshop

BAD_CELLS = {
    "first-set": 'print({"alpha", "beta", "gamma", "delta", "epsilon"})',
    "leaves": (
        "import socket\n\ntry:\n    socket.create_connection(('203.0.113.9', 443), 1)\n"
        "except BaseException:\n    pass"
    ),
    "raises": "1 / 0",
    "does-not-raise": "1 + 1",
    "lifts": "from course import network\n\nnetwork.allow_everything()",
}
NOISE = """\
import os

from course import plot

with plot("Noise", alt="A line to a random height.", words="It rose.") as axes:
    axes.plot([0, 1], [0, int.from_bytes(os.urandom(4))])
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory, build_course_in):
    """The good second lesson with a measured plot, refreshed, then run as audited."""
    course = build_course_in(tmp_path_factory.mktemp("good") / "my course")
    lessons = [course.lesson("01_more")]
    notebook = nbformat.read(lessons[0].notebook, 4)
    notebook.cells.append(nbformat.v4.new_code_cell(NOISE, id="noise"))
    notebook.cells[-1]["metadata"] = {"tags": ["measured"]}
    nbformat.write(notebook, lessons[0].notebook)
    told = []
    assert notebooks.refresh(course, lessons, told.append)
    assert "01_more.ipynb: written, ran" in told[0]
    return evidence_of(course, tmp_path_factory.mktemp("stage"))


@pytest.fixture(scope="module")
def ran_badly(tmp_path_factory, build_course_in):
    """The second lesson with cells that no lesson may hold, run twice."""
    course = build_course_in(tmp_path_factory.mktemp("bad") / "course")
    file = course.root / "lessons/01_more.ipynb"
    notebook = nbformat.read(file, 4)
    for name, source in BAD_CELLS.items():
        cell = nbformat.v4.new_code_cell(source, id=name)
        cell["metadata"] = {"tags": ["raises-exception"] if "not" in name else []}
        notebook.cells.append(cell)
    nbformat.write(notebook, file)
    return evidence_of(course, tmp_path_factory.mktemp("stage"))


def evidence_of(course, folder):
    audit = LessonAudit(course, course.lesson("01_more"))
    with closing(Workshop()) as shop:
        runs = tuple(job(shop) for job in audit.jobs(Path(folder)).values())
    return LessonEvidence(course, Course(course.root).lesson("01_more"), runs)


@pytest.mark.parametrize(
    "check",
    [
        lesson_runs.predictions_come_first,
        lesson_runs.needs_no_key,
        lesson_runs.gives_the_same,
        lesson_runs.an_error_is_read,
    ],
)
def test_a_good_lesson_has_no_fault(ran, told, check):
    assert told(check(ran)) == ""


def test_refreshing_twice_gives_the_same_bytes(ran):
    before = ran.lesson.notebook.read_bytes()
    heard = []
    assert notebooks.refresh(ran.course, [ran.lesson], heard.append)
    assert ran.lesson.notebook.read_bytes() == before
    assert "as it was" in heard[0]


def test_a_plot_that_differs_each_time_is_tagged_measured(ran, told):
    assert b"image/png" in ran.lesson.notebook.read_bytes()
    assert told(lesson_runs.gives_the_same(ran)) == ""
    runs = tuple(replace(run, notebook=untagged(run.notebook)) for run in ran.runs)
    assert "tag a cell `measured`" in told(
        lesson_runs.gives_the_same(replace(ran, runs=runs))
    )


def untagged(notebook):
    return notebook | {"cells": [cell | {"metadata": {}} for cell in notebook["cells"]]}


def test_nothing_of_this_machine_is_written(ran):
    text = ran.lesson.notebook.read_text()
    for place in (str(ran.course.root), "/course-", str(Path.home()), ".venv"):
        assert place not in text
    assert not (ran.course.root / ".course").exists()


@pytest.mark.parametrize(
    "says",
    [
        "Cell `raises` raised ZeroDivisionError: division by zero",
        "Cell `does-not-raise` should raise, and did not",
        "Two runs with different hash seeds differ",
        "Cell `first-set` does not give what is committed",
        "It is not committed as `--refresh` writes it",
    ],
)
def test_l6_what_is_not_the_same(ran_badly, told, says):
    assert says in told(lesson_runs.gives_the_same(ran_badly))


def test_l5_a_way_out(ran_badly, told):
    said = told(lesson_runs.needs_no_key(ran_badly))
    assert "A cell tried to reach `203.0.113.9`" in said
    assert "At its end the network was not refused" in said


def test_l5_a_slow_lesson(ran, told):
    slow = replace(ran, runs=tuple(replace(run, seconds=21.0) for run in ran.runs))
    assert "It runs 21 s, limit 20 s" in told(lesson_runs.needs_no_key(slow))


def test_a_bad_lesson_is_not_written(ran_badly):
    before = ran_badly.lesson.notebook.read_bytes()
    heard = []
    assert not notebooks.refresh(ran_badly.course, [ran_badly.lesson], heard.append)
    assert "not written. cell `raises` raised ZeroDivisionError" in heard[0]
    assert ran_badly.lesson.notebook.read_bytes() == before


def changed(evidence, cell, course_root, **changes):
    """The evidence with one cell changed, in the committed notebook and in the runs."""
    notebook = json.loads(json.dumps(evidence.notebook))
    for one in notebook["cells"]:
        if one["id"] == cell:
            one.update(changes)
    root = Course(course_root)
    (course_root / "lessons/01_more.ipynb").write_text(json.dumps(notebook))
    runs = tuple(replace(run, notebook=notebook) for run in evidence.runs)
    return LessonEvidence(root, root.lesson("01_more"), runs)


@pytest.mark.parametrize(
    ("cell", "source", "says"),
    [
        ("predict-first", "1", '`reveal("first", …)` has no `predict` before it'),
        ("reveal-first", "1", '`predict("first")` is never revealed'),
        ("predict-third", "1", "2 predictions, wanted are 3"),
    ],
)
def test_l4_predictions(ran, course, told, cell, source, says):
    spoilt = changed(ran, cell, course.root, source=source)
    assert says in told(lesson_runs.predictions_come_first(spoilt))


def test_l4_it_is_said_once(ran, course, told):
    spoilt = changed(ran, "predict-first", course.root, outputs=[])
    said = told(lesson_runs.predictions_come_first(spoilt))
    assert "Run without predictions, it says so 0 times" in said


@pytest.mark.parametrize(
    ("cell", "changes", "says"),
    [
        ("broken", {"metadata": {}}, "No cell raises"),
        ("read-it", {"source": "Oh, line 2."}, "does not name its AttributeError"),
        ("read-it", {"source": "AttributeError!"}, "does not say where to look"),
        ("mend", {"metadata": {}}, "No cell lets the learner mend"),
    ],
)
def test_l11_an_error_that_nobody_reads(ran, course, told, cell, changes, says):
    spoilt = changed(ran, cell, course.root, **changes)
    assert says in told(lesson_runs.an_error_is_read(spoilt))
