"""Makes mutants of a solution: `python -m course.audit.mutate FILE`, with mutmut.

mutmut knows how to change code; how an answer is checked, the course knows. So only
its mutators are used, and each mutant is checked as an answer of its own. Printed is
a JSON list of `[change, source]`.

mutmut has no mutator that drops an `await`; wrong answers have to cover that.
"""

import difflib
import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

MISSING = 3  # exit status: mutmut is not installed


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """Each mutant of `source`, with what was changed."""
    mutation = importlib.import_module("mutmut.mutation.file_mutation")
    module, found, *_ = mutation.create_mutations("solution.py", source)
    for one in found:
        mutant = module.deep_replace(one.original_node, one.mutated_node).code
        yield change(source, mutant), mutant


def change(source: str, mutant: str) -> str:
    """The difference of two sources in one line: "x < y -> x <= y"."""
    lines = list(
        difflib.unified_diff(source.splitlines(), mutant.splitlines(), n=0, lineterm="")
    )[3:]
    sides = (_side(lines, "-"), _side(lines, "+"))
    return " -> ".join(sides)


def _side(lines: list[str], sign: str) -> str:
    text = " ".join(line[1:] for line in lines if line.startswith(sign))
    return " ".join(text.split())


def main(file: Path) -> int:
    """Print the mutants of `file`."""
    try:
        importlib.import_module("mutmut")
    except ImportError:
        return MISSING
    print(json.dumps(list(mutants(file.read_text("utf-8")))))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
