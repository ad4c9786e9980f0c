"""Gradescope's results.json, for one submission.

https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

import json
from typing import Any

from course.grading.grade import ExerciseGrade, Grade, Status, TaskGrade
from course.grading.reports import number


def results_json(grade: Grade) -> str:
    """The file that goes to /autograder/results/results.json.

    Raises `ValueError` if something could not be graded: no number is better there than
    a wrong one.
    """
    if not grade.complete:
        names = [e.exercise for e in grade.exercises if e.status is Status.NOT_GRADED]
        raise ValueError(f"Not graded: {', '.join(names)}.")
    tests = [
        _test(exercise, task) for exercise in grade.exercises for task in exercise.tasks
    ]
    tests += [_whole(e) for e in grade.exercises if not e.tasks]
    document = {
        "score": number(grade.points),
        "output": "\n".join(_said(grade)),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
        "extra_data": {
            "isolation": grade.isolation,
            "flags": [flag.why for e in grade.exercises for flag in e.flags],
        },
    }
    return json.dumps(document, indent=1) + "\n"


def _said(grade: Grade) -> list[str]:
    said = [*grade.remarks]
    for exercise in grade.exercises:
        if exercise.problem:
            said.append(f"{exercise.exercise}: {exercise.problem}")
        if exercise.flagged:
            said.append(
                f"{exercise.exercise}: something in this answer works on the tests "
                "themselves. Your teacher decides."
            )
    return said


def _test(exercise: ExerciseGrade, task: TaskGrade) -> dict[str, Any]:
    said = "\n".join(filter(None, (task.test, task.message)))
    return _row(
        f"{exercise.exercise}, task {task.number}: {task.title}",
        f"{exercise.exercise}.{task.number}",
        task.points,
        task.of,
        said or exercise.problem,
    )


def _whole(exercise: ExerciseGrade) -> dict[str, Any]:
    said = exercise.problem or str(exercise.status)
    return _row(
        exercise.exercise, exercise.exercise, exercise.points, exercise.of, said
    )


def _row(
    name: str, place: str, points: float, of: float, output: str
) -> dict[str, Any]:
    full = of > 0 and points >= of
    return {
        "name": name,
        "number": place,
        "score": number(points),
        "max_score": number(of),
        "status": "passed" if full else "failed",
        "output": "" if full else output,
        "output_format": "text",
        "visibility": "visible",
    }
