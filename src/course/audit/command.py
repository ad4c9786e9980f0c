"""What `course audit` does: find what is meant, audit it, show what was found."""

from collections.abc import Callable, Sequence

import click
from rich.console import Console

from course.audit import notebooks, report
from course.audit.run import audit_all, item_audits
from course.content import Course


def audit_and_show(
    course: Course,
    names: Sequence[str],
    *,
    run: bool = True,
    mutants: bool = False,
    as_json: bool = False,
) -> bool:
    """Audit what `names` name, else all, and print it; whether there was no fault."""
    audits = item_audits(course, names, mutants=mutants)
    with report.Progress(audits) as progress:
        findings = audit_all(audits, run=run, tell=progress.tell)
    if as_json:
        click.echo(report.as_json(findings))
    else:
        report.show(Console(highlight=False), findings)
    return all(finding.good for finding in findings)


def refresh_and_tell(
    course: Course, names: Sequence[str], tell: Callable[[str], None]
) -> bool:
    """Run the lessons that `names` name, else all, and write them back."""
    lessons = [course.lesson(name) for name in names] or list(course.lessons)
    return notebooks.refresh(course, lessons, tell)
