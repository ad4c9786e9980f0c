"""Tries the tests that a learner wrote, with one thing after another under test.

    trial = try_tests(file, right={"ours": make_ours}, broken={"drops keys": make_x})

What is under test is a function, the fixture `create_model`, made anew for each test.
Each test that calls it runs with each of `right`, with the last of them from the last
test to the first.
Those that pass are good: a broken one is caught if a good test fails with it. At the
end, whoever caught one runs again with a right one, to see that it still passes. Half
of this is done in a fork, at the same time.

It is real pytest in this process: see `trial_session` and `trial_bench`. Protects
against accidents: the tests share this process with whoever asks.
"""

import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from course.beside import Beside
from course.kept_patches import patches_kept
from course.trial_bench import FIXTURE, Acting, Bench, Maker, Result, Test, in_words
from course.trial_guards import alone, last_words
from course.trial_session import opened

__all__ = ["FIXTURE", "Result", "Trial", "run_tests", "try_tests"]

Makers = Mapping[str, Maker]
"""What is under test, by name."""

_SHARE = 0.42  # of the broken ones are met here: both processes end together


@dataclass
class Trial:
    """How the learner's tests ended."""

    right: list[Result] = field(default_factory=list)
    """With each right one, in the order of the file."""
    backwards: list[Result] = field(default_factory=list)
    """With the last right one, the last test first."""
    again: list[Result] = field(default_factory=list)
    """With a right one, once more, those that caught something."""
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

    @property
    def ill(self) -> set[Test]:
        """The tests that are written and did not pass with a right one."""
        runs = [*self.right, *self.backwards]
        return {result.which for result in runs if result.is_ill}

    def add(self, other: "Trial") -> None:
        """Take in another trial of the same tests."""
        self.right += [result for result in other.right if result not in self.right]
        self.backwards += other.backwards
        self.again += other.again
        self.caught |= other.caught

    def let_go(self) -> list[str]:
        """Take back what tests caught that are not good; the names of that."""
        good, caught = self.good, self.caught
        self.caught = {name: r for name, r in caught.items() if r.which in good}
        return [name for name in caught if name not in self.caught]


def _trial(told: dict[str, Any]) -> Trial:
    """What `asdict` made of a trial, as a trial again."""
    caught = {name: Result(**result) for name, result in told.pop("caught").items()}
    runs = {name: [Result(**one) for one in results] for name, results in told.items()}
    return Trial(**runs, caught=caught)


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
    with _at(bench, file):
        for subject in subjects or ("",):
            results += bench.run(subject, keep=_all_but_done(results, only))
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
    with last_words(), patches_kept(), _at(bench, file):
        _work(trial, bench, list(right), list(broken))
    return trial


@contextmanager
def _at(bench: Bench, file: Path) -> Iterator[None]:
    quiet = warnings.catch_warnings(action="ignore")  # a notebook would show them
    with alone(file.stem), quiet, opened(file, bench):
        yield


def _all_but_done(
    results: Iterable[Result], only: Collection[str] | None = None
) -> Callable[[Test], bool]:
    """All tests, or those named `only`, without those that used no subject before."""
    done = {result.which for result in results if not result.subject}
    return lambda test: test not in done and (only is None or test.name in only)


def _work(trial: Trial, bench: Bench, right: list[str], broken: list[str]) -> None:
    """One half here, one in a fork; then meet anew what only an ill test caught."""
    half = int(len(broken) * _SHARE)
    theirs = partial(_work_beside, bench, right[-1], broken[half:])
    with Beside(lambda: asdict(theirs())) as beside:
        for subject in right[:-1] or right:
            trial.right += bench.run(subject, keep=_all_but_done(trial.right))
        _meet_all(trial, bench, right[0], broken[:half])
        told = beside.result()
        other = _trial(told) if told else theirs()
        if other.ill - trial.ill and told:  # is it the tests, or the fork?
            other = theirs()
        trial.add(other)
    _meet_all(trial, bench, right[0], trial.let_go())


def _work_beside(bench: Bench, right: str, broken: list[str]) -> Trial:
    """The tests run backwards with `right`, then meet `broken`."""
    trial = Trial(backwards=bench.run(right, list.reverse))
    in_order = [*reversed(trial.backwards)]
    if any(result.is_ill for result in in_order):  # is it the order, or what they test?
        in_order = bench.run(right)
        ill = {(r.which, r.outcome) for r in in_order if r.is_ill}
        trial.backwards = [
            r for r in trial.backwards if (r.which, r.outcome) not in ill
        ]
    trial.right = in_order
    _meet_all(trial, bench, right, broken)
    return trial


def _meet_all(trial: Trial, bench: Bench, right: str, broken: list[str]) -> None:
    """Meet them until each is caught by a test that is good to the end, or by none."""
    while broken and trial.good:
        for subject in broken:
            _meet(trial, bench, subject)
        catchers = {r.which for name, r in trial.caught.items() if name in broken}
        trial.again += bench.run(right, keep=catchers.__contains__)
        broken = trial.let_go()


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
    trial.caught |= {
        r.subject: r for r in results if r.subject and r.outcome == "failed"
    }
