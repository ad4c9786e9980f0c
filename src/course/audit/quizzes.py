"""L10: quizzes that teach, and that cannot be guessed from how they look."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from course.audit import Fault, Found, found
from course.audit.beliefs import known_misconceptions
from course.audit.cells import calls
from course.audit.lessons import LessonEvidence
from course.questions import LETTERS

MOST_EXTREME = 0.4

Question = dict[str, Any]


def quizzes_teach(e: LessonEvidence) -> Found:
    """L10: every option explained; the whole course's looks are judged in the last."""
    faults = [*_asked_faults(e), *(f for q in e.lesson.quiz for f in _faults(q))]
    if e.lesson == e.course.lessons[-1]:
        whole = [q for lesson in e.course.lessons for q in lesson.quiz]
        faults += faults_of_looks([q for q in whole if _right(q) is not None])
    return found(len(e.lesson.quiz), faults)


def _asked_faults(e: LessonEvidence) -> Iterator[Fault]:
    asked = [call.about for call in calls(e.cells, "quiz")]
    there = [question["id"] for question in e.lesson.quiz]
    for name in sorted({*there} ^ {*asked}):
        where = "the notebook" if name in there else "the record"
        yield Fault(f"The question `{name}` is missing in {where}.", "Add it there.")
    if not there:
        yield Fault("It asks no question.", "Ask some: [[quiz]] in the record.")


def _right(question: Question) -> int | None:
    """The position of the right option; None if there is not exactly one."""
    right = [n for n, o in enumerate(question["options"]) if o.get("right")]
    return right[0] if len(right) == 1 else None


def _faults(question: Question) -> Iterator[Fault]:
    name = question["id"]
    if _right(question) is None:
        yield Fault(f"`{name}` has not one right option.", "Mark one: right = true.")
    for letter, option in zip(LETTERS, question["options"], strict=False):
        if not option.get("because", "").strip():
            yield Fault(f"`{name}`, {letter}: no `because`.", "Explain each option.")
        belief = option.get("misconception")
        if not option.get("right") and belief not in known_misconceptions():
            yield Fault(
                f"`{name}`, {letter}: nobody knows the misconception `{belief}`.",
                "Describe it in src/course/misconceptions.toml.",
            )


def faults_of_looks(questions: Sequence[Question]) -> Iterator[Fault]:
    """What a guesser could use, over all `questions`.

    The right option is the longest in at most 40 % of them, rounded up, and the
    shortest in no more. Each position is right within one of its share (one third of
    the questions with three options, and so on), or within a quarter of the share
    where that is more.
    """
    yield from _faults_of_length(questions, "longest", max)
    yield from _faults_of_length(questions, "shortest", min)
    for position, letter in enumerate(LETTERS):
        sizes = [len(q["options"]) for q in questions if len(q["options"]) > position]
        share = sum(1 / size for size in sizes)
        count = sum(_right(question) == position for question in questions)
        if abs(count - share) > max(1.0, share / 4):
            yield Fault(
                f"{letter} is right {count} times in {len(sizes)} questions of the "
                f"course, its share is {share:.1f}.",
                "Change the order of options.",
            )


def _faults_of_length(
    questions: Sequence[Question], what: str, extreme: Callable[[list[int]], int]
) -> Iterator[Fault]:
    count = sum(_right_is(extreme, question) for question in questions)
    most = math.ceil(MOST_EXTREME * len(questions))
    if count > most:
        yield Fault(
            f"The right option is the {what} in {count} of {len(questions)} questions "
            f"of the course, limit {most}.",
            "Lengthen or shorten options: give wrong ones their reasons.",
        )


def _right_is(extreme: Callable[[list[int]], int], question: Question) -> bool:
    """Whether the right option alone is the longest (`max`) or shortest (`min`)."""
    lengths = [len(option["text"]) for option in question["options"]]
    right = lengths[_right(question) or 0]
    return right == extreme(lengths) and lengths.count(right) == 1
