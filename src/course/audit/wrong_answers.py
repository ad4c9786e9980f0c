"""E3: wrong answers fail as their records say, and no test is without a catch.

The docstring of a wrong answer is its record, in TOML:

    misconception = "one-hop"             # of misconceptions.toml
    fails = ["test_a", "test_b"]          # exactly these fail or do not run
    words = ["came back"]                 # which the message shown first holds
    state = "failing"                     # or "broken"
"""

import re
from collections.abc import Iterator
from typing import Any

from course.audit import Fault
from course.audit.answers import Answer
from course.audit.exercises import Evidence, all_tests, failed
from course.verdict import NOT_RUN, Verdict

_FIELDS = {"misconception": str, "fails": list, "words": list, "state": str}


def faults_of_bank(e: Evidence, enough: int) -> Iterator[Fault]:
    """What is wrong with the wrong answers, or with the tests that meet them."""
    wrong = e.of("wrong")
    if len(wrong) < enough:
        yield Fault(
            f"{len(wrong)} wrong answers, wanted are {enough} or more.",
            f"Write plausible ones: tests/wrong_answers/{e.exercise.folder.name}/.",
        )
    for answer, verdict in wrong:
        yield from _faults(e, answer, verdict)
    caught = {name for _, verdict in wrong for name in _catches(verdict)}
    for test in e.tests:
        if test not in caught:
            yield Fault(
                f"`{test}` catches none of the wrong answers.",
                "Write one that only this test catches, or drop the test.",
            )


def _catches(verdict: Verdict) -> Iterator[str]:
    """The tests that failed by themselves, or during which it hung."""
    for test in all_tests(verdict):
        hung = re.search(rf"`{test.name}[\[`]", verdict.problem)
        if hung or not (test.passed or test.message == NOT_RUN):
            yield test.name


def _faults(e: Evidence, answer: Answer, verdict: Verdict) -> Iterator[Fault]:
    name, record = answer.file.name, answer.record
    if lacking := [k for k, t in _FIELDS.items() if not isinstance(record.get(k), t)]:
        yield Fault(
            f"{name} does not say: {', '.join(lacking)}.",
            "Its docstring is TOML, with misconception, fails, words and state.",
        )
        return
    yield from _belief(e, name, record["misconception"])
    yield from _outcome(name, record, verdict)
    shown = verdict.problem or getattr(verdict.first_failure, "message", "")
    for word in record["words"]:
        if word.casefold() not in shown.casefold():
            yield Fault(
                f"{name}: the first message lacks “{word}”: {' '.join(shown.split())}",
                "Say in the message what the learner has to see.",
            )


def _belief(e: Evidence, name: str, belief: str) -> Iterator[Fault]:
    if belief not in e.known_misconceptions:
        yield Fault(
            f"{name}: nobody knows the misconception `{belief}`.",
            "Describe it in src/course/misconceptions.toml.",
        )
    if belief not in e.exercise.record.get("misconceptions", []):
        yield Fault(
            f"{name}: exercise.toml does not name the misconception `{belief}`.",
            "Add it to its `misconceptions`.",
        )


def _outcome(name: str, record: dict[str, Any], verdict: Verdict) -> Iterator[Fault]:
    if verdict.state != record["state"]:
        yield Fault(
            f"{name} is {verdict.state}, its record says {record['state']}.",
            "Mend the tests if they let it through, else the record.",
        )
    came, wanted = set(failed(verdict)), set(record["fails"])
    if came != wanted:
        more, less = sorted(came - wanted), sorted(wanted - came)
        yield Fault(
            f"{name} fails by other tests than its record says: "
            f"also {', '.join(more) or 'none'}; not {', '.join(less) or 'none'}.",
            "The test that should catch it must; the others must not mind it.",
        )
