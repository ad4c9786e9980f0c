"""Tests that stand in a notebook's cells: here a piece of source stands for a cell."""

import linecache
import warnings

import anyio
import httpx2
import pytest
import respx

from course import cell_tests, network
from course.cell_tests import Tried, mutant, try_tests
from course.content import CourseError
from course.trial import Result

LIMIT = 3


def within(number: int) -> bool:
    return number <= LIMIT


def cell(source: str) -> dict[str, object]:
    """The names that a cell with `source` defines."""
    lines = source.splitlines(keepends=True)
    linecache.cache["<cell>"] = (len(source), None, lines, "<cell>")
    around: dict[str, object] = {"pytest": pytest, "LIMIT": LIMIT, "httpx2": httpx2}
    exec(compile(source, "<cell>", "exec"), around)
    return around


def tried(source: str, **subjects: dict[str, object]) -> Tried:
    tests = [thing for name, thing in cell(source).items() if name.startswith("test_")]
    return try_tests(*tests, **subjects)  # type: ignore[arg-type]


def test_a_table_says_how_each_test_ended_and_why() -> None:
    ended = tried(
        "def test_right(): assert LIMIT == 3\n\n"
        "def test_wrong(): assert 'a|b' == LIMIT, 'no `LIMIT`'\n\n"
        "def test_left_out(): pytest.skip('no key')\n"
    )
    assert ended._repr_markdown_() == (
        "| test | outcome | what it says |\n|---|---|---|\n"
        "| `test_right` | passed |  |\n"
        "| `test_wrong` | **failed** | `AssertionError: no 'LIMIT'` |\n"
        "| `test_left_out` | **skipped** | `Skipped: no key` |"
    )
    assert (
        str(ended) == "test_right: passed, test_wrong: failed, test_left_out: skipped"
    )


def test_asserts_are_explained_as_pytest_does() -> None:
    ended = tried("def test_sum():\n    assert LIMIT + 1 == 5\n")
    assert ended.results[0].message == "AssertionError: assert (3 + 1) == 5"


def test_each_thing_under_test_has_a_column() -> None:
    ended = tried(
        "def test_small(check): assert check(1)\n\n"
        "def test_limit(check): assert check(3)\n",
        check={"ours": within, "<": mutant(within, "<=", "<")},
    )
    assert ended._repr_markdown_() == (
        "| test | `ours` | `<` |\n|---|---|---|\n"
        "| `test_small` | passed | passed |\n| `test_limit` | passed | **failed** |"
    )
    assert str(ended) == "ours: no test fails; <: noticed by test_limit"


def test_async_tests_run_while_another_loop_does() -> None:
    async def a_cell() -> Tried:
        return tried("async def test_waits(anyio_backend):\n    assert anyio_backend")

    assert str(anyio.run(a_cell)) == "test_waits: passed"


def test_a_route_that_was_never_called_fails_its_test() -> None:
    ended = tried(
        "async def test_lazy(httpx2_mock):\n"
        "    httpx2_mock.get('https://a.example').respond(200)\n"
    )
    assert ended.results[-1].message.startswith("AssertionError: RESPX: some routes")
    assert ended.failing() == ["test_lazy"]


def test_what_a_cell_before_tried_is_not_held_against_a_test(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(network, "refused", ["elsewhere.example"])
    assert str(tried("def test_nothing(): pass\n")) == "test_nothing: passed"
    assert network.refused == ["elsewhere.example"]
    assert cell_tests.names == {}


def test_without_a_test_that_runs_it_says_so() -> None:
    with pytest.raises(CourseError, match="begin with `test_`"):
        try_tests(cell("def check_it(): pass\n")["check_it"])  # type: ignore[arg-type]
    with pytest.raises(CourseError, match="Wanted: tests"):
        try_tests()


def test_a_mutant_has_one_fault_and_leaves_the_original_alone() -> None:
    assert (within(3), mutant(within, "<=", "<")(3)) == (True, False)
    with pytest.raises(CourseError, match="`number` stands 2 times in `within`"):
        mutant(within, "number", "n")


def test_a_failure_goes_before_a_pass() -> None:
    passed, failed = Result("t", "", "passed"), Result("t", "", "failed", "why")
    assert Tried((passed, failed)).outcomes() == {"t": failed}
    assert Tried((failed, passed)).outcomes() == {"t": failed}


def test_what_stands_in_is_respx() -> None:
    ended = tried(
        "async def test_mocked(httpx2_mock):\n"
        "    route = httpx2_mock.get('https://a.example').respond(204)\n"
        "    async with httpx2.AsyncClient() as client:\n"
        "        reply = await client.get('https://a.example')\n"
        "    assert reply.status_code == 204 and route.called\n"
    )
    assert str(ended) == "test_mocked: passed"
    assert not respx.mocks.Mocker.registry["httpcore2"].routers


@pytest.mark.parametrize(
    "source",
    [
        "import warnings\ndef test_warns(): warnings.warn('hm')\n",
        "def test_warns(): assert (False, 'a pair')\n",
    ],
    ids=["in a test", "of an assert"],
)
def test_a_warning_stands_in_no_output(
    source: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with warnings.catch_warnings(action="ignore"):
        test = cell(source)["test_warns"]
    with warnings.catch_warnings(record=True, action="always") as seen:
        ended = try_tests(test)  # type: ignore[arg-type]
    assert str(ended) == "test_warns: passed"
    assert seen == []
    assert capsys.readouterr().err == ""
