"""Writes the workflow that grades in GitHub Classroom, a step for each task.

What a step needs: https://github.com/classroom-resources/autograding-command-grader
How points come: https://github.com/classroom-resources/autograding-grading-reporter
"""

import json
import re
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from course.content import CourseError, Exercise, Task
from course.grading.state import write

_REPOSITORY = r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+"
_REF = r"[A-Za-z0-9][A-Za-z0-9._/-]*"

_STEP = """\
      - name: {title}
        id: {id}
        uses: education/autograding-command-grader@v1
        with:
          test-name: {title}
          command: {command}
          timeout: 1
          max-score: {points}
"""


def workflow(exercises: Sequence[Exercise], repository: str, ref: str) -> str:
    """The workflow, as text; `repository` (OWNER/NAME) at `ref` is the course's."""
    for what, value, pattern in (
        ("repository", repository, _REPOSITORY),
        ("ref", ref, _REF),
    ):
        if not re.fullmatch(pattern, value):
            raise CourseError(f"`{value}` is no {what}: OWNER/NAME and REF are wanted.")
    steps = list(_steps(exercises))
    results = (
        f'          {_variable(step)}: "${{{{ steps.{step}.outputs.result }}}}"\n'
        for step, _ in steps
    )
    template = files("course.grading.exports") / "classroom.yml"
    text = template.read_text("utf-8")
    for name, value in (
        ("REPOSITORY", repository),
        ("REF", ref),
        ("OPTIONS", " ".join(f"--exercise {each.name}" for each in exercises)),
        ("STEPS", "".join(text for _, text in steps)),
        ("RESULTS", "".join(results)),
        ("RUNNERS", ",".join(step for step, _ in steps)),
    ):
        text = text.replace(f"@{name}@", value)
    return text


def write_workflow(text: str, output: Path) -> None:
    """Write the workflow to `output`, in one step."""
    try:
        write(output, text)
    except OSError as error:
        raise CourseError(f"{output} cannot be written ({error.strerror}).") from error


def _steps(exercises: Sequence[Exercise]) -> Iterator[tuple[str, str]]:
    for exercise in exercises:
        for task in exercise.tasks:
            step = f"{exercise.name.replace('_', '-')}-{task.number}"
            title = f"{exercise.name}, task {task.number}: {task.title}"
            yield (
                step,
                _STEP.format(
                    id=step,
                    title=json.dumps(title),
                    command=json.dumps(_passed(exercise, task)),
                    points=task.points,
                ),
            )


def _passed(exercise: Exercise, task: Task) -> str:
    """A shell command that succeeds if the task passed, and says why if not."""
    return (
        "course/.venv/bin/python -P -m course.grading.exports.passed "
        f"grades/grades.json {exercise.name} {task.number}"
    )


def _variable(step: str) -> str:
    """What the reporter looks for: the step's id in capitals, and `_RESULTS`."""
    return f"{step.upper()}_RESULTS"
