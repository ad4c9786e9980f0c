"""What a learner sees in the terminal.

Every state is a word as well as a colour and a sign; in 80 columns, without colour
and in ASCII the same words stand there. Text from outside is never read as markup.
"""

import re
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from course.content import Exercise, Task, command
from course.journey import Step, next_step, so_far
from course.verdict import State, TaskVerdict, Verdict, in_words

if TYPE_CHECKING:
    from course.attempts import Reset, Row
    from course.doctor import Finding
    from course.glossary import Term

_SIGNS = {
    State.PASSED: ("✓", "+", "green"),
    State.FAILING: ("✗", "x", "bold yellow"),
    State.BROKEN: ("✗", "x", "bold magenta"),
    State.WAITING: ("·", ".", "dim"),
    State.NOT_STARTED: ("○", "o", "cyan"),
}
NARROWEST = 20  # columns; a terminal may say that it has none
BAR = 8  # columns of a bar in the map
WIDE = 120  # columns, from which on two files are shown side by side
_IN_BACKTICKS = re.compile(r"`[^`]*`")
_VALUE_COLUMN = 15  # where the values stand in a failure's five lines, indented by 2


class Screen:
    """Writes to one console, in colour where there is a terminal for it."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        self._console.width = max(self._console.width, NARROWEST)
        self.has_keys = False  # those of `course watch`

    def say(self, text: str = "", style: str = "", indent: int = 0) -> None:
        """Write lines, each wrapped, its second line `indent` spaces in."""
        for line in self._plain(text).split("\n"):
            for row in _wrapped(line, self._console.width, indent):
                self._console.print(Text(row, style), soft_wrap=True)

    def clear(self) -> None:
        """Begin at the top, in a terminal; what scrolled away stays."""
        if self._console.is_terminal and not self._console.is_dumb_terminal:
            self._console.clear()

    def address(self, text: str) -> None:
        """Write something to copy: on a line of its own, never wrapped."""
        line = Text(f"\n  {self._plain(text)}\n", "bold cyan")
        self._console.print(line, soft_wrap=True)

    def line(self, text: str) -> None:
        """Write a command, say, that can be copied: it is never wrapped."""
        self._console.print(Text(f"  {self._plain(text)}"), soft_wrap=True)

    def path(self, path: Path, root: Path) -> None:
        """Write where a file is: on a line of its own, never wrapped."""
        self.line(str(path.relative_to(root) if path.is_relative_to(root) else path))

    def reset(self, done: "Reset", root: Path) -> None:
        """Show where the attempt is, and how to get it back."""
        if not done.attempt:
            self.say(done.was)
            return
        self.say("Your attempt is kept:")
        self.path(done.attempt, root)
        if done.way_back:
            self.say("To get it back:")
            self.line(done.way_back)

    def findings(self, findings: "Sequence[Finding]") -> None:
        """Show what the doctor found, each problem with what mends it."""
        for finding in findings:
            sign = self._sign(State.PASSED if finding.good else State.FAILING)
            word = "good" if finding.good else "not good"
            self._console.print(sign + Text(f" {finding.name}: {word}", "bold"))
            self.say(f"    {finding.says}", indent=4)
            if finding.mend:
                self.say(f"    To mend it: {finding.mend}", "yellow", indent=4)
        wrong = sum(not finding.good for finding in findings)
        self.say(f"{wrong} to mend." if wrong else "Ready.", "bold")

    def notice(self, text: str) -> None:
        """Write what the learner should know but need not act on at once."""
        if text:
            self.say(f"Note: {text}", "yellow")

    def verdict(self, exercise: Exercise, verdict: Verdict) -> None:
        """Show the state, the tasks, the first failure and the next step."""
        title = f"{exercise.number} {exercise.name} - {exercise.title}"
        self.say()
        self._console.print(
            Text(self._plain(title), "bold"),
            Text(f"[{verdict.state}]", _SIGNS[verdict.state][2]),
        )
        self.say()
        if verdict.state is State.BROKEN:
            self.say(verdict.problem)
        else:
            for task in verdict.tasks:
                self._task(task, verdict.current_task)
                if task is verdict.current_task:
                    self._failure(verdict)
        self.say()
        self._next_step(exercise, verdict)

    def _task(self, task: TaskVerdict, current: TaskVerdict | None) -> None:
        passed = sum(test.passed for test in task.tests)
        remark = {
            State.PASSED: "passed",
            State.FAILING: f"{passed} of {len(task.tests)} tests pass",
            State.WAITING: f"waits for task {current.number if current else 0}",
        }[task.state]
        self._console.print(
            Text("  ")
            + self._sign(task.state)
            + Text(
                self._plain(f" {task.number}  {task.title}: {remark}"),
                _SIGNS[task.state][2],
            )
        )

    def _failure(self, verdict: Verdict) -> None:
        test = verdict.first_failure
        if test is None:
            return
        self.say()
        self.say(in_words(test.name), "bold")
        for line in test.message.splitlines():
            self.say(f"  {line}", indent=_VALUE_COLUMN)
        if test.printed:
            self.say("  You printed:")
            for line in test.printed.splitlines()[-5:]:
                self.say(f"    {line}")
        if verdict.current_task is not verdict.tasks[-1]:
            self.say()

    def _next_step(self, exercise: Exercise, verdict: Verdict) -> None:
        folder = f"exercises/{exercise.folder.name}"
        if verdict.passed:
            self.say(f"Passed, in {verdict.seconds:.1f} s.", "bold green")
            compare = self._how("s", f"solution {exercise.name}")
            self.say(f"Next: compare your answer with ours: {compare}")
        elif verdict.state is State.NOT_STARTED:
            self.say(f"Next: read {folder}/README.md, then edit")
            self.say(f"  {folder}/{exercise.file.name}")
        elif not exercise.file.is_file():
            self.say(f"Next: {command(f'reset {exercise.name}')}")
        else:
            self.say(f"Next: edit {folder}/{exercise.file.name}")
            again = "save it" if self.has_keys else "check again"
            hint = self._how("h", f"hint {exercise.name}")
            self.say(f"  and {again}. A hint: {hint}")

    def _how(self, key: str, line: str) -> str:
        """What to do for it: press a key where one is listened to, else a command."""
        return f"press {key}" if self.has_keys else command(line)

    def hint(self, exercise: Exercise, task: Task, number: int) -> None:
        """Show hint `number` of `task`."""
        total = len(task.hints)
        for earlier, text in enumerate(task.hints[: number - 1], start=1):
            self.say(f"{earlier}. {text}", "dim", indent=3)
        self.say(f"Hint {number} of {total}, task {task.number}: {task.title}", "bold")
        self.say(task.hints[number - 1])
        if number < total:
            self.say(f"More: {self._how('h', f'hint {exercise.name}')}", "dim")
        else:
            self.say("That was the last one. To see our answer:", "dim")
            self.line(command(f"solution {exercise.name} --give-up"))

    def terms(self, terms: "Sequence[Term]") -> None:
        """Show what each of `terms` means, and where it is explained."""
        for term in terms:
            self.say(term.name, "bold")
            self.say(f"  {term.sentence}", indent=2)
            self.say(f"  Lesson {term.lesson}: {term.section}", "dim", indent=2)

    def course_map(self, way: Sequence[Step]) -> None:
        """Show lessons and exercises in order, how far each is, and one next step."""
        table = Table(box=None, pad_edge=False, show_header=False)
        for _ in ("what", "its name", "how far", "in words"):
            table.add_column(overflow="fold")
        for step in way:
            sign = self._sign(State.PASSED if step.done else State.NOT_STARTED)
            left = "" if step.done else f", {step.minutes_left} min"
            remark = Text(f"{step.remark}{left}", "green" if step.done else "")
            name = step.title.partition(":")[0]  # an exercise's title is in the README
            row = Text(f" {step.label}"), Text(self._plain(name)), self._bar(step)
            table.add_row(sign + row[0], *row[1:], remark)
        self._console.print(table)
        self.say()
        self.say(so_far(way))
        self.say(next_step(way), "bold")

    def _bar(self, step: Step) -> Text:
        """How far `step` is, as a bar; empty where it could only be read aloud."""
        if self._console.is_dumb_terminal:
            return Text()
        full, empty = ("#", "-") if self._console.options.ascii_only else ("█", "░")
        filled = int(step.share * BAR)
        return Text(full * filled, "green") + Text(empty * (BAR - filled), "dim")

    @property
    def is_wide(self) -> bool:
        """Whether two files fit side by side, and a person looks at them."""
        return self._console.is_terminal and self._console.width >= WIDE

    def side_by_side(self, rows: "Sequence[Row]") -> None:
        """Show the learner's file and ours in two columns, and how they differ."""
        table = Table(box=None, pad_edge=False, expand=True)
        table.add_column("yours", ratio=1, overflow="fold")
        table.add_column("", width=1)
        table.add_column("ours", ratio=1, overflow="fold")
        for row in rows:
            same = row.sign in " …"
            table.add_row(
                Text(self._plain(row.yours), "dim" if same else "magenta"),
                Text(self._plain(row.sign)[:1]),
                Text(self._plain(row.ours), "dim" if same else "green"),
            )
        self._console.print(table)
        self.say("| changed   < only yours   > only ours", "dim")

    def diff(self, lines: Sequence[str]) -> None:
        """Show a diff, added and removed lines in two colours."""
        for line in lines:
            style = {"+": "green", "-": "magenta", "@": "dim"}.get(line[:1], "")
            self._console.print(Text(self._plain(line), style), soft_wrap=True)

    def _sign(self, state: State) -> Text:
        sign, ascii_sign, style = _SIGNS[state]
        return Text(ascii_sign if self._console.options.ascii_only else sign, style)

    def _plain(self, text: str) -> str:
        """`text` without control characters, and in ASCII where nothing else works."""
        return _plain(text, self._console)


def complain(text: str) -> None:
    """Write an error for a person to the standard error.

    In a terminal it is wrapped, but for lines to copy: those begin with two spaces.
    """
    console = Console(file=sys.stderr, highlight=False)
    width = max(console.width, NARROWEST)
    for line in _plain(text, console).split("\n"):
        whole = line.startswith("  ") or not console.is_terminal
        for row in [line] if whole else _wrapped(line, width):
            console.print(Text(row), soft_wrap=True)


def _wrapped(line: str, width: int, indent: int = 0) -> list[str]:
    """`line` in rows: broken at spaces, and not in backticks where that fits."""
    glued = _IN_BACKTICKS.sub(
        lambda found: (
            found[0].replace(" ", "\0") if len(found[0]) + indent < width else found[0]
        ),
        line,
    )
    rows = textwrap.wrap(
        glued,
        width,
        subsequent_indent=" " * indent,
        drop_whitespace=True,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [row.replace("\0", " ") for row in rows] or [""]


def _plain(text: str, console: Console) -> str:
    text = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    if not console.options.ascii_only:
        return text
    return text.replace("…", "...").encode("ascii", "replace").decode()
