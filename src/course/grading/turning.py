"""The second run: what passed runs again, as it is and with one of its checks turned.

In an order of this run, so that nothing tells the one from the other. An answer passes
the one and fails the other, or it follows the tests and not the task.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import replace

from course.grading.grade import Flag
from course.grading.judgement import Ask, Judgement
from course.grading.order import Order
from course.grading.runs import HIDDEN, TURNED, Case, Run
from course.verdict import in_words


def run_turned(
    known: Judgement, order: Order, ask: Ask, tasks: Collection[int]
) -> None:
    """Ask again, as it is and with a check turned: the one passes, the other fails."""
    cases = [
        case
        for task in sorted(tasks)
        if known.passed(task)
        for case in known.of(known.functions(task))
    ]
    if idle := [case for case in cases if not case.checks]:
        test = in_words(idle[0].function.removeprefix(HIDDEN))
        known.flags.append(Flag("idle", f'"{test}" passes, and checks nothing.'))
        cases = [case for case in cases if case.checks]
    tried: dict[str, set[int]] = {case.name: set() for case in cases}
    for last in (False, False, True):
        turn = {c.name: _check_of(c, order.seed, tried[c.name], last) for c in cases}
        run = Run(ask(replace(order, turn=turn, seed=secrets.token_hex(16))))
        known.note(run)
        for case in cases:
            if last or not _missed(run, case):
                _compare(known, case, run)
        if run.complete and not any(_missed(run, case) for case in cases):
            return
        cases = [c for c in cases if _missed(run, c) or not _has_ended(run, c)]
        for case in cases:
            tried[case.name].add(turn[case.name])
    if any(not _has_ended(run, case) for case in cases):
        why = "Its tests passed, and did not come to their end a second time."
        known.flags.append(Flag("unsure", why))


def _missed(run: Run, case: Case) -> bool:
    """Whether it passed without the check: one test did what another did before.

    Such as to measure once for both. Then another check of it is turned.
    """
    again, turned = run.cases.get(case.name), run.cases.get(TURNED + case.name)
    passed = again is not None and turned is not None and again.passed and turned.passed
    return passed and turned is not None and not turned.turned


def _has_ended(run: Run, case: Case) -> bool:
    names = (case.name, TURNED + case.name)
    return all(name in run.cases and run.cases[name].outcome for name in names)


def _compare(known: Judgement, case: Case, run: Run) -> None:
    """What a second run says of a test that passed in the first."""
    again, turned = run.cases.get(case.name), run.cases.get(TURNED + case.name)
    hidden = case.function.startswith(HIDDEN)
    test = "A hidden test" if hidden else f'"{in_words(case.function)}"'
    if again and again.outcome and not again.passed:
        case.outcome = "failed"
        case.message = f"It passed, and failed when it ran again.\n{again.message}"
    elif turned and turned.passed:
        why = f"{test} passes also when what it expects is changed."
        known.flags.append(Flag("follows", why))
    elif turned and turned.outcome and not turned.turned:
        why = f"{test} takes another way when it runs again."
        known.flags.append(Flag("follows", why))


def _check_of(case: Case, seed: str, tried: set[int], last: bool) -> int:
    """The check to turn: one that compares with a value, if there is one.

    The `last` is the end, where each test comes by, if none of the others was met.
    """
    rest = [(number, kind) for number, kind in case.checks if number not in tried]
    values = [number for number, kind in rest if kind == "v" and not last]
    others = [number for number, kind in rest if kind == "c" and not last]
    ends = [number for number, kind in case.checks if kind == "e"]
    choice = values or others or ends or [number for number, _ in case.checks]
    dice = hashlib.sha256(f"{seed}{case.name}".encode()).digest()
    return choice[int.from_bytes(dice[:4], "big") % len(choice)]
