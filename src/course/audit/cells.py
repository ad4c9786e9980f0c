"""Reads a notebook without running it: its cells, calls, headings and sections."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat

Cell = dict[str, Any]
ACTS = ("predict", "quiz", "check")  # calls in which the learner does something
YOUR_TURN = "your-turn"

_FENCE = re.compile(r"^(```|~~~)(\w*)[^\n]*\n(.*?)^\1[ \t]*$", re.M | re.S)
_HEADING = re.compile(r"^(#{1,6})[ \t]+(.+?)[ \t]*$", re.M)


@dataclass(frozen=True)
class Call:
    """A call such as `quiz("who-checks", "")`: its name, and its first argument."""

    name: str
    about: str
    cell: int


@dataclass(frozen=True)
class Heading:
    """A heading, and the number of the cell that it stands in."""

    level: int
    text: str
    cell: int


def read_notebook(file: Path) -> dict[str, Any]:
    """The notebook in `file`, as plain data."""
    return dict(nbformat.read(file, 4))  # type: ignore[no-untyped-call]


def tags(cell: Cell) -> list[str]:
    """The tags of `cell`."""
    return list(cell["metadata"].get("tags", []))


def is_code(cell: Cell) -> bool:
    """Whether `cell` holds code."""
    return bool(cell["cell_type"] == "code")


def calls_in(cell: Cell, number: int = 0) -> list[Call]:
    """The calls in a code cell, in order; none if it is no Python."""
    try:
        tree = ast.parse(cell["source"]) if is_code(cell) else ast.Module([], [])
    except SyntaxError:
        return []
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    calls.sort(key=lambda call: (call.lineno, call.col_offset))
    return [Call(ast.unparse(c.func), _first_text(c), number) for c in calls]


def _first_text(call: ast.Call) -> str:
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        return first.value
    return ast.unparse(first) if first is not None else ""


def calls(cells: list[Cell], *names: str) -> list[Call]:
    """The calls of these names, in all of `cells`, in order."""
    found = [call for n, cell in enumerate(cells) for call in calls_in(cell, n)]
    return [call for call in found if call.name in names]


def fences(markdown: str) -> list[str]:
    """The code in the fenced blocks of `markdown`; a mermaid diagram is no code."""
    blocks = _FENCE.finditer(markdown)
    return [match[3] for match in blocks if match[2] != "mermaid"]


def without_fences(markdown: str) -> str:
    """`markdown` without its fenced blocks."""
    return _FENCE.sub("", markdown)


def headings(cells: list[Cell]) -> list[Heading]:
    """The headings of all Markdown cells, in order."""
    return [
        Heading(len(match[1]), match[2], number)
        for number, cell in enumerate(cells)
        if not is_code(cell)
        for match in _HEADING.finditer(without_fences(cell["source"]))
    ]


def section(cells: list[Cell], title: str) -> list[Cell]:
    """The cells from the heading `title` up to the next of its level; none if absent.

    A cell that holds more than this section is cut to what belongs to it.
    """
    parts: list[Cell] = []
    inside = False
    for cell in cells:
        for heading, text in _pieces(cell):
            if heading is not None and heading[0] <= 2:
                inside = heading[1].casefold() == title.casefold()
            if inside:
                parts.append(cell if is_code(cell) else cell | {"source": text})
    return parts


def _pieces(cell: Cell) -> Iterator[tuple[tuple[int, str] | None, str]]:
    """The parts of a cell that begin with a heading; code is one part without."""
    source = "" if is_code(cell) else cell["source"]
    starts = [match.start() for match in _HEADING.finditer(source)]
    bounds = [*([0] if not starts or starts[0] else []), *starts, len(source)]
    if len(bounds) == 1:
        yield None, source
    for start, end in pairwise(bounds):
        match = _HEADING.match(source, start)
        yield (len(match[1]), match[2]) if match else None, source[start:end]


def raised(cell: Cell) -> str:
    """What `cell` raised, as "ValueError: …"; empty if nothing."""
    for output in cell.get("outputs", []):
        if output["output_type"] == "error":
            return f"{output['ename']}: {output['evalue']}"
    return ""


def shown_text(cell: Cell) -> str:
    """What a cell shows to be read: printed text and Markdown, no traceback."""
    texts = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        texts.append(output.get("text") or data.get("text/markdown", ""))
    return "\n".join(texts)


def words_to_read(cell: Cell) -> int:
    """The words of a cell, code and shown text included."""
    return len(cell["source"].split()) + len(shown_text(cell).split())
