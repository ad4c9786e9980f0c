"""What is read in a lesson: L7 (not pasted), L8 (nothing ages), L9 (readable)."""

import re
from collections.abc import Iterator

from course.audit import Fault, Found, found
from course.audit.ageing import ageing
from course.audit.cells import Cell, calls, fences, headings, is_code, without_fences
from course.audit.lessons import LessonEvidence
from course.audit.prose import talking_down
from course.plots import ALT_WORDS

PASTED_LINES, LONGEST_LINE = 3, 88
_PICTURE = re.compile(
    r"!\[(.*?)\]\(|<img\b(?:[^>]*?\balt=[\"'](.*?)[\"'])?[^>]*>", re.S
)


def code_is_not_pasted(e: LessonEvidence) -> Found:
    """L7: the library's code is shown from its source, never repeated."""
    shown = calls(e.cells, "show")
    return found(len(shown), _paste_faults(e, bool(shown)))


def _paste_faults(e: LessonEvidence, shows: bool) -> Iterator[Fault]:
    if not shows and not e.is_first:
        yield Fault("No code of the library is shown.", "Use `show(…)`.")
    library = e.course.root / "src" / "openrouter_factory"
    known = {
        window: file.name
        for file in sorted(library.glob("*.py"))
        for window in _windows(file.read_text("utf-8"))
    }
    for cell in e.cells:
        texts = [cell["source"]] if is_code(cell) else fences(cell["source"])
        for file in {known[w] for t in texts for w in _windows(t) if w in known}:
            yield Fault(
                f"Cell `{cell['id']}` repeats {PASTED_LINES} lines of {file}.",
                "Show them from there: `show(…)`.",
            )


def _windows(source: str) -> Iterator[tuple[str, ...]]:
    """Each three lines that follow each other and hold words, without indentation."""
    lines = [line.strip() for line in source.splitlines()]
    lines = [line for line in lines if re.search(r"\w{2}", line)]
    for start in range(len(lines) - PASTED_LINES + 1):
        window = tuple(lines[start : start + PASTED_LINES])
        if not all(line.startswith(("import ", "from ")) for line in window):
            yield window


def nothing_ages(e: LessonEvidence) -> Found:
    """L8: no model name, price, context length or address stands in a lesson."""
    texts = [(f"Cell `{cell['id']}`", cell["source"]) for cell in e.cells]
    texts += [(f"The record, {where},", text) for where, text in _texts(e)]
    faults = [
        Fault(
            f"{where} holds {what}: {word}",
            "Take it from the library, which has it in one place, with its date.",
        )
        for where, text in texts
        for what, word in ageing(text, e.course.root)
    ]
    return found(len(faults), faults)


def _texts(e: LessonEvidence) -> Iterator[tuple[str, str]]:
    """The texts of the record that a learner reads."""
    for objective in e.record.get("objectives", []):
        yield "objectives", objective.get("text", "")
    for question in e.lesson.quiz:
        yield f"`{question['id']}`", question["question"]
        for option in question["options"]:
            yield f"`{question['id']}`", f"{option['text']} {option.get('because', '')}"


def all_can_read(e: LessonEvidence) -> Found:
    """L9: headings in order, pictures in words, short lines, no talking down."""
    faults = [*_heading_faults(e), *(f for c in e.cells for f in _cell_faults(c))]
    for where, text in _texts(e):
        faults += talking_down(f"The record, {where},", text)
    return found(f"{_longest_line(e.cells)} ch", faults)


def _heading_faults(e: LessonEvidence) -> Iterator[Fault]:
    found_ones = headings(e.cells)
    levels = [heading.level for heading in found_ones]
    if levels.count(1) != 1 or levels[:1] != [1]:
        yield Fault(
            f"{levels.count(1)} titles (#), the first heading has level "
            f"{levels[0] if levels else 0}.",
            "One title, first; sections have ##.",
        )
    for before, heading in zip(levels, found_ones[1:], strict=False):
        if heading.level > before + 1:
            yield Fault(
                f"“{heading.text}” skips from level {before} to {heading.level}.",
                "Go down one level at a time.",
            )


def _cell_faults(cell: Cell) -> Iterator[Fault]:
    where, source = f"Cell `{cell['id']}`", cell["source"]
    if _longest_line([cell]) > LONGEST_LINE:
        yield Fault(
            f"{where} has a line of code with {_longest_line([cell])} characters.",
            f"Break it: {LONGEST_LINE} at most.",
        )
    pictures = list(_outputs_alt(cell))
    if not is_code(cell):
        yield from talking_down(where, source)
        text = without_fences(source)
        pictures += [match[1] or match[2] or "" for match in _PICTURE.finditer(text)]
        pictures += [_description(f) for f in _mermaids(source)]
    for alt in pictures:
        if len(alt.split()) < ALT_WORDS:
            yield Fault(
                f"{where} has a picture with the alt text “{alt}”.",
                f"Say what it shows, in {ALT_WORDS} words or more (mermaid: accDescr; "
                'a plot: with plot("…", alt="…", words="…") as axes).',
            )


def _mermaids(source: str) -> list[str]:
    return re.findall(r"^```mermaid\n(.*?)^```", source, re.M | re.S)


def _description(mermaid: str) -> str:
    match = re.search(r"accDescr\s*(?::\s*(.+)|\{([^}]*)\})", mermaid)
    return (match[1] or match[2]).strip() if match else ""


def _outputs_alt(cell: Cell) -> Iterator[str]:
    for output in cell.get("outputs", []):
        for kind in output.get("data", {}):
            if kind.startswith("image/"):
                yield output.get("metadata", {}).get(kind, {}).get("alt", "")


def _longest_line(cells: list[Cell]) -> int:
    texts = [
        text
        for cell in cells
        for text in ([cell["source"]] if is_code(cell) else fences(cell["source"]))
    ]
    return max((len(line) for text in texts for line in text.splitlines()), default=0)
