"""L1 to L3, L7 to L10 and L12 see what is wrong in a lesson's texts."""

import nbformat
import pytest

from course.audit import lesson_frame, lesson_plan, lesson_text, quizzes

TOML = "lessons/01_more.toml"


def edit(course, cell, **changes):
    """Change one cell of the second lesson; a source of None removes it."""
    file = course.root / "lessons/01_more.ipynb"
    notebook = nbformat.read(file, 4)
    for number, one in enumerate(notebook.cells):
        if one.id == cell:
            notebook.cells[number].update(changes)
            if changes.get("source", "") is None:
                del notebook.cells[number]
            nbformat.write(notebook, file)
            return
    raise LookupError(cell)


@pytest.mark.parametrize(
    "check",
    [
        lesson_plan.objectives_are_exercised,
        lesson_plan.nothing_comes_too_early,
        lesson_plan.is_of_a_size,
        lesson_text.code_is_not_pasted,
        lesson_text.nothing_ages,
        lesson_text.all_can_read,
        quizzes.quizzes_teach,
        lesson_frame.opens_and_closes,
    ],
)
def test_a_good_lesson_has_no_fault(lesson, told, check):
    assert told(check(lesson())) == ""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"Write a greeting."', '"Understand tea."', "begins with “understand”"),
        ("predict:second", "predict:tenth", "`predict:tenth`, which is not there"),
        ("exercise:greeting", "exercise:x", "`exercise:x`, which is not there"),
        ('by = ["predict:second"]', "by = []", "Nothing exercises"),
        ("[[objectives]]", "[[others]]", "0 objectives"),
    ],
)
def test_l1_objectives(lesson, spoil, told, old, new, says):
    spoil(TOML, old, new)
    assert says in told(lesson_plan.objectives_are_exercised(lesson()))


def test_l2_a_need_that_nobody_teaches(lesson, spoil, told):
    spoil(TOML, 'needs = ["greeting"]', 'needs = ["farewell"]')
    assert "It needs “farewell”" in told(lesson_plan.nothing_comes_too_early(lesson()))


def test_l2_an_idea_before_its_introduction(course, lesson, told):
    edit(course, "title", source="# A\n\nA farewell. Then: **farewell**, the end.")
    said = told(lesson_plan.nothing_comes_too_early(lesson()))
    assert "“farewell”, which it teaches, is used before it is introduced" in said


def test_l2_an_idea_in_bold_that_is_not_explained(course, lesson, told):
    edit(course, "title", source="# A\n\nNow the **farewell**. It closes a talk.")
    said = told(lesson_plan.nothing_comes_too_early(lesson()))
    assert "“farewell” is not explained where it stands in bold: “Now the fare" in said


def test_l2_a_term_of_the_glossary_that_is_not_there(lesson, spoil, told):
    spoil(TOML, 'teaches = ["farewell"]', 'teaches = ["farewell"]\nglossary = ["bow"]')
    said = told(lesson_plan.nothing_comes_too_early(lesson()))
    assert "“bow”, which it teaches, is never used" in said


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("minutes = 10", "minutes = 50", "50 minutes, limit 45"),
        ('["farewell"]', '["a", "b", "c", "d", "e", "f"]', "6 new ideas"),
        ("minutes = 10", "minutes = 1", "It says 1 minutes; reading alone takes 2"),
    ],
)
def test_l3_too_much(course, lesson, spoil, told, old, new, says):
    edit(course, "work", source="## To work\n\n" + "word " * 350)
    spoil(TOML, old, new)
    assert says in told(lesson_plan.is_of_a_size(lesson()))


def test_l3_too_long_a_stretch(course, lesson, told):
    edit(course, "work", source="## To work\n\n" + "word " * 3100)
    assert "16 minutes of reading at a" in told(lesson_plan.is_of_a_size(lesson()))


PASTED = (
    "def first_step(word):\n    stripped = word.strip()\n"
    "    lowered = stripped.casefold()"
)


@pytest.mark.parametrize(
    ("cell", "source", "says"),
    [
        ("show-it", PASTED, "`show-it` repeats 3 lines of steps.py"),
        ("work", f"## Work\n\n```python\n{PASTED}\n```", "`work` repeats 3 lines"),
        ("show-it", "1 + 1", "No code of the library is shown"),
    ],
)
def test_l7_pasted_code(course, lesson, told, cell, source, says):
    edit(course, cell, source=source)
    assert says in told(lesson_text.code_is_not_pasted(lesson()))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Ask `acme/writer`.", "a model name: acme/writer"),
        ("Ask unknown/gpt-4o:free.", "a model name: unknown/gpt-4o:free"),
        ("Ask writer-7.", "a model name: writer-7"),
        ("It costs $0.15.", "a price: $0.15"),
        ("It costs 3 USD.", "a price: 3 USD"),
        ("It reads 131,072 words.", "a context length: 131,072"),
        ("A context of 200k.", "a context length: 200k"),
        ("See https://openrouter.ai/docs.", "an address: https://openrouter.ai"),
    ],
)
def test_l8_what_ages(course, lesson, told, text, says):
    edit(course, "work", source=f"## Work\n\n{text}")
    assert says in told(lesson_text.nothing_ages(lesson()))


def test_l8_what_does_not_age(course, lesson, told):
    text = (
        "A `provider/model` name, and/or POST /api/v1/chat/completions with "
        "application/json to http://127.0.0.1:80/api/v1, in exercises/01_greeting/, "
        "per 1_000_000 tokens, 1/3 of them, to https://gateway.example/api/v1."
    )
    edit(course, "work", source=f"## Work\n\n{text}")
    assert told(lesson_text.nothing_ages(lesson())) == ""


def test_l8_looks_into_the_quizzes(lesson, spoil, told):
    spoil(TOML, "What is politeness worth?", "Is $5 too much?")
    said = told(lesson_text.nothing_ages(lesson()))
    assert "The record, `first-question`, holds a price: $5" in said


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("# Second title", "2 titles"),
        ("### Deep", "“Deep” skips from level 1 to 3"),
        ("## W\n\n![a cat](cat.png)", "alt text “a cat”"),
        ("## W\n\n<img src='cat.png'>", "alt text “”"),
        ("## W\n\n```mermaid\nflowchart LR\n```", "alt text “”"),
        (f"## W\n\n```python\n{'x' * 89}\n```", "a line of code with 89 characters"),
        ("## W\n\nThis is easy, of course.", "says “easy”"),
        ("## W\n\nThis is easy, of course.", "says “of course”"),
    ],
)
def test_l9_what_not_all_can_read(course, lesson, told, source, says):
    edit(course, "work", source=source)
    assert says in told(lesson_text.all_can_read(lesson()))


def test_l9_a_plot_without_words(course, lesson, told):
    plot = {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo="}}
    edit(course, "show-it", outputs=[nbformat.from_dict(plot | {"metadata": {}})])
    assert "alt text “”" in told(lesson_text.all_can_read(lesson()))


def test_l9_what_all_can_read(course, lesson, told):
    source = (
        "## W\n\nThe word `easy` in code is code.\n\n"
        "![a grey cat on a mat](cat.png)\n\n"
        "```mermaid\nflowchart LR\naccDescr: a leads to b and on to c\n"
        f"{'x' * 99}\n```"
    )
    edit(course, "work", source=source)
    assert told(lesson_text.all_can_read(lesson())) == ""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('because = "No."', 'because = ""', "no `because`"),
        ('misconception = "one-hop"', 'misconception = "x"', "misconception `x`"),
        ("right = true", "wrong = true", "has not one right option"),
        ('id = "recall-a"', 'id = "recall-x"', "`recall-x` is missing in the notebook"),
        ('id = "recall-a"', 'id = "recall-x"', "`recall-a` is missing in the record"),
    ],
)
def test_l10_quizzes_that_do_not_teach(lesson, spoil, told, old, new, says):
    spoil(TOML, old, new)
    assert says in told(quizzes.quizzes_teach(lesson()))


def looks(*rights, longest=0, length=9):
    """Questions whose right options stand there, the first few longer (or shorter)."""
    return [
        {
            "id": f"q{number}",
            "options": [
                {"text": "x" * (length if place == right and number < longest else 5)}
                | ({"right": True} if place == right else {})
                for place in range(3)
            ],
        }
        for number, right in enumerate(rights)
    ]


def says(questions):
    return "\n".join(fault.says for fault in quizzes.faults_of_looks(questions))


def test_l10_right_options_do_not_look_right():
    assert says(looks(0, 1, 2, 0, 1, 2, 0, longest=3)) == ""
    assert "the longest in 4 of 7" in says(looks(0, 1, 2, 0, 1, 2, 0, longest=4))
    assert says(looks(0)) == ""
    assert says(looks(0, 1, 2, 0, 1, 2, 0, longest=3, length=2)) == ""
    short = looks(0, 1, 2, 0, 1, 2, 0, longest=4, length=2)
    assert "the shortest in 4 of 7 questions of the course, limit 3" in says(short)
    assert "A is right 4 times in 7 questions" in says(looks(0, 0, 2, 0, 1, 2, 0))
    assert "B is right 0 times in 4 questions" in says(looks(0, 0, 2, 2))


def test_l10_is_judged_over_the_whole_course(lesson, spoil, told):
    assert told(quizzes.quizzes_teach(lesson())) == ""
    for number in range(3):
        spoil(TOML, f'"answer {number}", right', f'"the long answer {number}", right')
    said = told(quizzes.quizzes_teach(lesson()))
    assert "The right option is the longest in 3 of 4 questions" in said


@pytest.mark.parametrize(
    ("cell", "source", "words"),
    [
        ("title", "# A lesson\n\nHello.", "1 words stand before the first cell"),
        ("begin", "import json", "does not call `start_lesson`"),
        ("begin", 'start_lesson("00")', "begins lesson “00”"),
        ("key-points", "## Key points\n\n- One.", "1 key points, wanted are 3"),
        ("recall", "## Recall", "The last sections are: Key points, Recall, Next"),
        ("recall-a", "1 + 1", "1 questions on earlier lessons, wanted are 2"),
        ("next", "## Next\n\nGo on.", "does not name the exercise greeting"),
    ],
)
def test_l12_opening_and_closing(course, lesson, told, cell, source, words):
    edit(course, cell, source=source)
    assert words in told(lesson_frame.opens_and_closes(lesson()))


def test_l12_a_question_on_a_later_lesson(lesson, spoil, told):
    spoil(TOML, 'recalls = "00_start"', 'recalls = "01_more"')
    said = told(lesson_frame.opens_and_closes(lesson()))
    assert "recalls `01_more`, no earlier lesson" in said
