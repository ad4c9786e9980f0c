"""Trying a learner's tests: what would end, change or stop all tests stops only one."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from course import trial_guards, trial_session
from course.trial import Trial, try_tests
from course.trial_bench import Acting

GOOD = "def test_good(create_model):\n    assert create_model(2) == 4\n"

Tried = Callable[..., Trial]


@pytest.fixture(params=["with a fork", "without one"])
def tried(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Tried:
    """How tests end, with a function that doubles and one that does not."""
    monkeypatch.setattr(trial_guards, "PATIENCE", 0.5)
    if request.param == "without one":
        monkeypatch.delattr(os, "fork", raising=False)
    monkeypatch.chdir(tmp_path)

    def try_them(
        tests: str, *right_ones: str, harmless: int = 0, acting: Acting | None = None
    ) -> Trial:
        file = tmp_path / "learners_tests.py"
        tests = tests if GOOD in tests else f"{GOOD}\n{tests}"
        file.write_text(f"import asyncio, os, pytest, time\n\n{tests}", "utf-8")
        right = {
            name: lambda: lambda number: 2 * number for name in right_ones or ["one"]
        }
        broken = {str(n): lambda: lambda number: 2 * number for n in range(harmless)}
        broken["adds nothing"] = lambda: lambda number: number
        return try_tests(file, right, broken, acting)

    return try_them


def a_test(body: str, head: str = "def") -> str:
    """A test that calls what is under test, and does `body`."""
    return f"{head} test_bad(create_model):\n    create_model(1)\n    {body}\n"


IN_VAIN = "try: time.sleep(9)\n    except Exception: pass"
ENDS = {
    a_test("raise KeyboardInterrupt"): "it raises KeyboardInterrupt, which ends all",
    a_test("pytest.exit('done')"): "it raises Exit, which ends all tests",
    a_test("raise SystemExit(0)"): "SystemExit: 0",
    a_test("time.sleep(9)"): "it did not end within 0.5 s",
    a_test("while True: pass"): "it did not end within 0.5 s",
    a_test(IN_VAIN): "it did not end within 0.5 s",
    a_test("await asyncio.sleep(9)", "async def"): "it did not end within 0.5 s",
}


@pytest.mark.parametrize("tests", ENDS)
def test_what_ends_or_stops_all_tests_fails_alone(tried: Tried, tests: str) -> None:
    trial = tried(tests)
    bad = next(result for result in trial.right if result.test == "test_bad")
    assert (bad.outcome, ENDS[tests] in bad.message) == ("failed", True), bad.message
    assert [test.name for test in trial.good] == ["test_good"]
    assert trial.caught["adds nothing"].test == "test_good"


FIXTURE = "@pytest.fixture\ndef slow():\n    {}\n\ndef test_bad(slow, create_model):\n"


@pytest.mark.parametrize("part", ["time.sleep(9)", "yield\n    time.sleep(9)"])
def test_a_fixture_that_does_not_end_fails_its_test(tried: Tried, part: str) -> None:
    trial = tried(FIXTURE.format(part) + "    create_model(1)\n")
    bad = next(result for result in trial.right if result.test == "test_bad")
    assert (bad.outcome, "within 0.5 s" in bad.message) == ("failed", True)
    assert trial.caught["adds nothing"].test == "test_good"


HANGS_AFTER_A_FAILURE = """
del test_good
failed = []

@pytest.fixture(scope="module")
def slow():
    yield
    while failed: pass

def test_bad(slow, create_model):
    if create_model(2) != 4:
        failed.append(True)
        assert False

def test_other(slow, create_model):
    create_model(2)
"""


def test_what_does_not_end_after_a_failure_is_ended_too(tried: Tried) -> None:
    trial = tried(HANGS_AFTER_A_FAILURE)
    assert trial.caught["adds nothing"].test == "test_bad"


def test_a_fixture_that_is_misspelt_is_named(tried: Tried) -> None:
    trial = tried("def test_bad(create_modell): pass")
    bad = next(result for result in trial.right if result.test == "test_bad")
    wanted = "no fixture is called `create_modell`; what is tried is `create_model`"
    assert bad.message == wanted


def test_a_round_without_tests_ends_nothing(tried: Tried) -> None:
    trial = tried(a_test("pass").replace("test_bad", "test_weak"), harmless=12)
    assert list(trial.caught) == ["adds nothing"]
    assert [result.outcome for result in trial.again] == ["passed"]


def test_folder_and_environment_are_put_back_for_the_next(tried: Tried) -> None:
    looks = "assert os.getcwd() != '/' and 'NEW' not in os.environ"
    changes = "os.chdir('/'); os.environ.update(NEW='1')"
    first = a_test(looks).replace("test_bad", "test_first")
    trial = tried(f"{first}\n{a_test(changes)}", "one", "two")
    assert {result.outcome for result in trial.right} == {"passed"}
    assert "NEW" not in os.environ


TURNS_ILL = """
def test_first(create_model):
    create_model(1)
    with open("runs", "a") as file:
        file.write("x")
    assert os.path.getsize("runs") == 1
"""


def test_what_an_ill_test_caught_is_met_again_by_the_good_ones(tried: Tried) -> None:
    trial = tried(f"{TURNS_ILL}\n{GOOD}")
    assert [test.name for test in trial.good] == ["test_good"]
    assert trial.caught["adds nothing"].test == "test_good"


def test_who_misses_a_file_in_the_forks_folder_alone_is_not_ill(tried: Tried) -> None:
    there = "assert 'learners_tests.py' in os.listdir()"
    trial = tried(a_test(there), "one", "two")
    assert {result.outcome for result in trial.right} == {"passed"}
    assert "test_bad" in [test.name for test in trial.good]


def test_a_folder_that_the_file_goes_to_is_left_again(tried: Tried) -> None:
    here = Path.cwd()
    trial = tried(f"os.chdir('/')\n\n{GOOD}")
    assert trial.caught["adds nothing"].test == "test_good"
    assert Path.cwd() == here


def test_what_one_process_alone_knows_to_be_ill_caught_nothing(tried: Tried) -> None:
    here = "assert 'learners_tests.py' not in os.listdir()"  # a fork's folder is empty
    ill = a_test("assert create_model(2) == 4").replace("create_model(1)", here)
    trial = tried(f"{ill}\n{GOOD}", "one", "two")
    assert [test.name for test in trial.good] == ["test_good"]
    assert trial.caught["adds nothing"].test == "test_good"


def test_one_right_one_is_enough_to_catch_every_fault(tmp_path: Path) -> None:
    file = tmp_path / "learners_tests.py"
    file.write_text(GOOD, "utf-8")
    faults = {str(n): lambda: lambda number: number for n in range(5)}
    trial = try_tests(file, {"one": lambda: lambda number: 2 * number}, faults)
    assert [*trial.caught] == [*faults]


def test_a_broken_one_is_met_only_where_it_acts(tried: Tried) -> None:
    asks = a_test("create_model(3) == 6").replace("test_bad", "test_other")
    acting = lambda number: ["adds nothing"] if number == 3 else []  # noqa: E731
    assert not tried(asks, acting=acting).caught
    fails = asks.replace("create_model(3)", "assert create_model(3)")
    trial = tried(fails, acting=acting)
    assert [one.test for one in trial.caught.values()] == ["test_other"]


LEANS_ON_ANOTHER = """
seen = []

def test_first(create_model):
    create_model(1)
    seen.append(1)

def test_second(create_model):
    create_model(1)
    assert seen
"""


@pytest.mark.parametrize("right", [("one",), ("one", "two")])
def test_who_leans_on_another_fails_backwards_alone(
    tried: Tried, right: tuple[str, ...]
) -> None:
    trial = tried(LEANS_ON_ANOTHER, *right)
    assert {result.outcome for result in trial.right} == {"passed"}
    assert [r.test for r in trial.backwards if r.is_ill] == ["test_second"]


def test_who_fails_in_any_order_is_not_said_to_lean_on_another(tried: Tried) -> None:
    trial = tried(a_test("assert False"), "one", "two")
    told = [(r.test, r.subject) for r in trial.right if r.is_ill]
    assert told == [("test_bad", "one"), ("test_bad", "two")]
    assert not [r for r in trial.backwards if r.is_ill]


def test_each_test_is_told_of_once_for_each_right_one(tried: Tried) -> None:
    trial = tried("def test_other(): pass")
    assert [(r.test, r.subject) for r in trial.right] == [
        ("test_good", "one"),
        ("test_other", ""),
    ]


def test_a_session_made_ready_for_one_folder_serves_no_other(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        trial_session.make_ready(tmp_path / name)
    file = tmp_path / "one" / "learners_tests.py"
    file.write_text(GOOD, "utf-8")
    double = {"double": lambda: lambda number: 2 * number}
    assert [r.test for r in try_tests(file, double, {}).right] == ["test_good"]
