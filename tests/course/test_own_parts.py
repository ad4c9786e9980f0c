"""The parts of the capstone: the learner's own, else ours, and never a traceback."""

import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from course import own_parts
from course.content import Course, CourseError
from course.own_parts import Part, table, take_parts
from course.progress import Progress
from course.starter import solution_of, starter_of
from course.workshop import Workshop

NAMES = ("fresh", "half", "done")


@pytest.fixture(autouse=True)
def _modules_of_before() -> Iterator[None]:
    """No test leaves a part behind for the next one."""
    before = dict(sys.modules)
    yield
    for name in NAMES:
        sys.modules.pop(name, None)
        if name in before:
            sys.modules[name] = before[name]


@pytest.fixture
def take(
    small: Course, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., list[Part]]:
    """`take_parts` in the small course, with the workshop of the whole test run."""
    for record in small.root.glob("exercises/*/exercise.toml"):
        patient = record.read_text("utf-8").replace("time_limit = 1", "time_limit = 30")
        record.write_text(patient, "utf-8")
    monkeypatch.setattr(own_parts, "Workshop", lambda: nullcontext(workshop))
    monkeypatch.setattr(own_parts, "closing", lambda shop: shop)

    def take(*names: str) -> list[Part]:
        return take_parts(small, Progress(small), names)

    return take


def write(small: Course, name: str, text: str) -> None:
    small.exercise(name).file.write_text(text, "utf-8")


def test_what_passes_is_the_learners_and_all_else_is_ours(
    small: Course, take: Callable[..., list[Part]]
) -> None:
    answer = small.exercise("done").file.read_text("utf-8")
    write(small, "done", answer + "\nMARK = 'mine'\n")
    fresh, half, done = take(*NAMES)
    assert [part.own for part in (fresh, half, done)] == [False, False, True]
    assert [part.why for part in (fresh, half, done)] == [
        "yours is not started",
        "yours fails task 1, Double a number",
        "it passes",
    ]
    assert done.module.MARK == "mine"
    assert fresh.module.double(4) == half.module.double(4) == done.module.double(4) == 8
    progress = Progress(small)
    assert [progress.exercise(name).get("state") for name in NAMES] == [
        None,
        "failing",
        "passed",
    ]


def test_what_counts_is_the_file_of_now_and_not_what_is_remembered(
    small: Course, take: Callable[..., list[Part]], remember: Callable[..., Path]
) -> None:
    remember(half={"state": "passed"}, done={"state": "failing"})
    assert [part.own for part in take("half", "done")] == [False, True]
    write(small, "done", "def double(number):\n\treturn number *\n")
    [part] = take("done")
    assert not part.own
    assert part.why.startswith("yours is broken: done.py, line 2: Python cannot read")
    assert part.module.double(2) == 4


def test_a_part_is_loaded_anew_each_time(
    small: Course, take: Callable[..., list[Part]]
) -> None:
    answer = small.exercise("done").file.read_text("utf-8")
    seen = []
    for word in ("one", "two"):  # of one length, within one second
        write(small, "done", f"{answer}\nWORD = {word!r}\n")
        seen.append(take("done")[0].module.WORD)
    assert seen == ["one", "two"]
    assert not list(small.root.rglob("__pycache__"))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("raise KeyError('a | b')", "KeyError: 'a | b'"),
        ("raise SystemExit(3)", "SystemExit: 3"),
    ],
)
def test_what_passes_and_cannot_be_imported_here_is_told_in_words(
    small: Course, take: Callable[..., list[Part]], line: str, told: str
) -> None:
    answer = small.exercise("done").file.read_text("utf-8")
    only_here = f"import sys\nif 'course.own_parts' in sys.modules:\n    {line}\n"
    write(small, "done", only_here + answer)
    [part] = take("done")
    assert (part.own, part.module.double(2)) == (False, 4)
    assert part.why == f"yours passes, and cannot be imported here: {told}"
    assert sys.modules["done"] is part.module
    assert told.replace("|", "\\|") in table([part])


def test_a_part_is_known_by_number_and_an_unknown_one_is_told(
    take: Callable[..., list[Part]],
) -> None:
    assert take("1")[0].name == "fresh"
    with pytest.raises(CourseError, match="There is no exercise `xylophone`"):
        take("xylophone")


def test_a_part_whose_exercise_was_left_out_is_ours(
    small: Course, take: Callable[..., list[Part]]
) -> None:
    (small.exercise("half").folder / "exercise.toml").unlink()
    course = Course(small.root)
    [part] = take_parts(course, Progress(course), ["half"])
    assert (part.own, part.why) == (False, "its exercise is not in this course")
    assert part.module.double(2) == 4
    with pytest.raises(CourseError, match="There is no exercise `hal"):
        take_parts(course, Progress(course), ["hal*"])


def test_the_table(small: Course, take: Callable[..., list[Part]]) -> None:
    write(small, "half", solution_of(small.exercise("half").solution.read_text()))
    assert table(take("fresh", "half")) == (
        "| part | whose | why |\n|---|---|---|\n"
        "| fresh | ours | yours is not started |\n| half | yours | it passes |"
    )
    write(small, "half", starter_of(small.exercise("half").solution.read_text()))
    assert table(take("half")).endswith("| half | ours | yours is not started |")
