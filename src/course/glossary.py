"""The glossary: each term with the sentence that says what it means, from the lessons.

A lesson's record names its new ideas (`teaches`) and other terms that it explains
(`glossary`); the lesson has each in bold where it first stands, and that sentence is
taken. Nothing is written down twice, so nothing can drift.
"""

import json
import re
import textwrap
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from shutil import get_terminal_size
from typing import Any

from course.content import Course, CourseError, Lesson, not_readable

_CODE = re.compile(r"`[^`\n]+`")
_FENCE = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.M | re.S)
_BREAK = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*+]|\d+\.|\|)[ \t])|(?<=\n)(?=#)")
_MARK = re.compile(r"^[ \t]*(?:[-*+]|\d+\.)[ \t]+")
_SENTENCE = re.compile(r"(?<=[.!?])[*)”\"]*\s+(?=[A-Z“\"(*`])")
_HEADING = re.compile(r"#+[ \t]+(.+)")
_NO_BREAK = "\u00a0"


@dataclass(frozen=True)
class Term:
    """A term, the sentence that explains it, and the lesson and section it is in."""

    name: str
    sentence: str
    lesson: str
    section: str

    def as_json(self) -> dict[str, Any]:
        """The term as plain data."""
        return asdict(self)


def terms(course: Course) -> list[Term]:
    """Every term of every lesson, in the order of the alphabet."""
    found = [term for lesson in course.lessons for term in _terms_of(lesson)]
    return sorted(found, key=lambda term: term.name.casefold())


def _terms_of(lesson: Lesson) -> Iterator[Term]:
    cells = _prose(lesson)
    for name in named_terms(lesson):
        sentence, section = explanation(name, cells)
        yield Term(name, sentence, lesson.name, section)


def look_up(course: Course, wanted: str) -> list[Term]:
    """The terms that hold `wanted`, else one that is close to it."""
    there = {term.name.casefold(): term for term in terms(course)}
    word = " ".join(wanted.casefold().split())
    if found := [term for name, term in there.items() if word in name]:
        return found
    if close := get_close_matches(word, there, n=1, cutoff=0.7):
        return [there[close[0]]]
    raise CourseError(_not_there(wanted, [term.name for term in there.values()]))


def _not_there(wanted: str, names: list[str]) -> str:
    """That the glossary lacks `wanted`, what is like it, and all that there is."""
    close = get_close_matches(wanted, names, cutoff=0.5)
    closest = f" Close to it: {', '.join(close)}." if close else ""
    there = f"It has the terms that the lessons teach: {', '.join(map(_whole, names))}."
    lines = textwrap.wrap(
        there if names else "It has no terms yet.",
        get_terminal_size().columns,
        break_long_words=False,
        break_on_hyphens=False,
    )
    told = f"The glossary has no `{wanted}`.{closest}"
    return "\n".join([told, *lines]).replace(_NO_BREAK, " ")


def _whole(name: str) -> str:
    """`name` so that no line ends within it."""
    return name.replace(" ", _NO_BREAK)


def named_terms(lesson: Lesson) -> list[str]:
    """The terms that `lesson` explains."""
    record = lesson.record
    return [*record.get("teaches", []), *record.get("glossary", [])]


def explanation(term: str, cells: list[str]) -> tuple[str, str]:
    """The sentence in which `term` first stands in bold, and its section; else empty.

    `cells` are Markdown. An item of a list is one sentence.
    """
    words = r"\s+".join(re.escape(word) for word in term.split())
    bold = re.compile(rf"\*\*[^*]*\b{words}", re.I)
    section = ""
    for part in (part for cell in cells for part in _parts(cell)):
        if heading := _HEADING.match(part):
            section = heading[1].strip()
        elif sentence := _sentence(part, bold):
            return sentence, section
    return "", ""


def _parts(markdown: str) -> Iterator[str]:
    """The headings, paragraphs and items of lists; no code and no tables."""
    for part in _BREAK.split(_FENCE.sub("\n\n", markdown)):
        if (text := part.strip()) and not text.startswith("|"):
            head, newline, rest = text.partition("\n")
            yield from (head, rest) if head.startswith("#") and newline else (text,)


def _sentence(part: str, bold: "re.Pattern[str]") -> str:
    if not bold.search(_CODE.sub("", part)):
        return ""
    text, items = _MARK.subn("", part)
    for sentence in [text] if items else _SENTENCE.split(text):
        if bold.search(_CODE.sub("", sentence)):
            return _plain(sentence)
    return _plain(text)


def _plain(sentence: str) -> str:
    """On one line, without marks of emphasis, with a full stop."""
    text = " ".join(
        re.sub(r"(\*+)(\S(?:.*?\S)?)\1", r"\2", sentence, flags=re.S).split()
    )
    text = text.rstrip("*;,")
    end = "" if text.endswith((".", "!", "?", ":")) else "."
    return f"{text[:1].upper()}{text[1:]}{end}"


def _prose(lesson: Lesson) -> list[str]:
    try:
        cells = json.loads(lesson.notebook.read_text("utf-8"))["cells"]
        return ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise not_readable(lesson.notebook, error) from error
