"""What is seen when a lesson runs: L4, L5, L6 and L11."""

import re
from collections.abc import Iterator
from typing import Any

from course.audit import Fault, Found, found
from course.audit.cells import (
    YOUR_TURN,
    Cell,
    calls,
    headings,
    is_code,
    raised,
    shown_text,
    tags,
)
from course.audit.lessons import LessonEvidence
from course.audit.normalise import FOLDED, blank_measured, comparable, normalise
from course.audit.notebooks import patterns_of, surprises

FEWEST_PREDICTIONS, FEWEST_AT_FIRST = 3, 2
TIME_LIMIT = 20.0  # seconds
_SAID_ONCE = "No prediction yet"
_REFRESH = "Run `course audit --refresh`, and look at what changes."


def predictions_come_first(e: LessonEvidence) -> Found:
    """L4: a `predict` before each `reveal`; running without an answer goes on."""
    return found(len(calls(e.cells, "predict")), _prediction_faults(e))


def _prediction_faults(e: LessonEvidence) -> Iterator[Fault]:
    guesses, answers = calls(e.cells, "predict"), calls(e.cells, "reveal")
    wanted = FEWEST_AT_FIRST if e.is_first else FEWEST_PREDICTIONS
    if len(guesses) < wanted:
        yield Fault(f"{len(guesses)} predictions, wanted are {wanted}.", "Add some.")
    asked = {call.about: call.cell for call in guesses}
    for call in answers:
        if asked.get(call.about, len(e.cells)) > call.cell:
            yield Fault(
                f'`reveal("{call.about}", …)` has no `predict` before it.',
                f'Ask first: predict("{call.about}", "").',
            )
    for name in sorted({*asked} - {call.about for call in answers}):
        yield Fault(f'`predict("{name}")` is never revealed.', "Reveal the answer.")
    for call in guesses + answers:
        cell = e.cells[call.cell]
        if cell["outputs"] and cell["metadata"].get("jupyter") != FOLDED["jupyter"]:
            yield Fault(f'The output of `{call.name}("{call.about}")` shows.', _REFRESH)
    said = sum(_SAID_ONCE in shown_text(cell) for cell in e.runs[0].notebook["cells"])
    if guesses and said != 1:
        yield Fault(
            f"Run without predictions, it says so {said} times.",
            "`predict` says it once in a lesson, and goes on: is `start_lesson` first?",
        )


def needs_no_key(e: LessonEvidence) -> Found:
    """L5: runs with no key and no network, in time (the quicker of two runs)."""
    seconds = min(run.seconds for run in e.runs)
    return found(f"{seconds:.0f} s", _isolation_faults(e, seconds))


def _isolation_faults(e: LessonEvidence, seconds: float) -> Iterator[Fault]:
    if seconds >= TIME_LIMIT:
        says = f"It runs {seconds:.0f} s, limit {TIME_LIMIT:g} s."
        yield Fault(says, "Shorten it.", of_time=True)
    for run in e.runs:
        if run.guard:
            yield Fault(
                f"At its end the network was not refused: {run.guard}.",
                "Begin with `start_lesson`, and leave `course.network` alone.",
            )
        planned = [raised(cell) for cell in run.notebook["cells"]]
        told = sum(error.startswith("NetworkRefused") for error in planned)
        for host in run.refused[told:]:
            yield Fault(
                f"A cell tried to reach `{host}`.",
                "Give it the address of the local OpenRouter: base_url=sim.base_url.",
            )


def gives_the_same(e: LessonEvidence) -> Found:
    """L6: the outputs are those committed, with either hash seed."""
    same = sum(not any(_differences(e.notebook, run.notebook)) for run in e.runs)
    return found(f"{same}/{len(e.runs)}", _sameness_faults(e))


def _sameness_faults(e: LessonEvidence) -> Iterator[Fault]:
    committed = e.notebook
    if normalise(committed, patterns_of(e.course)) != committed:
        yield Fault("It is not committed as `--refresh` writes it.", _REFRESH)
    for run in e.runs:
        for fault in surprises(run.notebook):
            yield Fault(f"C{fault[1:]}.", "Only cells tagged `raises-exception` raise.")
        for difference in _differences(committed, run.notebook):
            yield Fault(difference, _REFRESH)
    if len({str([*map(blank_measured, run.notebook["cells"])]) for run in e.runs}) > 1:
        yield Fault(
            "Two runs with different hash seeds differ.",
            "Sort what comes from a set; add what differs to lessons/nbval.cfg; tag "
            "a cell `measured` whose plot shows time that was measured.",
        )
    for place in (str(e.course.root), "/course-"):
        if place in str([cell.get("outputs") for cell in committed["cells"]]):
            yield Fault(f"An output names a place on a machine: {place}.", _REFRESH)


def _differences(committed: dict[str, Any], run: dict[str, Any]) -> Iterator[str]:
    pairs = zip(committed["cells"], run["cells"], strict=True)
    for there, now in pairs:
        if is_code(now) and "nbval-ignore-output" not in tags(now):
            before, after = comparable(there["outputs"]), comparable(now["outputs"])
            if before != after:
                yield f"Cell `{now['id']}` does not give what is committed."


def an_error_is_read(e: LessonEvidence) -> Found:
    """L11: an error on purpose, read aloud in the text after it, then mended."""
    cells = e.runs[0].notebook["cells"]
    planned = [n for n, cell in enumerate(cells) if "raises-exception" in tags(cell)]
    taught = [n for n in planned if not list(_reading_faults(cells, n))]
    if taught:
        return found(len(planned), [])
    if not planned:
        return found(0, [Fault("No cell raises.", "Let one fail on purpose.")])
    return found(len(planned), [f for n in planned for f in _reading_faults(cells, n)])


def _reading_faults(cells: list[Cell], number: int) -> Iterator[Fault]:
    cell, kind = cells[number], raised(cells[number]).partition(":")[0]
    after = next((c["source"] for c in cells[number + 1 :] if not is_code(c)), "")
    if not kind or kind not in after:
        yield Fault(
            f"The text after cell `{cell['id']}` does not name its {kind or 'error'}.",
            "Read the error aloud: its type, its line, what to do next.",
        )
    if not re.search(r"\b(line|arrow)\b", after):
        yield Fault(
            f"The text after cell `{cell['id']}` does not say where to look.",
            "Name the line of the cell at which the arrow points.",
        )
    ends = [h.cell for h in headings(cells) if h.cell > number and h.level == 2]
    rest = cells[number + 1 : (ends or [len(cells)])[0] + 1]
    if not any(YOUR_TURN in tags(other) for other in rest):
        yield Fault(
            f"No cell lets the learner mend what cell `{cell['id']}` shows.",
            "Add one with the tag `your-turn`, in the same section.",
        )
