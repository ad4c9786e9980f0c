"""CSV: a row a learner, a column an exercise and task; and the times, apart."""

import csv
import io
from collections.abc import Iterator

from course.grading.grade import ExerciseGrade, Grade, Status
from course.grading.plain import cell
from course.grading.reports import Results, number
from course.grading.settings import weight

Row = list[object]


def grades_csv(results: Results) -> str:
    """A row a learner. Without a number a cell is empty, and the state says why."""
    return _text([_header(results), *(_row(results, grade) for grade in results)])


def times_csv(results: Results) -> str:
    """How long each exercise of each learner took to grade, in seconds."""
    rows: list[Row] = [["id", "exercise", "seconds"]]
    for grade in results:
        rows += [[grade.submission, e.exercise, e.seconds] for e in grade.exercises]
    return _text(rows)


def _header(results: Results) -> Row:
    names: Row = ["id", "name"]
    for exercise in results.exercises:
        of = sum(task.points for task in exercise.tasks) * weight(exercise)
        names += [f"{exercise.name} (of {number(of)})", f"{exercise.name} state"]
        names += [f"{exercise.name} task {task.number}" for task in exercise.tasks]
    return [*names, "total", "of", "flags", "remarks"]


def _row(results: Results, grade: Grade) -> Row:
    row: Row = [grade.submission, grade.name]
    for exercise, graded in zip(results.exercises, grade.exercises, strict=True):
        row += _cells(graded, len(exercise.tasks))
    flags = [f"{e.exercise}: {flag.kind}" for e in grade.exercises for flag in e.flags]
    remarks = [*grade.remarks, *(e.problem for e in grade.exercises if e.problem)]
    total = number(grade.points) if grade.complete else ""
    return [*row, total, number(grade.of), "; ".join(flags), "; ".join(remarks)]


def _cells(exercise: ExerciseGrade, tasks: int) -> Iterator[object]:
    scored = exercise.status is Status.SCORED
    yield number(exercise.points) if scored else ""
    yield f"{exercise.status}{', flagged' if exercise.flagged else ''}"
    for task in exercise.tasks:
        yield number(task.points) if scored else ""
    yield from [""] * (tasks - len(exercise.tasks))


def _text(rows: list[Row]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(map(cell, row) for row in rows)
    return stream.getvalue()
