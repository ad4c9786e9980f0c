"""A small good course, made in a temporary folder; each test spoils one thing of it."""

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import nbformat
import pytest

from course.audit import Found
from course.audit.answers import answers
from course.audit.exercises import Evidence
from course.audit.lessons import LessonEvidence
from course.content import Course
from course.starter import solution_of, starter_of
from course.workshop import Workshop

SOLUTION = '''\
"""Greetings, near and far."""

import httpx2


def greet(name: str) -> str:
    """Return a greeting for `name`, without the space around it."""
    #: starter
    #| raise NotImplementedError("Greet `name`.")
    #: solution
    return f"Hello, {name.strip()}!"
    #: end


def ask(url: str) -> str:
    """Return a greeting for whom the service at `url` names."""
    #: starter
    #| raise NotImplementedError("Ask the service.")
    #: solution
    return greet(httpx2.get(url).text)
    #: end
'''

TESTS = '''\
"""What is asked for."""

import pytest
from greeting import ask, greet

from course.expect import call, fail


@pytest.mark.task(1)
def test_a_name_is_greeted():
    call(greet, "Ada").returns("Hello, Ada!", why="Be polite.", look="`greet`.")


@pytest.mark.task(1)
def test_space_around_a_name_is_dropped():
    for name in ("Ada", "Bob", "Eve"):
        call(greet, f" {name} ").returns(
            "Hello, " + name + "!", why="People type space.", look="`str.strip`."
        )


@pytest.mark.task(2)
@pytest.mark.httpx2(assert_all_called=False)
def test_the_service_is_asked(httpx2_mock):
    route = httpx2_mock.get("https://names.example/").respond(200, text="Eve")
    outcome = call(ask, "https://names.example/")
    outcome.returns("Hello, Eve!", why="It knows the name.", look="`httpx2.get`.")
    if not route.called:
        fail(outcome.call, "no request", "one", why="It knows.", look="`ask`.")
'''

BARE, SPACE, SERVICE = (
    "test_a_name_is_greeted",
    "test_space_around_a_name_is_dropped",
    "test_the_service_is_asked",
)
GREETING, ASKING = 'f"Hello, {name.strip()}!"', "greet(httpx2.get(url).text)"
WRONG: dict[str, tuple[str, str, list[str]]] = {
    "bare": (GREETING, "name.strip()", [BARE, SPACE, SERVICE]),
    "keeps_space": (GREETING, 'f"Hello, {name}!"', [SPACE]),
    "no_mark": (GREETING, 'f"Hello, {name.strip()}"', [BARE, SPACE, SERVICE]),
    "asks_nobody": (ASKING, 'greet("nobody")', [SERVICE]),
    "ungreeted": (ASKING, "httpx2.get(url).text", [SERVICE]),
    "shouts": (GREETING, 'f"HELLO, {name.strip()}!"', [BARE, SPACE, SERVICE]),
    "left_space": (GREETING, 'f"Hello, {name.rstrip()}!"', [SPACE]),
    "asks_twice": (ASKING, "greet(httpx2.get(url).text * 2)", [SERVICE]),
}
RIGHT = {
    "plus": (GREETING, '"Hello, " + name.strip() + "!"'),
    "format": (GREETING, '"Hello, {}!".format(name.strip())'),
    "client": (ASKING, "greet(httpx2.Client().get(url).text)"),
    "join": (GREETING, '"".join(["Hello, ", name.strip(), "!"])'),
}

README = """\
# Greetings

Programs that talk to people should be polite to them, and people like to read their
own name. You write two functions that greet: one that is given a name, and one that
asks a service for it. It takes about a quarter of an hour, and `course check greeting`
says how far you are.

## The two tasks

1. Greet. 2. Ask.

## The contract

| You call | You get |
|---|---|
| `greet("Ada")` | a greeting |

## Two examples

```python
>>> greet("Ada")
'Hello, Ada!'
>>> greet(" Bob ")
'Hello, Bob!'
```

## Out of scope

Names in other scripts.

## Done when

The check says passed.
"""

EXERCISE = """\
title = "Greetings"
lesson = "01_more"
help = ["fill in"]
minutes = 15
objectives = ["Write a greeting."]
needs = ["greeting"]
misconceptions = ["one-hop"]
oracle_tests = ["test_space_around_a_name_is_dropped"]

[mutants]
killed = 19
of = 20
date = 2026-11-20

[[mutants.survivors]]
change = "text becomes content"
reason = "The mock answers the same."

[[tasks]]
title = "Greet"
points = 1
hints = [
    "Look at what comes back from `greet` now.",
    "An f-string puts a name into a sentence.",
    "Strip the name where you put it into the sentence.",
]

[[tasks]]
title = "Ask"
points = 1
hints = [
    "Look at the library that is imported at the top.",
    "A response of httpx2 holds the text that came.",
    "Get the address, take the text, and give it to the other function.",
]
"""

QUIZ = """
[[quiz]]
id = "{id}"
question = "What is politeness worth?"
{more}
options = [{options}]
"""

LESSON = """\
title = "A lesson"
minutes = 10
needs = {needs}
teaches = {teaches}
exercise = "greeting"

[[objectives]]
text = "Write a greeting."
by = ["predict:first", "exercise:greeting"]

[[objectives]]
text = "Predict what a greeting says."
by = ["predict:second"]
"""

PROGRAM_TEXT = '''\
"""A library to be shown, never pasted."""


def first_step(word):
    stripped = word.strip()
    lowered = stripped.casefold()
    return lowered
'''
MODELS = {"models": [{"name": "acme/writer-7", "context_length": 131072}]}


def question(name: str, right: int, more: str = "") -> str:
    """A question with three options, the one at `right` being right."""
    options = [
        f'{{ text = "answer {n}", right = true, because = "So." }}'
        if n == right
        else f'{{ text = "answer {n}", misconception = "one-hop", because = "No." }}'
        for n in range(3)
    ]
    return QUIZ.format(id=name, more=more, options=", ".join(options))


def prose(cell: str, text: str) -> Any:
    """A Markdown cell."""
    node: Any = nbformat.v4.new_markdown_cell(text)
    node["id"] = cell
    return node


def code(cell: str, source: str, *tags: str) -> Any:
    """A code cell that has not run."""
    node: Any = nbformat.v4.new_code_cell(source)
    node["id"], node["metadata"] = cell, {"tags": list(tags)} if tags else {}
    return node


def opening(number: str) -> list[Any]:
    """How each sample lesson begins."""
    problem = "Programs are rude, and nobody likes to be met like that. " * 4
    teaching = "A **greeting** is a word that opens a talk." if number == "00" else ""
    first = "A **farewell** is a word that closes it." if number == "01" else ""
    return [
        prose("title", f"# A lesson\n\n{problem}{teaching}{first}"),
        code(
            "begin",
            "from course import predict, quiz, reveal, show, start_lesson\n\n"
            f'sim = start_lesson("{number}")',
        ),
    ]


def middle(predictions: int) -> list[Any]:
    """Predictions, an error on purpose, and the cell that mends it."""
    names = ["first", "second", "third"][:predictions]
    guesses = [
        cell
        for name in names
        for cell in (
            code(f"predict-{name}", f'predict("{name}", "")'),
            code(f"reveal-{name}", f'reveal("{name}", len("{name}"))'),
        )
    ]
    return [
        prose("work", "## To work\n\nHere is how a question is put."),
        code(
            "show-it",
            "from course.questions import answer_text\n\nshow(answer_text)",
        ),
        *guesses,
        prose("break-it", "The next cell fails on purpose."),
        code("broken", "word = None\nword.strip()", "raises-exception"),
        prose(
            "read-it",
            "The last line names an `AttributeError`. The arrow points at line 2. "
            "Give `word` a text in the next cell.",
        ),
        code("mend", 'word = "mended"\nword.strip()', "your-turn"),
        code("ask", 'quiz("first-question", "")'),
    ]


def closing(*recalls: str) -> list[Any]:
    """How each sample lesson ends; the first has nothing to recall."""
    recall = [prose("recall", "## From earlier lessons")]
    recall += [code(name, f'quiz("{name}", "")') for name in recalls]
    return [
        prose("key-points", "## Key points\n\n- One.\n- Two.\n- Three."),
        *(recall if recalls else []),
        prose("next", "## Next\n\nThe exercise **greeting**."),
    ]


def write_notebook(file: Path, cells: list[Any]) -> None:
    """Write a notebook that has not run."""
    nbformat.write(nbformat.v4.new_notebook(cells=cells), file)


def build(root: Path) -> Course:
    """Write the good course into `root`."""
    for folder in ("lessons", "exercises/01_greeting", "solutions/01_greeting"):
        (root / folder).mkdir(parents=True)
    (root / "src" / "openrouter_factory").mkdir(parents=True)
    (root / "src/openrouter_factory/steps.py").write_text(PROGRAM_TEXT)
    (root / "src/openrouter_factory/models.json").write_text(json.dumps(MODELS))
    real = Path(__file__).parents[3] / "lessons" / "nbval.cfg"
    (root / "lessons/nbval.cfg").write_text(real.read_text())
    _write_exercise(root)
    _write_lessons(root / "lessons")
    return Course(root)


def _write_exercise(root: Path) -> None:
    folder = root / "exercises/01_greeting"
    (root / "solutions/01_greeting/greeting.py").write_text(SOLUTION)
    (folder / "greeting.py").write_text(starter_of(SOLUTION))
    (folder / "test_greeting.py").write_text(TESTS)
    (folder / "README.md").write_text(README)
    (folder / "exercise.toml").write_text(EXERCISE)
    good = solution_of(SOLUTION)
    for name, (old, new, fails) in WRONG.items():
        record = (
            f'misconception = "one-hop"\nfails = {json.dumps(fails)}\n'
            'words = ["came back"]\nstate = "failing"\n'
        )
        answer = good.replace(old, new).replace("Greetings, near and far.", record)
        _write_bank(root, "wrong_answers", name, answer)
    for name, (old, new) in RIGHT.items():
        _write_bank(root, "also_right", name, good.replace(old, new))


def _write_bank(root: Path, bank: str, name: str, source: str) -> None:
    file = root / "tests" / bank / "01_greeting" / f"{name}.py"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source)


def _write_lessons(folder: Path) -> None:
    first = LESSON.format(needs=[], teaches='["greeting"]')
    second = LESSON.format(needs='["greeting"]', teaches='["farewell"]')
    recall = 'recalls = "00_start"'
    second += question("recall-a", 1, recall) + question("recall-b", 2, recall)
    (folder / "00_start.toml").write_text(first + question("first-question", 0))
    (folder / "01_more.toml").write_text(second + question("first-question", 0))
    write_notebook(folder / "00_start.ipynb", opening("00") + middle(2) + closing())
    cells = opening("01") + middle(3) + closing("recall-a", "recall-b")
    write_notebook(folder / "01_more.ipynb", cells)


@pytest.fixture(scope="session")
def build_course_in() -> Callable[[Path], Course]:
    """Writes the good course into a folder."""
    return build


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """The good course, to be spoilt."""
    return build(tmp_path / "course")


Try = Callable[..., Evidence]


@pytest.fixture
def tried(tmp_path: Path, workshop: Workshop) -> Try:
    """The exercise of a course, with its answers of some kinds tried."""

    def try_answers(course: Course, *kinds: str, only: str = "") -> Evidence:
        folder = Path(mkdtemp(dir=tmp_path))
        exercise = Course(course.root).exercise("greeting")
        pairs = tuple(
            (one, workshop.check(one.exercise, one.file, one.options))
            for one in answers(course, exercise, folder)
            if one.kind in kinds and only in ("", one.name)
        )
        return Evidence(course, exercise, pairs)

    return try_answers


@pytest.fixture
def spoil(course: Course) -> Callable[[str, str, str], None]:
    """Put `new` in the place of `old` in a file of the course."""

    def replace(file: str, old: str, new: str) -> None:
        path = course.root / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    return replace


@pytest.fixture
def lesson(course: Course) -> Callable[[], LessonEvidence]:
    """The second lesson of the course, read anew, not run."""

    def read() -> LessonEvidence:
        fresh = Course(course.root)
        return LessonEvidence(fresh, fresh.lesson("01_more"))

    return read


@pytest.fixture(scope="session")
def told() -> Callable[[Found], str]:
    """What a check says, in one text."""
    return lambda result: "\n".join(f"{f.says} {f.mend}" for f in result.faults)
