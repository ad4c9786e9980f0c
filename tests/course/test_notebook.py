"""What a lesson's cells call, here and in a notebook that is run."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import nbclient
import nbformat
import pytest

import course
from course import hint, notebook, predict, quiz, reveal, runner, show, start_lesson
from course import verdict as verdicts
from course.content import CourseError
from course.fake_time import FakeTime
from course.questions import answer_text
from course.verdict import State, TaskVerdict, Verdict


@pytest.fixture
def shown(small_course: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the cells display, as Markdown."""
    texts: list[str] = []
    monkeypatch.setattr(notebook, "display", lambda thing: texts.append(thing.data))
    monkeypatch.setattr(notebook, "_session", notebook._Session())
    yield texts
    if notebook._session.simulator:
        notebook._session.simulator.stop()


def test_a_lesson_opens_with_its_goals_and_an_openrouter(shown: list[str]) -> None:
    sim = start_lesson("start")
    assert shown == [
        "**After this lesson you can**\n\n- Predict what a cell prints.\n\n"
        "**You need:** nothing from earlier lessons.\n\n**Time:** about 10 minutes."
    ]
    assert httpx2.get(f"{sim.base_url}/models", trust_env=False).status_code == 200


def test_a_first_cell_that_is_run_again_begins_anew_at_the_same_address(
    shown: list[str],
) -> None:
    first = start_lesson("start")
    address = first.base_url
    first.fail_next(503)
    predict("a", "1")
    second = start_lesson("start")
    assert second.base_url == address
    assert httpx2.get(f"{address}/models", trust_env=False).status_code == 200
    assert len(second.requests) == 1
    reveal("a", 2)
    assert shown[-1] == "**Prediction and result**\n\n- It is: ` 2 `"


def test_a_simulator_that_was_stopped_runs_again(shown: list[str]) -> None:
    start_lesson("start").stop()
    sim = start_lesson("start")
    assert httpx2.get(f"{sim.base_url}/models", trust_env=False).status_code == 200


@pytest.mark.parametrize(
    "ask", [lambda: predict("a"), lambda: reveal("a", 1), lambda: quiz("which")]
)
def test_the_first_cell_comes_first(shown: list[str], ask: Callable[[], None]) -> None:
    with pytest.raises(CourseError, match="Run the first cell first: `sim = start_le"):
        ask()


def test_a_prediction_is_shown_beside_what_is(shown: list[str]) -> None:
    start_lesson("start")
    predict("length", "  four ")
    reveal("length", 5)
    assert shown[1:] == [
        "Kept. Run the next cell to see.",
        "**Prediction and result**\n\n- You predicted: ` four `\n- It is: ` 5 `",
    ]


def test_without_a_prediction_it_is_said_once(shown: list[str]) -> None:
    start_lesson("start")
    predict("a", "")
    predict("b", "  ")
    reveal("a", "x")
    assert len(shown) == 3
    assert shown[1].startswith("*No prediction yet.*\n\n*Write one between the quotes")
    assert shown[2] == "**Prediction and result**\n\n- It is: ` x `"


def test_a_prediction_is_there_again_after_a_restart(
    shown: list[str], small_course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_VERSION")
    start_lesson("start")
    predict("length", "four")
    start_lesson("names")
    predict("length", "")
    assert shown[-1].startswith("*No prediction yet.*")
    start_lesson("start")
    predict("length", "")
    assert shown[-1] == "You predicted earlier: ` four `"
    reveal("length", 5)
    assert shown[-1].endswith("- You predicted: ` four `\n- It is: ` 5 `")
    predict("length", "five")
    start_lesson("start")
    reveal("length", 5)
    assert "- You predicted: ` five `" in shown[-1]
    kept = json.loads((small_course / ".course" / "progress.json").read_text("utf-8"))
    assert kept["lessons"] == {"00_start": {"predicted": {"length": "five"}}}


def test_a_notebook_that_pytest_runs_remembers_nothing(
    shown: list[str], small_course: Path
) -> None:
    start_lesson("start")
    predict("length", "four")
    start_lesson("start")
    predict("length", "")
    assert shown[-1].startswith("*No prediction yet.*")
    assert not (small_course / ".course").exists()


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ("*a* <b> _c_", "` *a* <b> _c_ `"),
        ("`a`", "`` `a` ``"),
        ("a ``` b", "```` a ``` b ````"),
        ("a\n\n# b", "` a # b `"),
    ],
)
def test_a_prediction_and_a_result_are_shown_as_typed(
    shown: list[str], typed: str, drawn: str
) -> None:
    start_lesson("start")
    predict("a", typed)
    reveal("a", typed)
    assert shown[-1] == (
        f"**Prediction and result**\n\n- You predicted: {drawn}\n- It is: {drawn}"
    )


def test_a_question_and_its_answers(shown: list[str], run: Any) -> None:
    start_lesson("start")
    asked = "**Which one?**\n\n- **A** This one\n- **B** That one"
    quiz("which")
    quiz("which", "b")
    quiz("which", "x")
    assert "○ Lesson 00" in run().stdout
    quiz("which", " a ")
    assert "✓ Lesson 00" in run().stdout
    assert shown[1:] == [
        asked,
        f"{asked}\n\n**B: Not so.** It was the other.",
        f"{asked}\n\n`x` is none of A, B: write one letter.",
        f"{asked}\n\n**A: Right.** It is.",
    ]


def test_an_unknown_question(shown: list[str]) -> None:
    start_lesson("start")
    with pytest.raises(CourseError, match=r"no question `what`\. There are: `which`\."):
        quiz("what")


@pytest.mark.parametrize("answer", ["", " ", "AB", "C", "C.", "1", "a.b", ".", "Ä"])
def test_an_answer_that_is_no_letter(answer: str) -> None:
    options = [{"text": "x", "because": "y", "right": True}] * 2
    text, right = answer_text({"options": options}, answer)
    assert (text, right) == (f"`{answer}` is none of A, B: write one letter.", False)


@pytest.mark.parametrize("answer", ["B", "b", " b ", "B.", "b)", "B. ", "b\n"])
def test_a_letter_may_come_with_what_stands_around_it(answer: str) -> None:
    options = [{"text": "x", "because": "no"}, {"text": "y", "because": "so"}]
    options[1]["right"] = True  # type: ignore[assignment]
    assert answer_text({"options": options}, answer) == ("**B: Right.** so", True)


def test_source_is_shown_as_it_stands(shown: list[str]) -> None:
    show(answer_text)
    assert shown[0].startswith("From `course/questions.py`:\n\n```python\ndef answer_t")
    assert shown[0].endswith("\n```")
    show(State)
    assert "class State(StrEnum):" in shown[1]


def test_a_method_is_shown_from_its_own_file_behind_its_decorator(
    shown: list[str],
) -> None:
    show(FakeTime.stopped)
    assert shown[0].startswith(
        "From `course/fake_time.py`:\n\n```python\n@contextmanager\ndef stopped(self)"
    )


def test_hints_come_in_order(shown: list[str]) -> None:
    for _ in range(2):
        hint("half")
    hint("2", task=2)
    assert shown == [
        "**Hint 1 of 3, task 1:** Double a number\n\n1. Look at `double`.",
        "**Hint 2 of 3, task 1:** Double a number\n\n"
        "1. Look at `double`.\n2. Twice is times two.",
        "**Hint 1 of 3, task 2:** Shout a word\n\n1. Look at `shout`.",
    ]


def test_after_a_pass_there_is_no_hint_but_for_a_task_by_name(
    shown: list[str], remember: Callable[..., Path]
) -> None:
    remember(done={"state": "passed"})
    with pytest.raises(CourseError, match=r"^`done` has passed: no hint is needed\."):
        hint("done")
    hint("done", task=2)
    assert [text.splitlines()[0] for text in shown] == [
        "**Hint 1 of 3, task 2:** Shout a word"
    ]


def test_progress_that_was_put_aside_is_said(
    shown: list[str], small_course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = small_course / ".course" / "progress.json"
    file.parent.mkdir()
    verdict = Verdict("half", State.BROKEN, problem="It is broken.")
    monkeypatch.setattr(runner, "check", lambda _: verdict)
    start_lesson("start")
    for step in (
        lambda: hint("half"),
        lambda: course.check("half"),
        lambda: quiz("which", "a"),
    ):
        file.write_text("{")
        step()
        assert "*Note: Your progress file could not be read" in shown[-1]


def verdict(state: State, **more: Any) -> Verdict:
    test = verdicts.TestVerdict(
        "test_a", 1, state is State.PASSED, "f(1)\n  came back: 2"
    )
    task = TaskVerdict(1, "Double", state, (test,))
    return Verdict("half", state, (task,), **more)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            verdict(State.PASSED),
            "**half: passed**\n\n| task | what | state |\n|---|---|---|\n"
            "| 1 | Double | passed |",
        ),
        (
            verdict(State.FAILING),
            "**half: failing**\n\n| task | what | state |\n|---|---|---|\n"
            "| 1 | Double | failing |\n\nA:\n\n```text\nf(1)\n  came back: 2\n```\n\n"
            "Edit `exercises/02_half/half.py`, save, and run this cell again.",
        ),
        (
            verdict(State.BROKEN, problem="half.py is not there."),
            "**half: broken**\n\n```text\nhalf.py is not there.\n```",
        ),
    ],
)
def test_a_verdict_is_a_table(
    shown: list[str], monkeypatch: pytest.MonkeyPatch, given: Verdict, text: str
) -> None:
    monkeypatch.setattr(runner, "check", lambda _: given)
    course.check("half")
    assert shown == [text]


def test_only_what_notebooks_use_can_be_imported() -> None:
    cells = [
        "check",
        "hint",
        "parts",
        "predict",
        "quiz",
        "reveal",
        "show",
        "start_lesson",
    ]
    plots = ["bars", "dots", "name_lines", "plot"]
    assert sorted(course.__all__) == sorted(cells + plots)
    assert all(callable(getattr(course, name)) for name in course.__all__)
    with pytest.raises(AttributeError, match=r"`course` has no `chekc`\. It has:"):
        _ = course.chekc


CELLS = [
    "import os\nfrom course import *\nsim = start_lesson('start')",
    "predict('sum', '3')",
    "reveal('sum', 1 + 1)",
    "quiz('which', 'A')",
    "hint('half')",
    "check('syntax')",
    "import httpx2\nhttpx2.get(sim.base_url + '/models').status_code",
    "[name for name in os.environ if name.endswith('_API_KEY')]",
    "httpx2.get('http://openrouter.example')",
    "hint('half', 9)",
]


@pytest.fixture(scope="module")
def outputs(
    tmp_path_factory: pytest.TempPathFactory, mini_course: Path
) -> list[dict[str, Any]]:
    """The first output of each cell of a notebook that was run in a kernel."""
    book = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
    for source in CELLS:
        cell = nbformat.v4.new_code_cell(source)  # type: ignore[no-untyped-call]
        book.cells.append(cell)
    folder = mini_course.parent / "notebook course"
    (folder / "exercises").mkdir(parents=True)
    for kind in ("lessons", "solutions"):
        (folder / kind).symlink_to(mini_course / kind)
    for name in ("02_half", "04_syntax"):
        (folder / "exercises" / name).symlink_to(mini_course / "exercises" / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_ROOT", str(folder))
        patch.setenv("OPENROUTER_API_KEY", "secret")
        patch.delenv("COURSE_LIVE", raising=False)
        nbclient.NotebookClient(book, timeout=60, allow_errors=True).execute()
    return [cell.outputs[0] if cell.outputs else {} for cell in book.cells]


def test_a_notebook_shows_markdown_that_is_drawn_everywhere(outputs: Any) -> None:
    texts = [output["data"]["text/markdown"] for output in outputs[:6]]
    assert texts[0].startswith("**After this lesson you can**")
    assert texts[2] == (
        "**Prediction and result**\n\n- You predicted: ` 3 `\n- It is: ` 2 `"
    )
    assert "**A: Right.**" in texts[3]
    assert texts[4].startswith("**Hint 1 of 3, task 1:**")
    assert texts[5].startswith("**syntax: broken**\n\n```text\nsyntax.py, line 2:")


def test_a_notebook_has_an_openrouter_no_key_and_no_network(outputs: Any) -> None:
    values = [output["data"]["text/plain"] for output in outputs[6:8]]
    assert values == ["200", "[]"]
    assert outputs[8]["output_type"] == "error"
    assert "openrouter.example" in outputs[8]["evalue"]
    assert "Nothing in the course leaves this machine" in outputs[8]["evalue"]


def test_a_refused_connection_is_shown_without_the_libraries(outputs: Any) -> None:
    shown = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(outputs[8]["traceback"]))
    assert "----> 1 httpx2.get('http://openrouter.example')" in shown
    assert "COURSE_LIVE=1" in shown.splitlines()[-1]
    places = re.findall(r"^File (.+?):\d+", shown, re.M)
    assert {Path(place).name for place in places} <= {"network.py"}
    assert len(shown.splitlines()) < 30


def test_a_mistake_with_the_course_is_a_sentence_and_no_traceback(outputs: Any) -> None:
    assert outputs[9]["traceback"] == ["`half` has the tasks 1 to 2, not 9."]


def test_a_lesson_gets_parts_and_a_table_of_whose_they_are(
    shown: list[str], small_course: Path
) -> None:
    (small_course / "exercises" / "02_half" / "half.py").unlink()
    fresh, half = course.parts("fresh", "half")
    assert (fresh.double(2), half.double(3)) == (4, 6)
    assert shown == [
        "| part | whose | why |\n|---|---|---|\n"
        "| fresh | ours | yours is not started |\n"
        "| half | ours | yours is broken: half.py is not there. "
        "`course reset half` writes the starter again. |"
    ]
    assert callable(course.parts)
