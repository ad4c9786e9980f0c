"""Whether an exercise is complete: its record and its README (E11)."""

import re
from collections.abc import Iterator, Mapping, Sequence

from course.audit import Fault, Found, found
from course.audit.beliefs import faults_of_list, misconceptions, named_in
from course.audit.exercises import Evidence
from course.audit.prose import prose_of, talking_down
from course.content import Course

_FIELDS: Mapping[str, type] = {
    "title": str,
    "lesson": str,
    "objectives": list,
    "needs": list,
    "misconceptions": list,
    "minutes": int,
    "tasks": list,
    "help": list,
}
_README = {
    "the task": r"^## .*\btasks?\b",
    "a table of the contract": r"^## .*\bcontract\b[^#]*?^\|.*\|\s*$\n^\|[ :|-]+\|",
    "two examples": r"^## .*\bexamples?\b(?:(?!^## )[\s\S])*?(?:^>>> [\s\S]*?){2}",
    "what is out of scope": r"^## .*\bout of scope\b",
    "when it is done": r"^## .*\bdone when\b",
}


def is_complete(e: Evidence) -> Found:
    """E11: every field of exercise.toml, every section of the README.

    In the last exercise: the list of misconceptions, which is the whole course's.
    """
    faults = [*_field_faults(e), *_need_faults(e), *_readme_faults(e)]
    if e.exercise == e.course.exercises[-1] and e.owns_misconceptions:
        faults += faults_of_list(misconceptions(), named_in(e.course))
    return found(f"{e.exercise.record.get('minutes', 0)} min", faults)


def _field_faults(e: Evidence) -> Iterator[Fault]:
    record = e.exercise.record
    for name, kind in _FIELDS.items():
        if not isinstance(record.get(name), kind) or not record[name]:
            yield Fault(
                f"exercise.toml has no `{name}`.", f"Add it: a {kind.__name__}."
            )
    for task in record.get("tasks", []):
        for name in ("title", "points", "hints"):
            if not task.get(name):
                yield Fault(
                    f"A task of exercise.toml has no `{name}`.", f"Add `{name}`."
                )
    for belief in record.get("misconceptions", []):
        if belief not in e.known_misconceptions:
            yield Fault(
                f"Nobody knows the misconception `{belief}` of exercise.toml.",
                "Describe it in src/course/misconceptions.toml.",
            )


def _need_faults(e: Evidence) -> Iterator[Fault]:
    names = [lesson.name for lesson in e.course.lessons]
    wanted = e.exercise.record.get("lesson", "")
    if wanted not in names and not _is_to_come(wanted, names):
        yield Fault(
            f"exercise.toml names the lesson `{wanted}`, and there is none.",
            f"Name one of: {', '.join(names) or 'none yet'}.",
        )
        return
    taught = taught_before(e.course, wanted, include=True)
    for need in e.exercise.record.get("needs", []):
        if need not in taught:
            yield Fault(
                f"It needs “{need}”, which no lesson up to {wanted} teaches.",
                "Teach it there, or name what is needed as the lessons name it.",
            )


def _is_to_come(wanted: str, names: Sequence[str]) -> bool:
    """Whether a lesson is still to be written: its number follows all others."""
    return bool(re.fullmatch(r"\d\d_\w+", wanted)) and wanted[:2] > max(names)[:2]


def taught_before(course: Course, lesson: str, *, include: bool = False) -> set[str]:
    """The ideas that lessons before `lesson` teach; with `include`, and it too."""
    taught: set[str] = set()
    for other in course.lessons:
        if other.name == lesson and not include:
            break
        taught |= set(other.record.get("teaches", []))
        if other.name == lesson:
            break
    return taught


def _readme_faults(e: Evidence) -> Iterator[Fault]:
    for section, pattern in _README.items():
        if not re.search(pattern, e.readme, re.M | re.I):
            yield Fault(
                f"README.md lacks {section}.", "Add the section, with that heading."
            )
    if not re.search(r"course check", e.readme):
        yield Fault("README.md does not say how to check.", "Show `course check`.")
    if len(prose_of(e.readme).split()) < 50:
        yield Fault("README.md says next to nothing.", "State the task for a learner.")
    yield from talking_down("README.md", e.readme)
