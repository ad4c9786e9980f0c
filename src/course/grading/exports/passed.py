"""Whether a task passed: `python -m course.grading.exports.passed FILE EXERCISE TASK`.

For services that give points by the exit status of a command: 0 if the task passed and
no points are withheld, 1 if not, 2 if it could not be graded. FILE is a grades.json of
one submission. What the learner should read is printed.
"""

import json
import sys
from pathlib import Path
from typing import Any

from course.grading.grade import Status

PASSED, NOT_PASSED, NOT_GRADED = 0, 1, 2


def tell(report: dict[str, Any], exercise: str, task: int) -> tuple[int, str]:
    """The exit status, and what there is to say."""
    [grade] = report["grades"]
    found = next(e for e in grade["exercises"] if e["exercise"] == exercise)
    if found["status"] == Status.NOT_GRADED:
        return NOT_GRADED, f"It could not be graded: {found['problem']}"
    if found["flags"]:
        return NOT_PASSED, "This answer works on the tests. Your teacher decides."
    rows = [row for row in found["tasks"] if row["number"] == task]
    if found["problem"] or not rows:
        return NOT_PASSED, found["problem"] or found["status"]
    if rows[0]["passed"]:
        return PASSED, "Passed."
    return NOT_PASSED, f"{rows[0]['test']}\n{rows[0]['message']}".strip()


def main(file: str, exercise: str, task: str) -> int:
    """Print what `tell` says; the exit status."""
    report = json.loads(Path(file).read_text("utf-8"))
    status, said = tell(report, exercise, int(task))
    print(said)  # noqa: T201
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
