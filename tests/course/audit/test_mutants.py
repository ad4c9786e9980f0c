"""Mutants: what was changed, who survived, and what the record must say."""

import subprocess

import pytest

from course.audit import mutants
from course.audit.mutate import MISSING, change
from course.content import CourseError

SCORE = mutants.Score(10, ("x < y -> x <= y",))
RECORD = {
    "killed": 9,
    "of": 10,
    "date": "2026-11-20",
    "survivors": [{"change": "x < y -> x <= y", "reason": "x is never y."}],
}


def says(record, score=None):
    return "\n".join(f"{f.says} {f.mend}" for f in mutants.faults(record, score))


def test_a_change_in_one_line():
    before = "def f(x):\n    return (\n        x < 3\n    )\n"
    after = before.replace("<", "<=")
    assert change(before, after) == "x < 3 -> x <= 3"


def test_what_was_measured_and_recorded_has_no_fault():
    assert says(RECORD) == ""
    assert says(RECORD, SCORE) == ""
    assert mutants.figure(RECORD, SCORE) == "90 %"
    assert mutants.figure(RECORD, None) == "(90 %)"


@pytest.mark.parametrize(
    ("record", "score", "expected"),
    [
        ({}, None, "[mutants] in exercise.toml lacks killed, of, date"),
        ({}, SCORE, "If that is well, record it: killed = 9, of = 10"),
        ({}, SCORE, "This mutant survives: x < y -> x <= y"),
        (RECORD | {"killed": 8}, SCORE, "records 8 of 10 mutants killed; 9 of 10 are"),
        (RECORD | {"survivors": []}, SCORE, "This mutant survives"),
        (RECORD | {"survivors": []}, None, "1 mutants survive, 0 of them"),
        (RECORD, mutants.Score(10, ("a -> b", "c -> d")), "8 of 10 mutants of the"),
        (RECORD | {"of": 0}, None, ""),
    ],
)
def test_what_is_wrong(record, score, expected):
    assert expected in says(record, score)


@pytest.mark.parametrize(
    ("status", "expected"),
    [(MISSING, "uv run --group mutants"), (1, "No mutants of .* could be made: no")],
)
def test_no_mutants(tmp_path, monkeypatch, status, expected):
    done = subprocess.CompletedProcess([], status, "", "")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    with pytest.raises(CourseError, match=expected):
        mutants.make(tmp_path / "solution.py", tmp_path / "made")
