"""JUnit XML: a suite a learner, a case for each task."""

import re
from xml.sax.saxutils import escape, quoteattr

from course.grading.grade import ExerciseGrade, Grade, Status, TaskGrade
from course.grading.reports import Results

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(results: Results) -> str:
    """The report for tools that show the results of tests."""
    suites = "".join(map(_suite, results))
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<testsuites>\n{suites}</testsuites>\n'
    )


def _suite(grade: Grade) -> str:
    cases = [
        _case(exercise, task) for exercise in grade.exercises for task in exercise.tasks
    ]
    cases += [_no_case(e) for e in grade.exercises if not e.tasks]
    counts = {
        kind: sum(f"<{tag} " in case for case in cases)
        for kind, tag in (
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        )
    }
    facts = "".join(f' {kind}="{count}"' for kind, count in counts.items())
    name = _attribute(f"{grade.submission} {grade.name}".strip())
    return (
        f' <testsuite name={name} tests="{len(cases)}"{facts}>\n'
        f"{''.join(cases)} </testsuite>\n"
    )


def _case(exercise: ExerciseGrade, task: TaskGrade) -> str:
    name = f"{task.number} {task.title}"
    if exercise.status is not Status.SCORED:
        return _element(exercise.exercise, name, *_outcome(exercise))
    if task.points or (task.passed and not exercise.flagged):
        return _element(exercise.exercise, name, "", "")
    if task.passed:
        why = "; ".join(flag.why for flag in exercise.flags)
        return _element(exercise.exercise, name, "failure", f"withheld: {why}")
    said = "\n".join(filter(None, (task.test, task.message or exercise.problem)))
    return _element(exercise.exercise, name, "failure", said)


def _no_case(exercise: ExerciseGrade) -> str:
    return _element(exercise.exercise, "all tasks", *_outcome(exercise))


def _outcome(exercise: ExerciseGrade) -> tuple[str, str]:
    said = exercise.problem or str(exercise.status)
    if exercise.status is Status.NOT_GRADED:
        return "error", said
    return ("skipped" if exercise.status is Status.NOT_HANDED_IN else "failure"), said


def _element(group: str, name: str, tag: str, said: str) -> str:
    opened = f"  <testcase classname={_attribute(group)} name={_attribute(name)}"
    if not tag:
        return f"{opened}/>\n"
    first = _attribute(said.partition("\n")[0])
    text = escape(_NOT_XML.sub("\ufffd", said))
    return f"{opened}>\n   <{tag} message={first}>{text}</{tag}>\n  </testcase>\n"


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("\ufffd", text))
