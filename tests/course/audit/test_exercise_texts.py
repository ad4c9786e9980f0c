"""E5, E8, E11 and E13 see what is wrong in an exercise's texts."""

import shutil

import pytest

from course.audit import exercise_record as record
from course.audit import exercise_texts as texts
from course.audit.exercises import Evidence
from course.content import Course

FOLDER = "exercises/01_greeting"
SOLUTION = "solutions/01_greeting"
TOML, README = f"{FOLDER}/exercise.toml", f"{FOLDER}/README.md"


def evidence(course, name="greeting"):
    fresh = Course(course.root)
    return Evidence(fresh, fresh.exercise(name))


@pytest.mark.parametrize(
    ("check", "figure"),
    [
        (texts.tests_are_strong, "(95 %)"),
        (texts.hints_help, "6"),
        (record.is_complete, "15 min"),
        (texts.help_fades, "1"),
    ],
)
def test_a_good_exercise_has_no_fault(course, told, check, figure):
    assert told(check(evidence(course))) == ""
    assert check(evidence(course)).figure == figure


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("oracle_tests = ", "others = ", "names no `oracle_tests`"),
        ("test_space", "test_x", "the oracle test `test_x_around_a_name_is_dropped`"),
        ("of = 20", "on = 20", "[mutants] in exercise.toml lacks of"),
        ("killed = 19", "killed = 17", "17 of 20 mutants of the solution are killed"),
        ("killed = 19", "killed = 18", "2 mutants survive, 1 of them with a reason"),
        ('reason = "The', 'x = "The', "1 mutants survive, 0 of them with a reason"),
    ],
)
def test_e5_weak_tests(course, spoil, told, old, new, says):
    spoil(TOML, old, new)
    assert says in told(texts.tests_are_strong(evidence(course)))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('    "An f-string puts a name into a sentence.",\n', "", "Task 1 has 2 hints"),
        (
            "An f-string puts a name into a sentence.",
            "Write return f'Hello, {name.strip()}!' and no more.",
            "Hint 2 of task 1 holds a line of the solution: return",
        ),
        (
            "An f-string puts a name into a sentence.",
            "https://docs.example/f-strings",
            "Hint 2 of task 1 is only a link",
        ),
        ("An f-string puts", "An f-string simply puts", "says “simply”"),
    ],
)
def test_e8_hints_that_say_too_much_or_too_little(course, spoil, told, old, new, says):
    spoil(TOML, old, new)
    spoil(TOML, "f'Hello, {name", 'f\\"Hello, {name') if "f'Hello" in new else None
    spoil(TOML, "!' and", '!\\" and') if "f'Hello" in new else None
    assert says in told(texts.hints_help(evidence(course)))


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (TOML, "minutes = 15", "", "has no `minutes`"),
        (TOML, 'lesson = "01_more"', 'lesson = "01_x"', "names the lesson `01_x`"),
        (TOML, 'needs = ["greeting"]', 'needs = ["tea"]', "It needs “tea”"),
        (TOML, 'misconceptions = ["one-hop"]', 'misconceptions = ["x"]', "`x`"),
        (TOML, "points = 1", "", "has no `points`"),
        (README, "## The two tasks", "## Work", "README.md lacks the task"),
        (README, "|---|---|", "", "lacks a table of the contract"),
        (README, ">>> greet(", "greet(", "lacks two examples"),
        (README, "## Out of scope", "## No", "lacks what is out of scope"),
        (README, "## Done when", "## End", "lacks when it is done"),
        (README, "`course check greeting`", "a test", "does not say how to check"),
        (README, "should be polite", "should obviously be polite", "“obviously”"),
    ],
)
def test_e11_what_is_missing(course, spoil, told, file, old, new, says):
    spoil(file, old, new)
    assert says in told(record.is_complete(evidence(course)))


def test_e13_help_that_grows(course, spoil, told):
    shutil.copytree(course.root / FOLDER, course.root / "exercises/02_later")
    later = course.root / "exercises/02_later/test_greeting.py"
    later.rename(later.with_name("test_later.py"))
    shutil.copytree(course.root / SOLUTION, course.root / "solutions/02_later")
    solved = course.root / "solutions/02_later/greeting.py"
    solved.rename(solved.with_name("later.py"))
    spoil(TOML, '["fill in"]', '["write"]')
    said = told(texts.help_fades(evidence(course, "later")))
    assert "It gives more help than exercise 1, greeting" in said
    spoil(TOML, '["write"]', '["guess"]')
    assert "says guess" in told(texts.help_fades(evidence(course)))


@pytest.mark.parametrize("help_given", ["order the lines", "write the tests"])
def test_e13_help_that_is_named_and_not_given(course, spoil, told, help_given):
    spoil(TOML, '["fill in"]', f'["fill in", "{help_given}"]')
    said = told(texts.help_fades(evidence(course)))
    assert f"names “{help_given}”, and the starter does not give that help" in said


@pytest.mark.parametrize(
    ("given", "help_given"),
    [
        ("def test_it(): ...", "write the tests"),
        ("#: starter\n#| # {}\n#: solution\n{}\n#: end", "order the lines"),
    ],
)
def test_e13_help_that_is_given_and_not_named(course, spoil, told, given, help_given):
    lines = [f"number_{n} = {n}" for n in range(4)]
    more = given.format("\n#| # ".join(lines), "\n".join(lines))
    spoil(f"{SOLUTION}/greeting.py", "import httpx2\n", f"import httpx2\n\n{more}\n")
    said = told(texts.help_fades(evidence(course)))
    assert f"lacks “{help_given}”, and the starter gives that help" in said


def test_e11_a_lesson_may_still_be_written(course, spoil, told):
    spoil(TOML, 'lesson = "01_more"', 'lesson = "09_later"')
    assert "09_later" not in told(record.is_complete(evidence(course)))
