"""Tries the tests that a learner wrote, with one thing after another under test.

    trial = try_tests(file, right={"ours": make_ours}, broken={"drops keys": make_x})

What is under test is a function, the fixture `create_model`, made anew for each test.
Each test that calls it runs with each of `right`, the last time from the last test to
the first.
Those that pass are good: a broken one is caught if a good test fails with it. At the
end, whoever caught one runs again with a right one, to see that it still passes. Most
of the broken ones are met in a fork, at the same time.

It is real pytest in this process: see `trial_bench`. Protects against accidents: the
tests share this process with whoever asks.
"""

import os
import warnings
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from course import bare_pytest
from course.beside import Beside
from course.trial_bench import FIXTURE, Acting, Bench, Maker, Result, Test, in_words
from course.trial_guards import alone, last_words

__all__ = ["FIXTURE", "Result", "Trial", "run_tests", "try_tests"]

Makers = Mapping[str, Maker]
"""What is under test, by name."""

_SHARE = 0.4  # of the broken ones are met here, the others in the fork


@dataclass
class Trial:
    """How the learner's tests ended."""

    right: list[Result] = field(default_factory=list)
    """With each right one, in the order of the file."""
    backwards: list[Result] = field(default_factory=list)
    """With the last right one, the last test first."""
    again: list[Result] = field(default_factory=list)
    """With the first right one, once more, those that caught something."""
    caught: dict[str, Result] = field(default_factory=dict)
    """The good test that failed with each broken one that did not get away."""

    @property
    def good(self) -> list[Test]:
        """The tests that called what is under test, and passed each time."""
        runs = [*self.right, *self.backwards, *self.again]
        ill = {result.which for result in runs if result.outcome != "passed"}
        used = dict.fromkeys(result.which for result in self.right if result.subject)
        return [test for test in used if test not in ill]

    @property
    def catchers(self) -> list[Test]:
        """The tests that caught something, the latest last."""
        return [result.which for result in self.caught.values()]


def run_tests(
    file: Path,
    subjects: Makers,
    *,
    only: Collection[str],
    tell: Callable[[BaseException], str] = in_words,
) -> list[Result]:
    """Run the tests named `only` in `file`, with each of `subjects` if there are any.

    Who does not use what is under test runs once. `tell` puts errors into words.
    """
    bench, results = Bench(subjects, tell), list[Result]()

    def work() -> None:
        for subject in subjects or ("",):
            results.extend(bench.run(subject, keep=_all_but_done(results, only)))

    _in_one_session(file, bench, work)
    return results


def try_tests(
    file: Path, right: Makers, broken: Makers, acting: Acting | None = None
) -> Trial:
    """Try the tests in `file` with `right` ones, and look which `broken` they catch.

    What is under test is a function. Only a test that calls it has a say. `acting`
    names the broken ones that would do anything else than a right one, if they were
    called so: a test meets only those. By default it meets all.
    """
    trial, bench = Trial(), Bench({**right, **broken}, in_words)
    bench.use_is_a_call, bench.acting = True, acting
    work = partial(_work, trial, bench, list(right), list(broken))
    with last_words():
        _in_one_session(file, bench, work)
    return trial


def _in_one_session(file: Path, bench: Bench, work: Callable[[], None]) -> None:
    bench.work = work
    options = [*bare_pytest.FOR_A_LEARNERS_TESTS, "--capture=no", "-c", os.devnull]
    options += [f"--rootdir={file.parent}", f"--confcutdir={file.parent}", str(file)]
    with alone(file.stem), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they would stand in a notebook, with places
        pytest.main(options, plugins=[bench, *bare_pytest.PLUGINS])


def _all_but_done(
    results: Iterable[Result], only: Collection[str] | None = None
) -> Callable[[Test], bool]:
    """All tests, or those named `only`, without those that used no subject before."""
    done = {result.which for result in results if not result.subject}
    return lambda test: test not in done and (only is None or test.name in only)


def _work(trial: Trial, bench: Bench, right: list[str], broken: list[str]) -> None:
    first = broken[: int(len(broken) * _SHARE)]
    others = broken[len(first) :]
    with Beside(partial(_meet_alone, bench, right[0], others)) as beside:
        _meet_right(trial, bench, right)
        _meet_all(trial, bench, right[0], first)
        good, caught, again = beside.result() or ((), {}, [])
    if [Test(**test) for test in good] != trial.good:  # it took others for good ones
        _meet_all(trial, bench, right[0], others)
        return
    trial.caught |= {name: Result(**result) for name, result in caught.items()}
    trial.again += [Result(**result) for result in again]


def _meet_right(trial: Trial, bench: Bench, right: list[str]) -> None:
    *others, last = right
    for subject in others:
        trial.right += bench.run(subject, keep=_all_but_done(trial.right))
    keep = _all_but_done(trial.right)
    trial.backwards = bench.run(last, list.reverse, keep=keep)
    failed = any(r.outcome not in ("passed", "unwritten") for r in trial.backwards)
    if failed or not others:  # is it the order, or what is under test?
        in_order = bench.run(last, keep=keep)
        ill = {result.which for result in in_order if result.outcome == "failed"}
        trial.backwards = [r for r in trial.backwards if r.which not in ill]
        trial.right += in_order
    else:
        trial.right += reversed(trial.backwards)


def _meet_alone(bench: Bench, right: str, broken: list[str]) -> Any:
    """The tests that are good with `right`; what they catch; how they ran again."""
    trial = Trial(right=bench.run(right))
    _meet_all(trial, bench, right, broken)
    caught = {name: asdict(result) for name, result in trial.caught.items()}
    good = [asdict(test) for test in trial.good]
    return good, caught, [asdict(result) for result in trial.again]


def _meet_all(trial: Trial, bench: Bench, right: str, broken: list[str]) -> None:
    """Meet them until each is caught by a test that is good to the end, or by none."""
    while broken and trial.good:
        for subject in broken:
            _meet(trial, bench, subject)
        caught = trial.caught.keys() & {*broken}
        _meet_again(trial, bench, right, caught)
        broken = [name for name in broken if name in caught - trial.caught.keys()]


def _meet(trial: Trial, bench: Bench, broken: str) -> None:
    """Let the good tests run until one fails, first those that may fail soonest."""
    good = {test for test in trial.good if bench.may_catch(test, broken)}
    if not good:
        return
    caught = trial.catchers
    last, names = caught[-1:], [test.name for test in caught[-1:]]

    def sort(tests: list[Test]) -> None:
        tests.sort(key=lambda t: (t not in last, t.name not in names, t in caught))

    results = bench.run(broken, sort, keep=good.__contains__, until_failure=True)
    trial.caught |= {r.subject: r for r in results if r.outcome == "failed"}


def _meet_again(trial: Trial, bench: Bench, right: str, broken: Iterable[str]) -> None:
    """Whoever fails with a right one now, did not catch what they failed with."""
    catchers = {trial.caught[name].which for name in broken}
    trial.again += bench.run(right, keep=catchers.__contains__)
    good = trial.good
    trial.caught = {name: r for name, r in trial.caught.items() if r.which in good}
