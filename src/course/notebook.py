"""What a lesson's cells call: begin, predict, reveal, ask, show, check, hint.

Everything is shown as Markdown, which JupyterLab, VS Code and GitHub all draw. What
a learner answers stands in the notebook itself; `.course` keeps which questions were
answered rightly, and the last prediction of each name. Nothing is sent anywhere.
"""

import atexit
import inspect
import os
import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import Markdown, display

from course import hints, network, runner
from course.content import Course, CourseError, Lesson, find_course
from course.own_parts import table, take_parts
from course.progress import Progress
from course.questions import answer_text, question_text
from course.tracebacks import hide_library_frames
from course.verdict import State, Verdict, in_words
from openrouter_sim import Simulator


class _Session:
    """What the cells of one running notebook share."""

    course: Course
    lesson: Lesson | None = None
    simulator: Simulator | None = None
    asked_to_predict = False
    predictions: dict[str, str]


_session = _Session()
# Both are folded until their cell runs, and then JupyterLab shows the first line.
_RESULT = "**Prediction and result**"
_NO_PREDICTION = (
    "*No prediction yet.*\n\n"
    "*Write one between the quotes and run the cell again: a guess that turns out "
    "wrong teaches most. Or go on; this is said once.*"
)


def _say(markdown: str) -> None:
    display(Markdown(markdown))  # type: ignore[no-untyped-call]


def start_lesson(name: str) -> Simulator:
    """Begin lesson `name`: nothing leaves this machine, and an OpenRouter answers.

    Returns the `Simulator`; its `base_url` and `api_key` are for your models.
    """
    network.stay_on_this_machine()
    if shell := get_ipython():
        hide_library_frames(shell)
    _session.course = find_course()
    _session.lesson = lesson = _session.course.lesson(name)
    _session.asked_to_predict = False
    _session.predictions = _predicted(lesson)
    if _session.simulator is None:  # else it goes on: models made with it still work
        _session.simulator = Simulator()
        atexit.register(_session.simulator.stop)
    _session.simulator.start()
    _session.simulator.reset()
    _say(_opening(lesson))
    return _session.simulator


def _opening(lesson: Lesson) -> str:
    goals = "\n".join(f"- {goal['text']}" for goal in lesson.record["objectives"])
    needs = ", ".join(lesson.record["needs"]) or "nothing from earlier lessons"
    return (
        f"**After this lesson you can**\n\n{goals}\n\n**You need:** {needs}.\n\n"
        f"**Time:** about {lesson.minutes} minutes."
    )


def _current() -> Lesson:
    if _session.lesson is None:
        raise CourseError('Run the first cell first: `sim = start_lesson("…")`.')
    return _session.lesson


def predict(name: str, answer: str = "") -> None:
    """Keep what you think will happen, to be shown beside what does."""
    lesson = _current()
    if guess := answer.strip():
        _session.predictions[name] = guess
        _say("Kept. Run the next cell to see." + _remember(lesson, name, guess))
    elif earlier := _session.predictions.get(name):
        _say(f"You predicted earlier: {_verbatim(earlier)}")
    elif not _session.asked_to_predict:
        _session.asked_to_predict = True
        _say(_NO_PREDICTION)


def _predicted(lesson: Lesson) -> dict[str, str]:
    """What was predicted in this lesson before, maybe by a kernel that is gone."""
    return {} if _is_tested() else Progress(_session.course).predicted(lesson.name)


def _remember(lesson: Lesson, name: str, guess: str) -> str:
    """Keep a prediction beyond this kernel; what the learner should know of that."""
    if _is_tested():
        return ""
    progress = Progress(_session.course)
    progress.record_prediction(lesson.name, name, guess)
    return _note(progress)


def _is_tested() -> bool:
    """Whether pytest runs the notebook: its outputs are then those of a first time."""
    return "PYTEST_VERSION" in os.environ


def reveal(name: str, result: object) -> None:
    """Show `result` beside what you predicted."""
    _current()
    guess = _session.predictions.get(name, "")
    rows = [f"- It is: {_verbatim(str(result))}"]
    if guess:
        rows.insert(0, f"- You predicted: {_verbatim(guess)}")
    _say("\n".join([_RESULT, "", *rows]))


def _verbatim(text: str) -> str:
    """`text` as Markdown that shows it as it is, whatever marks stand in it."""
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    return f"{fence} {' '.join(text.split())} {fence}"


def quiz(name: str, answer: str = "") -> None:
    """Ask a question of the lesson, or say what is right or wrong about `answer`."""
    lesson = _current()
    question = next((q for q in lesson.quiz if q["id"] == name), None)
    if question is None:
        known = ", ".join(f"`{q['id']}`" for q in lesson.quiz)
        raise CourseError(f"There is no question `{name}`. There are: {known}.")
    text = question_text(question)
    if answer.strip():
        reply, right = answer_text(question, answer)
        text += f"\n\n{reply}"
        if right:
            progress = Progress(_session.course)
            progress.record_answer(lesson.name, name)
            text += _note(progress)
    _say(text)


def show(thing: Callable[..., Any] | type) -> None:
    """Show the source of `thing`, as it stands in the library."""
    thing = inspect.unwrap(thing)  # behind decorators
    file = Path(inspect.getsourcefile(thing) or "?")
    source = textwrap.dedent(inspect.getsource(thing)).rstrip()
    place = f"`{file.parent.name}/{file.name}`"
    _say(f"From {place}:\n\n```python\n{source}\n```")


def parts(*names: str) -> tuple[ModuleType, ...]:
    """The parts with these names: yours where the exercise passes, else ours.

    Says whose each is. Unpack them: `aliasing, caching = parts("aliasing", "caching")`.
    """
    course = find_course()
    progress = Progress(course)
    taken = take_parts(course, progress, names)
    _say(table(taken) + _note(progress))
    return tuple(part.module for part in taken)


def check(name: str) -> None:
    """Run the tests of an exercise: the same verdict as `course check`."""
    course = find_course()
    exercise = course.exercise(name)
    verdict = runner.check(exercise)
    progress = Progress(course)
    progress.record_check(verdict)
    text = _verdict_text(verdict, f"{exercise.folder.name}/{exercise.name}")
    _say(text + _note(progress))


def hint(name: str, task: int | None = None) -> None:
    """Show the next hint of an exercise: the same as `course hint`."""
    course = find_course()
    exercise = course.exercise(name)
    progress = Progress(course)
    broken = "" if task else hints.check_what_changed(exercise, progress)
    chosen, number = hints.next_hint(exercise, progress, task)
    heading = f"**Hint {number} of {len(chosen.hints)}, task {chosen.number}:**"
    listed = [f"{n}. {text}" for n, text in enumerate(chosen.hints[:number], start=1)]
    first = [f"```text\n{broken}\n```", ""] if broken else []
    lines = [*first, f"{heading} {chosen.title}", "", *listed]
    _say("\n".join(lines) + _note(progress))


def _note(progress: Progress) -> str:
    return f"\n\n*Note: {progress.notice}*" if progress.notice else ""


def _verdict_text(verdict: Verdict, place: str) -> str:
    lines = [f"**{verdict.exercise}: {verdict.state}**", ""]
    if verdict.state is State.BROKEN:
        return "\n".join([*lines, f"```text\n{verdict.problem}\n```"])
    lines += ["| task | what | state |", "|---|---|---|"]
    lines += [f"| {t.number} | {t.title} | {t.state} |" for t in verdict.tasks]
    if test := verdict.first_failure:
        lines += ["", f"{in_words(test.name)}:", "", f"```text\n{test.message}\n```"]
    if not verdict.passed:
        lines += ["", f"Edit `exercises/{place}.py`, save, and run this cell again."]
    return "\n".join(lines)
