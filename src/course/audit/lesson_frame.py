"""How a lesson opens and closes: L12."""

import re
from collections.abc import Iterator

from course.audit import Fault, Found, found
from course.audit.cells import calls, headings, is_code, section
from course.audit.lesson_plan import plain_prose
from course.audit.lessons import LessonEvidence

KEY_POINTS, RECALLS, OPENING_WORDS = 3, 2, 30


def opens_and_closes(e: LessonEvidence) -> Found:
    """L12: opens with the problem and the plan, closes with recall and what is next."""
    return found(
        f"{e.record.get('minutes', 0)}min", [*_opening_faults(e), *_closing_faults(e)]
    )


def _opening_faults(e: LessonEvidence) -> Iterator[Fault]:
    code = [number for number, cell in enumerate(e.cells) if is_code(cell)]
    first = code[0] if code else len(e.cells)
    opening = " ".join(plain_prose(cell) for cell in e.cells[:first])
    if len(opening.split()) < OPENING_WORDS:
        yield Fault(
            f"{len(opening.split())} words stand before the first cell of code.",
            f"Open with the problem: {OPENING_WORDS} words or more.",
        )
    starts = calls(e.cells, "start_lesson")
    if not starts or starts[0].cell != first:
        yield Fault(
            "The first cell of code does not call `start_lesson`.",
            f'Begin: sim = start_lesson("{e.lesson.number:02}"). It shows objectives, '
            "needs and time, and refuses the network.",
        )
    elif starts[0].about != f"{e.lesson.number:02}":
        yield Fault(
            f"`start_lesson` begins lesson “{starts[0].about}”.",
            f'Write start_lesson("{e.lesson.number:02}").',
        )


def _closing_faults(e: LessonEvidence) -> Iterator[Fault]:
    wanted = ["Key points", *([] if e.is_first else ["From earlier lessons"]), "Next"]
    titles = [heading.text for heading in headings(e.cells) if heading.level == 2]
    if titles[-len(wanted) :] != wanted:
        yield Fault(
            f"The last sections are: {', '.join(titles[-len(wanted) :]) or 'none'}.",
            f"Close with: {', '.join(f'## {title}' for title in wanted)}.",
        )
    points = "\n".join(cell["source"] for cell in section(e.cells, "Key points"))
    count = len(re.findall(r"^(?:[-*+]|\d+\.)\s", points, re.M))
    if count != KEY_POINTS:
        yield Fault(f"{count} key points, wanted are {KEY_POINTS}.", "Choose three.")
    yield from _recall_faults(e)
    exercise = e.record.get("exercise", "")
    last = " ".join(cell["source"] for cell in section(e.cells, "Next"))
    if exercise and exercise not in last:
        yield Fault(f"“Next” does not name the exercise {exercise}.", "Name it.")
    if exercise and exercise not in [one.name for one in e.course.exercises]:
        yield Fault(f"There is no exercise `{exercise}`.", "Correct the record.")


def _recall_faults(e: LessonEvidence) -> Iterator[Fault]:
    earlier = [lesson.name for lesson in e.earlier]
    recalls = {q["id"]: q["recalls"] for q in e.lesson.quiz if "recalls" in q}
    asked = calls(section(e.cells, "From earlier lessons"), "quiz")
    there = [call.about for call in asked if call.about in recalls]
    if len(there) < RECALLS and not e.is_first:
        yield Fault(
            f"{len(there)} questions on earlier lessons, wanted are {RECALLS}.",
            "Ask them under “From earlier lessons”, with `recalls` in the record.",
        )
    for question, lesson in recalls.items():
        if lesson not in earlier:
            yield Fault(
                f"The question `{question}` recalls `{lesson}`, no earlier lesson.",
                f"Earlier are: {', '.join(earlier) or 'none'}.",
            )
