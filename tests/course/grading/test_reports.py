"""What strangers wrote is text in each report, whatever it looks like to its reader."""

import csv
import json
from collections.abc import Callable
from typing import Any

import pytest
from markdown_it import MarkdownIt

from course.content import Course
from course.grading.grade import ExerciseGrade, Flag, Grade, Status, TaskGrade
from course.grading.reports import Results
from course.grading.reports.feedback import feedback
from course.grading.reports.gradescope import results_json
from course.grading.reports.table import grades_csv, times_csv
from course.grading.settings import Settings

FORMULAS = ("=1+1", "+1+1", "-2+3", "@SUM(A1)", "  =1+1", "\t=1", '=HYPERLINK("x";"y")')
MARKUP = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "[win](javascript:alert(1))",
    "![seen](https://stranger.example/pixel)",
    "https://stranger.example",
    "# 100 of 100",
    "**100** of `100`",
    "&lt;b&gt;",
    "```",
    "| a | b |",
)


def grade_of(text: str) -> Grade:
    """A grade in which a stranger has a word wherever one can have it."""
    said = f"{text}\n{text}\n\n{text}"
    task = TaskGrade(1, "Ours", of=1, tests=2, failed=1, test=text, message=said)
    exercise = ExerciseGrade(
        *("aliasing", Status.SCORED, 1),
        tasks=(task,),
        problem=said,
        flags=(Flag("follows", text),),
    )
    return Grade(text, text, exercises=(exercise,), ignored=(text,), remarks=(text,))


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_table_is_a_formula(
    text: str, course: Course, settings_of: Callable[..., Settings]
) -> None:
    exercise = course.exercise("aliasing")
    results = Results(settings_of(exercise), [exercise], [text], grade_of)
    for table in (grades_csv(results), times_csv(results)):
        _, row = csv.reader(table.splitlines())
        assert f"'{text}" in row
        assert not [cell for cell in row if cell.strip().startswith(tuple("=+-@"))]


@pytest.mark.parametrize("text", MARKUP)
def test_markup_in_the_feedback_is_text(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(feedback(grade_of(text)))
    every = [*tokens, *(inner for token in tokens for inner in token.children or ())]
    shown = [token.content for token in every if token.type in ("text", "code_block")]
    kinds = {token.type for token in every}
    assert not kinds & {"html_block", "html_inline", "link_open", "image", "fence"}
    assert not kinds & {"code_inline", "em_open"}
    headings = [token.tag for token in tokens if token.type == "heading_open"]
    assert headings == ["h1", "h2", "h3", "h2"]
    assert f"{text}\n{text}\n\n{text}\n" in shown


@pytest.mark.parametrize("text", MARKUP)
def test_markup_for_gradescope_is_text(text: str) -> None:
    document = json.loads(results_json(grade_of(text)))
    parts: list[dict[str, Any]] = [document, *document["tests"]]
    assert [part["output_format"] for part in parts] == ["text", "text"]
    assert all(text in part["output"] for part in parts)
    assert text not in "".join(test["name"] for test in document["tests"])
