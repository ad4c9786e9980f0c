"""Hidden tests: they count, and no answer and no report holds a word of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from course.content import Course, CourseError
from course.grading import command
from course.grading.command import Wanted
from course.grading.grade import Grade
from course.grading.reports import Results
from course.grading.reports.feedback import feedback
from course.grading.reports.gradescope import results_json
from course.grading.reports.table import grades_csv
from course.grading.settings import Level, Settings
from course.screen import Screen
from course.starter import solution_of, source_of

SECRET = "kept-from-all-learners"
HIDDEN = f"""\
import pytest
from aliasing import resolve_alias

from course.expect import call


@pytest.mark.task(2)
def test_a_word_that_nobody_would_guess():
    call(resolve_alias, "{SECRET}", {{"{SECRET}": "a/{SECRET}"}}).returns(
        "a/{SECRET}", why="{SECRET}", look="{SECRET}"
    )
"""
TOO_SHORT = """

_whole = resolve_alias
def resolve_alias(name, *maps):
    if len(name) > 20:
        raise ValueError(name)
    return _whole(name, *maps)
"""
SEARCH = f'''

import gc
_mine = ["known-to" + "-this-file"]
def _is_in_memory(first, last):
    gc.unfreeze()
    return any(
        type(part) is str and first in part and last in part
        for thing in gc.get_objects()
        for part in gc.get_referents(thing)
    )
_whole = resolve_alias
def resolve_alias(name, *maps):
    if name == "fast":
        if not _is_in_memory("known-to", "-this-file"):
            return "nothing can be found"
        if _is_in_memory("{SECRET[:9]}", "nobody_would" + "_guess"):
            return "it was there"
    return _whole(name, *maps)
'''


@pytest.fixture
def answer(course: Course) -> str:
    return solution_of(source_of(course.exercise("aliasing")))


def test_a_hidden_test_counts_and_is_not_told(
    answer: str,
    course: Course,
    grade_text: Callable[..., Grade],
    settings_of: Callable[..., Settings],
) -> None:
    hidden = {"extra_tests": {"aliasing": HIDDEN}, "tests": {}}
    assert grade_text("aliasing", answer, **hidden).points == 8
    grade = grade_text("aliasing", answer + TOO_SHORT, **hidden)
    passed = [task.passed for task in grade.exercises[0].tasks]
    assert passed == [True, False, True, True]
    exercise = course.exercise("aliasing")
    results = Results(settings_of(exercise), [exercise], ["ada"], lambda _: grade)
    reports = [feedback(grade), results_json(grade), grades_csv(results)]
    assert "A test that you do not know fails" in reports[0]
    for report in (*reports, str(grade.as_json())):
        assert SECRET not in report
        assert "nobody" not in report


def test_a_hidden_test_is_not_in_the_memory_of_the_answer(
    answer: str, grade_text: Callable[..., Grade]
) -> None:
    hidden = {"extra_tests": {"aliasing": HIDDEN}, "tests": {}}
    grade = grade_text("aliasing", answer + SEARCH, **hidden)
    assert [task.passed for task in grade.exercises[0].tasks[:3]] == [True] * 3


def test_hidden_tests_that_an_answer_could_read_are_refused(
    course: Course, settings_of: Callable[..., Settings], tmp_path: Path
) -> None:
    exercise = course.exercise("aliasing")
    (tmp_path / "extra").mkdir()
    extra = tmp_path / "extra" / exercise.test_file.name
    extra.write_text(HIDDEN.replace("task(2)", "task(4)"), "utf-8")
    answer = tmp_path / exercise.file.name
    answer.write_text("x = 1\n", "utf-8")
    wanted = Wanted(
        *((answer,), tmp_path / "out"),
        exercises=("aliasing",),
        level=Level.SANDBOX,
        extra_tests=extra.parent,
    )
    with pytest.raises(CourseError, match="task 4: they would share a process"):
        command.grade(Screen(), course, wanted)
