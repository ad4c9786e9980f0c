"""The audit of the course itself: run once, each finding a test of its own."""

from dataclasses import replace
from pathlib import Path

import pytest

from course.audit.exercises import criteria
from course.audit.lessons import SEEDS, LessonAudit, lesson_criteria
from course.audit.run import audit_all, item_audits
from course.content import Course

COURSE = Course(Path(__file__).parents[3])
CHECKS = [
    *[
        (f"lesson {one.name}", c.name)
        for one in COURSE.lessons
        for c in lesson_criteria()
    ],
    *[(f"exercise {one.name}", c.name) for one in COURSE.exercises for c in criteria()],
]


@pytest.fixture(scope="session")
def findings():
    """What `course audit` finds; nbval makes the other run of each notebook."""
    audits = [
        replace(one, seeds=SEEDS[:1]) if isinstance(one, LessonAudit) else one
        for one in item_audits(COURSE)
    ]
    found = audit_all(audits)
    return {(one.item, one.criterion): one for one in found}


@pytest.mark.parametrize(("item", "criterion"), CHECKS)
def test_it_has_no_fault(findings, item, criterion):
    faults = findings[item, criterion].faults
    told = "\n".join(f"{one.says}\n    {one.mend}" for one in faults)
    if faults and all(one.of_time for one in faults):
        pytest.xfail(told)  # seconds depend on what else the machine does
    if faults:
        pytest.fail(f"{item}, {criterion}: {len(faults)} faults\n{told}", pytrace=False)
