"""Makes two runs of a notebook comparable, and what is committed the same each time.

The patterns stand in `lessons/nbval.cfg`, which nbval reads as well: whatever one
forgives, the other forgives.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from course.audit.cells import Cell, calls, is_code, tags

Patterns = Sequence[tuple[str, str]]

_PAIR = re.compile(r"^regex: (.*)$\n^replace: (.*)$", re.MULTILINE)  # as nbval does
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python"}
_METADATA = {
    "kernelspec": _KERNEL | {"name": "python3"},
    "language_info": {"name": "python"},
}
FOLDED = {"collapsed": True, "jupyter": {"outputs_hidden": True}}  # as JupyterLab does
_NOT_COMPARED = ("metadata", "traceback", "execution_count")  # nor does nbval
_PICTURES = ("image/png", "image/jpeg")  # fonts differ; nbval skips them too
MEASURED = "measured"  # the tag of a cell whose picture no second run gives again


def read_patterns(file: Path) -> Patterns:
    """The pairs of pattern and replacement in `file`; none if there is no file."""
    return _PAIR.findall(file.read_text("utf-8")) if file.exists() else []


def normalise(notebook: dict[str, Any], patterns: Patterns) -> dict[str, Any]:
    """`notebook` as it is committed: nothing of the machine or the moment in it."""
    cells = [_cell(cell) for cell in notebook["cells"]]
    count = 0
    for cell in cells:
        if cell["cell_type"] == "code":
            count += 1
            cell["execution_count"] = count
            cell["outputs"] = [_output(o, count, patterns) for o in cell["outputs"]]
    return {
        "cells": cells,
        "metadata": _METADATA,
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(cell: dict[str, Any]) -> dict[str, Any]:
    """`cell` with its tags; what a learner is to predict is folded until it runs.

    Where there is nothing to hide, the dots of a fold would promise something.
    """
    tags = cell.get("metadata", {}).get("tags")
    metadata: dict[str, Any] = {"tags": tags} if tags else {}
    if calls([cell], "predict", "reveal") and cell["outputs"]:
        metadata |= FOLDED
    return cell | {"metadata": metadata}


def _output(output: dict[str, Any], count: int, patterns: Patterns) -> dict[str, Any]:
    numbered = {"execution_count": count} if "execution_count" in output else {}
    plain: dict[str, Any] = sanitise(output, patterns)
    return plain | numbered


def sanitise(value: Any, patterns: Patterns) -> Any:
    """`value` with every pattern replaced, in all the text that it holds."""
    if isinstance(value, dict):
        return {key: sanitise(inner, patterns) for key, inner in value.items()}
    if isinstance(value, list):
        return [sanitise(inner, patterns) for inner in value]
    if not isinstance(value, str):
        return value
    for pattern, replacement in patterns:
        value = re.sub(pattern, replacement, value)
    return value


def comparable(outputs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What two machines must agree on: all but tracebacks, counts and pictures."""
    return [
        {
            key: _without(inner, _PICTURES) if key == "data" else inner
            for key, inner in output.items()
            if key not in _NOT_COMPARED
        }
        for output in outputs
    ]


def keep_measured(run: dict[str, Any], committed: dict[str, Any]) -> dict[str, Any]:
    """`run` with the committed pictures of measured time, where all else is equal."""
    earlier = {cell["id"]: cell for cell in committed["cells"]}
    cells = [_kept(cell, earlier.get(cell["id"], cell)) for cell in run["cells"]]
    return run | {"cells": cells}


def _kept(cell: Cell, earlier: Cell) -> Cell:
    """`cell` with the outputs of `earlier`, if only measured pictures differ."""
    then, now = blank_measured(earlier), blank_measured(cell)
    same = all(then.get(part) == now.get(part) for part in ("source", "outputs"))
    return cell | {"outputs": earlier["outputs"]} if same and is_code(cell) else cell


def blank_measured(cell: Cell) -> Cell:
    """`cell` without the pictures that no second run gives again."""
    if MEASURED not in tags(cell):
        return cell
    outputs = [
        output | {"data": output["data"] | dict.fromkeys(drawn, "")}
        if (drawn := [kind for kind in output.get("data", {}) if kind in _PICTURES])
        else output
        for output in cell["outputs"]
    ]
    return cell | {"outputs": outputs}


def _without(data: dict[str, Any], kinds: Sequence[str]) -> dict[str, Any]:
    return {kind: text for kind, text in data.items() if kind not in kinds}
