"""Shows what an audit found: a table of criteria by items, then each fault.

A good cell shows its figure, a bad one the word FAULT, one not looked at a dash: the
same in 80 columns, without colour and in ASCII.
"""

import json
import sys
import textwrap
from collections.abc import Sequence

from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

from course.audit import Finding
from course.audit.exercises import criteria
from course.audit.lessons import lesson_criteria
from course.audit.run import ItemAudit

WIDTH = 7  # characters of a column at most: nine lessons fit, or seven exercises


def show(console: Console, findings: Sequence[Finding]) -> None:
    """Print the tables, the faults, and one closing line."""
    for kind, names in (
        ("lesson", {c.name: c.words for c in lesson_criteria()}),
        ("exercise", {c.name: c.words for c in criteria()}),
    ):
        of_kind = [one for one in findings if one.item.startswith(kind)]
        if of_kind:
            console.print(_table(kind, names, of_kind))
            console.print()
    faults = sum(_show_faults(console, finding) for finding in findings)
    console.print(Text(_summary(findings, faults), "bold"), soft_wrap=True)


def _table(kind: str, names: dict[str, str], findings: Sequence[Finding]) -> Table:
    items = list(dict.fromkeys(finding.item for finding in findings))
    cells = {(one.item, one.criterion): _cell(one) for one in findings}
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(f"{kind}s", no_wrap=True)
    for item in items:
        name = item.removeprefix(f"{kind} ")
        short = name.partition("_")[0][:WIDTH]
        table.add_column(short, no_wrap=True, justify="right")
    for criterion, words in names.items():
        row = [cells.get((item, criterion), Text("-")) for item in items]
        table.add_row(Text(f"{criterion:3} {words}"), *row)
    return table


def _cell(finding: Finding) -> Text:
    if not finding.looked:
        return Text("-", "dim")
    return Text(finding.figure) if finding.good else Text("FAULT", "bold magenta")


def _show_faults(console: Console, finding: Finding) -> int:
    if finding.faults:
        console.print(Text(f"{finding.item}, {finding.criterion}", "bold magenta"))
    for fault in finding.faults:
        _say(console, fault.says)
        _say(console, f"To do: {fault.mend}")
    return len(finding.faults)


def _say(console: Console, text: str) -> None:
    for line in textwrap.wrap(
        " ".join(text.split()),
        console.width,
        initial_indent="  ",
        subsequent_indent="    ",
        break_on_hyphens=False,
    ):
        console.print(Text(line), soft_wrap=True)


def _summary(findings: Sequence[Finding], faults: int) -> str:
    items = len({finding.item for finding in findings})
    looked = sum(finding.looked for finding in findings)
    said = f"{looked} checks of {items} lessons and exercises"
    if faults:
        return f"{said}: {faults} {'fault' if faults == 1 else 'faults'}."
    if looked < len(findings):
        return f"{said}: no fault. Without --no-run there are more."
    return f"{said}: no fault."


def as_json(findings: Sequence[Finding]) -> str:
    """The findings as JSON, one object each."""
    return json.dumps([finding.as_json() for finding in findings], indent=2)


class Progress:
    """Says on the standard error how far the audit is, if a person watches."""

    def __init__(self, audits: Sequence[ItemAudit]) -> None:
        console = Console(file=sys.stderr, highlight=False)
        self._status = Status(f"{len(audits)} items", console=console)

    def __enter__(self) -> "Progress":
        self._status.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._status.stop()

    def tell(self, done: int, total: int, name: str) -> None:
        """Show that `done` jobs of `total` are done, `name` being the last."""
        self._status.update(Text(f"{done} of {total} runs done: {name}"))
