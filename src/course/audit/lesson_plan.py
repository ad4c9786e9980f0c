"""What a lesson promises and how it is built: L1, L2 and L3."""

import re
from collections.abc import Iterator

from course.audit import Fault, Found, found
from course.audit.cells import (
    ACTS,
    YOUR_TURN,
    Cell,
    calls,
    calls_in,
    is_code,
    tags,
    words_to_read,
)
from course.audit.exercise_record import taught_before
from course.audit.lessons import LessonEvidence
from course.audit.prose import prose_of
from course.glossary import explanation, named_terms

_OBSERVABLE = """
add ask build cache calculate change choose compare compute connect count create decide
defend describe detect draw explain find fix follow handle implement limit list make
measure mend mock name order plot predict prove read recognise refuse replace retry say
send show sort spot state swap switch tell test trace turn use validate wrap write
"""
FEWEST_WORDS = 4  # that explain a term, besides the term
MOST_IDEAS, MOST_MINUTES, MOST_READING, WORDS_A_MINUTE = 5, 45, 15, 200


def objectives_are_exercised(e: LessonEvidence) -> Found:
    """L1: 2 to 4, each with a verb that one can observe, each exercised."""
    return found(len(e.record.get("objectives", [])), _objective_faults(e))


def _objective_faults(e: LessonEvidence) -> Iterator[Fault]:
    objectives = e.record.get("objectives", [])
    if not 2 <= len(objectives) <= 4:
        yield Fault(f"{len(objectives)} objectives, wanted are 2 to 4.", "Choose.")
    there = {f"predict:{call.about}" for call in calls(e.cells, "predict")}
    asked = {call.about for call in calls(e.cells, "quiz")}
    there |= {f"quiz:{q['id']}" for q in e.lesson.quiz if q["id"] in asked}
    there |= {f"exercise:{exercise.name}" for exercise in e.course.exercises}
    for objective in objectives:
        text = objective.get("text", "")
        verb = text.partition(" ")[0].casefold().strip(",.")
        if verb not in _OBSERVABLE.split():
            yield Fault(
                f"The objective “{text}” begins with “{verb}”.",
                "Begin with what one can see someone do: build, predict, fix …",
            )
        if not objective.get("by"):
            yield Fault(f"Nothing exercises “{text}”.", "Name what does, in `by`.")
        for by in objective.get("by", []):
            if by not in there:
                yield Fault(
                    f"“{text}” is to be exercised by `{by}`, which is not there.",
                    f"There are: {', '.join(sorted(there)) or 'none'}.",
                )


def nothing_comes_too_early(e: LessonEvidence) -> Found:
    """L2: what it needs was taught earlier; what it teaches is explained at first use.

    Only earlier lessons count, so there can be no cycle.
    """
    return found(len(e.record.get("needs", [])), _order_faults(e))


def _order_faults(e: LessonEvidence) -> Iterator[Fault]:
    taught = taught_before(e.course, e.lesson.name)
    for need in e.record.get("needs", []):
        if need not in taught:
            yield Fault(
                f"It needs “{need}”, which no earlier lesson teaches.",
                "Teach it there (`teaches`), or name it as it is named there.",
            )
    prose = "\n\n".join(plain_prose(cell) for cell in e.cells if not is_code(cell))
    markdown = [cell["source"] for cell in e.cells if not is_code(cell)]
    for idea in named_terms(e.lesson):
        yield from _introduced(idea, prose)
        yield from _explained(idea, markdown)


def plain_prose(cell: Cell) -> str:
    """The prose of a cell, without headings."""
    return re.sub(r"^#.*$", "", prose_of(cell["source"]), flags=re.M)


def _introduced(idea: str, prose: str) -> Iterator[Fault]:
    """An idea stands in bold, or in "A … is", where it is first used."""
    words = r"\s+".join(re.escape(word) for word in idea.split())
    first = re.search(rf"\b{words}", prose, re.I)
    said = re.compile(
        rf"\*\*[^*\n]*\b{words}|\b(?:An?|The)\s+{words}\s+(?:is|are|means)\b", re.I
    )
    told = said.search(prose)
    if first is None or told is None or told.start() > first.start():
        where = "is never used" if first is None else "is used before it is introduced"
        yield Fault(
            f"“{idea}”, which it teaches, {where}.",
            f"Put it in bold where it first stands: **{idea}**, with what it means.",
        )


def _explained(idea: str, markdown: list[str]) -> Iterator[Fault]:
    """The sentence in which an idea stands in bold makes its entry in the glossary."""
    sentence, _ = explanation(idea, markdown)
    words = len(sentence.split()) - len(idea.split())
    if words < FEWEST_WORDS:
        yield Fault(
            f"“{idea}” is not explained where it stands in bold: “{sentence}”",
            f"Say what it means in that sentence: {FEWEST_WORDS} words or more.",
        )


def is_of_a_size(e: LessonEvidence) -> Found:
    """L3: few ideas, 45 minutes, and never 15 minutes of reading at a stretch."""
    longest = max(_stretches(e.cells), default=0) / WORDS_A_MINUTE
    return found(f"{longest:.0f} min", _size_faults(e, longest))


def _stretches(cells: list[Cell]) -> Iterator[int]:
    """The words between one cell in which the learner acts and the next."""
    words = 0
    for cell in cells:
        words += words_to_read(cell)
        if YOUR_TURN in tags(cell) or any(c.name in ACTS for c in calls_in(cell)):
            yield words
            words = 0
    yield words


def _size_faults(e: LessonEvidence, longest: float) -> Iterator[Fault]:
    ideas, minutes = len(e.record.get("teaches", [])), e.record.get("minutes", 0)
    if not 1 <= ideas <= MOST_IDEAS:
        yield Fault(f"{ideas} new ideas, wanted are 1 to {MOST_IDEAS}.", "Split it.")
    if not 0 < minutes <= MOST_MINUTES:
        yield Fault(f"{minutes} minutes, limit {MOST_MINUTES}.", "Split the lesson.")
    if longest > MOST_READING:
        yield Fault(
            f"{longest:.0f} minutes of reading at a stretch, limit {MOST_READING}.",
            "Let the learner predict, answer or change something in between.",
        )
    total = sum(words_to_read(cell) for cell in e.cells) / WORDS_A_MINUTE
    if total > minutes:
        yield Fault(
            f"It says {minutes} minutes; reading alone takes {total:.0f}.",
            f"Shorten it; {WORDS_A_MINUTE} words a minute are reckoned.",
        )
