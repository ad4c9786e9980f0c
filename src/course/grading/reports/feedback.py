"""Markdown for one learner: what is right, and the messages that teach.

Holds no hidden test's name, code or values, and nothing of anybody else.
"""

from collections.abc import Iterator

from course.grading.grade import ExerciseGrade, Grade, Status, TaskGrade
from course.grading.plain import code_block, markdown
from course.grading.reports import number


def feedback(grade: Grade) -> str:
    """What the learner gets to read."""
    return "\n".join(_lines(grade)) + "\n"


def _lines(grade: Grade) -> Iterator[str]:
    yield f"# {markdown(grade.name or grade.submission)}"
    yield ""
    if grade.complete:
        yield f"**{number(grade.points)} of {number(grade.of)} points**"
    else:
        yield "Not everything could be graded yet, and the fault is ours."
    for remark in grade.remarks:
        yield ""
        yield markdown(remark)
    for exercise in grade.exercises:
        yield from _exercise(exercise)
    if grade.ignored:
        yield ""
        yield "## Not read"
        yield ""
        yield "Only the file that an exercise asks for is read. These were not:"
        yield ""
        yield from (f"- {markdown(name)}" for name in grade.ignored)


def _exercise(exercise: ExerciseGrade) -> Iterator[str]:
    yield ""
    yield f"## {markdown(exercise.exercise)}: {_headline(exercise)}"
    if exercise.flagged:
        yield ""
        yield (
            "Something in this answer works on the tests themselves. The points are "
            "held back until your teacher has looked at it."
        )
    if exercise.problem:
        yield ""
        yield code_block(exercise.problem)
    if exercise.status is not Status.SCORED:
        return
    for task in exercise.tasks:
        yield from _task(task)
    if exercise.points < exercise.of and not exercise.flagged:
        yield ""
        yield f"Try it yourself: `course check {exercise.exercise}`"


def _headline(exercise: ExerciseGrade) -> str:
    if exercise.status is not Status.SCORED:
        return str(exercise.status)
    return f"{number(exercise.points)} of {number(exercise.of)}"


def _task(task: TaskGrade) -> Iterator[str]:
    how = (
        "passed" if task.passed else f"{task.tests - task.failed} of {task.tests} tests"
    )
    yield ""
    yield f"### Task {task.number}, {markdown(task.title)}: {how}"
    if task.passed:
        return
    if task.test:
        yield ""
        yield f"{markdown(task.test)}:"
    if task.message:
        yield ""
        yield code_block(task.message)
