"""The glossary: made from what the lessons say, and from nothing else."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import Result

from course.content import Course, CourseError, find_course
from course.glossary import explanation, look_up, named_terms, terms

Run = Callable[..., Result]

CELLS = [
    "# Title\n\nNot this one: `**a leak**`.\n\n```text\n**leak** in code\n```",
    "## One\nFirst words. A **leak** is a hole;\nit *drips*. More words.\n\n"
    "- a **tap**, written `t/u`: what opens;\n- a **sink**: what fills,\n  and more.",
    "## Two\n\n| **basin** | a table |\n|---|---|\n\n1. The **basin of\n   stone**: it "
    "stays.\n\nA **leak** again.",
]


@pytest.mark.parametrize(
    ("term", "sentence", "section"),
    [
        ("leak", "A leak is a hole; it drips.", "One"),
        ("tap", "A tap, written `t/u`: what opens.", "One"),
        ("sink", "A sink: what fills, and more.", "One"),
        ("basin of stone", "The basin of stone: it stays.", "Two"),
        ("Leak", "A leak is a hole; it drips.", "One"),
        ("words", "", ""),
    ],
)
def test_the_sentence_in_which_it_first_stands_in_bold(
    term: str, sentence: str, section: str
) -> None:
    assert explanation(term, CELLS) == (sentence, section)


@pytest.fixture
def explained(small_course: Path) -> Course:
    """`small_course`, whose first lesson explains two terms."""
    record = small_course / "lessons" / "00_start.toml"
    words = 'teaches = ["leak"]\nglossary = ["tap"]\n'
    record.write_text(words + record.read_text("utf-8"), "utf-8")
    book = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
    book.cells = [nbformat.v4.new_markdown_cell(cell) for cell in CELLS]  # type: ignore[no-untyped-call]
    nbformat.write(book, record.with_suffix(".ipynb"))  # type: ignore[no-untyped-call]
    return Course(small_course)


def test_the_terms_of_a_course_stand_in_order(explained: Course) -> None:
    assert [term.as_json() for term in terms(explained)] == [
        {
            "name": "leak",
            "sentence": "A leak is a hole; it drips.",
            "lesson": "00_start",
            "section": "One",
        },
        {
            "name": "tap",
            "sentence": "A tap, written `t/u`: what opens.",
            "lesson": "00_start",
            "section": "One",
        },
    ]


def test_a_term_is_found_by_a_part_of_it_or_by_a_close_one(explained: Course) -> None:
    for wanted in ("LEAK", " lea ", "leek"):
        assert [term.name for term in look_up(explained, wanted)] == ["leak"]


def test_a_term_that_is_not_there(explained: Course) -> None:
    with pytest.raises(CourseError) as caught:
        look_up(explained, "zebra")
    assert str(caught.value) == (
        "The glossary has no `zebra`.\n"
        "It has the terms that the lessons teach: leak, tap."
    )


def test_what_is_like_it_comes_first(explained: Course) -> None:
    with pytest.raises(CourseError, match=r"no `kale`\. Close to it: leak\.\nIt has"):
        look_up(explained, "kale")


def test_no_line_ends_within_a_term(
    run: Run, explained: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`basin of stone` would begin at the end of a line."""
    record = explained.root / "lessons" / "00_start.toml"
    text = record.read_text("utf-8")
    record.write_text(text.replace('["tap"]', '["basin of stone", "tap"]'), "utf-8")
    monkeypatch.setenv("COLUMNS", "52")
    assert run("glossary", "zebra").stderr.splitlines() == [
        "The glossary has no `zebra`.",
        "It has the terms that the lessons teach:",
        "basin of stone, leak, tap.",
    ]


def test_a_course_without_terms(small: Course) -> None:
    assert terms(small) == []
    with pytest.raises(CourseError, match="It has no terms yet"):
        look_up(small, "leak")


def test_the_command(run: Run, explained: Course) -> None:
    assert run("glossary").stdout.splitlines()[:4] == [
        "leak",
        "  A leak is a hole; it drips.",
        "  Lesson 00_start: One",
        "tap",
    ]
    assert run("glossary", "tap").stdout.startswith("tap\n")
    listed: list[Any] = json.loads(run("glossary", "--json").stdout)
    assert [row["name"] for row in listed] == ["leak", "tap"]
    wrong = run("glossary", "zebra")
    assert (wrong.exit_code, wrong.stdout) == (2, "")


def test_a_notebook_that_cannot_be_read_is_told(run: Run, explained: Course) -> None:
    (explained.root / "lessons" / "00_start.ipynb").write_text("{", "utf-8")
    done = run("glossary")
    assert done.exit_code == 2
    assert "00_start.ipynb cannot be read" in done.stderr


def test_each_term_of_the_real_course_is_explained_once_in_a_section() -> None:
    course = find_course(Path(__file__).parent)
    there = terms(course)
    names = [name for lesson in course.lessons for name in named_terms(lesson)]
    assert sorted(names) == sorted({name.casefold(): name for name in names}.values())
    assert len(there) == len(names)
    for term in there:
        assert term.section, term
        assert re.search(r"[.!?:]$", term.sentence), term
        assert not re.search(r"\*\*|\n|\|", term.sentence), term
        assert 5 < len(term.sentence.split()) < 50, term
