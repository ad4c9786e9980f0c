"""`course audit` as it is typed: what it prints, and how it exits."""

import json

import pytest
from click.testing import CliRunner

from course.audit.run import audit_all, item_audits
from course.cli import main
from course.content import CourseError


@pytest.fixture
def audited(course, monkeypatch):
    monkeypatch.setenv("COURSE_ROOT", str(course.root))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("UV_RUN_RECURSION_DEPTH", raising=False)

    def run(*words):
        return CliRunner().invoke(main, ["audit", *words])

    return run


def test_a_table_of_criteria_by_items(audited):
    result = audited("--no-run")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0].split() == ["lessons", "00", "01"]
    assert lines[1].split() == ["L1", "objectives", "2", "2"]
    assert "E8  three hints                 6" in result.output
    assert "E1  starter fails rightly       -" in result.output
    assert result.output.endswith("Without --no-run there are more.\n")
    assert max(map(len, lines)) <= 80


def test_a_fault_stands_in_the_table_and_below_it(audited, spoil):
    spoil("exercises/01_greeting/README.md", "## Done when", "## End")
    result = audited("--no-run", "greeting")
    assert result.exit_code == 1
    assert "E11 complete                FAULT" in result.output
    assert (
        "exercise greeting, E11\n"
        "  README.md lacks when it is done.\n"
        "  To do: Add the section, with that heading.\n"
        "4 checks of 1 lessons and exercises: 1 fault.\n"
    ) in result.output


def test_json_holds_the_same(audited, spoil):
    spoil("exercises/01_greeting/README.md", "## Done when", "## End")
    result = audited("--no-run", "--json", "greeting")
    findings = {row["criterion"]: row for row in json.loads(result.output)}
    assert result.exit_code == 1
    assert len(findings) == 13
    assert findings["E11"]["good"] is False
    assert findings["E11"]["faults"][0]["says"] == "README.md lacks when it is done."
    assert findings["E1"]["looked"] is False


def test_a_name_that_nobody_has(audited):
    result = audited("--no-run", "xylophone")
    assert result.exit_code == 2
    assert "There is no exercise `xylophone`" in result.output
    assert "There is no lesson `xylophone`" in result.output


@pytest.mark.parametrize(
    ("name", "item"),
    [
        ("greeting", "exercise greeting"),
        ("1", "exercise greeting"),
        ("01_more", "lesson 01_more"),
        ("start", "lesson 00_start"),
    ],
)
def test_what_a_name_means(course, name, item):
    assert [audit.item for audit in item_audits(course, [name])] == [item]


def test_a_notebook_that_cannot_be_run_is_a_fault(course, monkeypatch):
    def break_down(*_):
        raise CourseError("01_more.ipynb could not be run to its end: out of memory")

    monkeypatch.setattr("course.audit.notebooks.run", break_down)
    findings = audit_all(item_audits(course, ["01_more"]))
    bad = {one.criterion: one.faults[0].says for one in findings if not one.good}
    assert sorted(bad) == ["L11", "L4", "L5", "L6"]
    assert "out of memory" in bad["L6"]


def test_a_test_without_a_task_is_a_fault(course, spoil):
    spoil("exercises/01_greeting/test_greeting.py", "@pytest.mark.task(2)\n", "")
    findings = audit_all(item_audits(course, ["greeting"]))
    bad = {one.criterion: one.faults[0].says for one in findings if not one.good}
    assert "test_the_service_is_asked has no `@pytest.mark.task(…)`" in bad["E7"]


def test_a_record_that_makes_no_sense_is_a_fault(audited, spoil):
    spoil("lessons/01_more.toml", "options = [", "choices = [")
    result = audited("--no-run", "--json", "01_more")
    bad = {row["criterion"]: row for row in json.loads(result.output) if row["faults"]}
    assert "could not be checked: KeyError: 'options'" in str(bad["L10"])
