"""JSON: everything that is known, in the shape that `grades.schema.json` describes."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from course.grading.grade import Grade
from course.grading.reports import Results, number
from course.grading.settings import GRADER, weight

VERSION = 1


def schema() -> str:
    """The JSON schema of the report, as text."""
    return (files("course.grading.reports") / "grades.schema.json").read_text("utf-8")


def grades_json(results: Results) -> str:
    """The whole report. Times are not in it."""
    document = {
        "version": VERSION,
        "grader": GRADER,
        "isolation": str(results.settings.level),
        "exercises": [
            {
                "name": exercise.name,
                "title": exercise.title,
                "weight": number(weight(exercise)),
                "tests_digest": results.settings.tests.get(exercise.name, ""),
                "tasks": [
                    {"number": task.number, "title": task.title, "points": task.points}
                    for task in exercise.tasks
                ],
            }
            for exercise in results.exercises
        ],
        "grades": [_grade(grade) for grade in results],
    }
    return json.dumps(document, indent=1, ensure_ascii=True) + "\n"


def _grade(grade: Grade) -> Mapping[str, Any]:
    data = grade.as_json()
    for exercise in data["exercises"]:
        del exercise["seconds"]
    return data
