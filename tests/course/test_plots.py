"""Pictures in lessons: readable by all, told in words, and the same each time."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import combinations
from typing import Any

import IPython.display
import matplotlib
import pytest
from matplotlib.axes import Axes
from PIL import Image

from course import bars, dots, name_lines, plot, plots

ALT = "Bar chart of two numbers, one and three."
WORDS = "The second is three times the first."


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What is displayed: bundles with what is said about them, and Markdown."""
    things: list[Any] = []

    def display(thing: Any, metadata: Any = None, raw: bool = False) -> None:
        things.append((thing, metadata) if raw else thing.data)

    monkeypatch.setattr(IPython.display, "display", display)
    return things


def draw_bars(axes: Axes) -> None:
    bars(axes, {"one": 1, "three": 3})


def draw_dots(axes: Axes) -> None:
    dots(axes, {"here": ([1, 2], [3, 4]), "there": ([2, 3], [1, 1])})


def draw_lines(axes: Axes) -> None:
    for name in ("a", "b"):
        axes.plot([1, 2], [3, 4], label=name)
    name_lines(axes)


def test_the_picture_comes_first_with_its_alt_text_then_the_words(
    shown: list[Any],
) -> None:
    with plot("Two numbers", alt=ALT, words=WORDS) as axes:
        draw_bars(axes)
    (bundle, about), words = shown
    assert words == f"**In words:** {WORDS}"
    assert about["image/png"]["alt"] == bundle["text/plain"] == ALT
    picture = Image.open(BytesIO(bundle["image/png"]))
    ratio = about["image/png"]["width"] / about["image/png"]["height"]
    assert picture.width / picture.height == pytest.approx(ratio, rel=0.01)
    assert picture.width > about["image/png"]["width"]  # sharp on a dense screen


@pytest.mark.parametrize("draw", [draw_bars, draw_dots, draw_lines])
def test_the_same_data_give_the_same_bytes_whatever_was_set_before(
    shown: list[Any], draw: Callable[[Axes], None]
) -> None:
    for width in (1, 9):
        with matplotlib.rc_context({"lines.linewidth": width, "font.size": width}):
            with plot("Numbers", alt=ALT, words=WORDS) as axes:
                draw(axes)
            assert matplotlib.rcParams["font.size"] == width
    (first, _), _, (second, _), _ = shown
    assert first["image/png"] == second["image/png"]
    for moment in (b"tEXt", b"tIME"):
        assert moment not in first["image/png"]


@pytest.mark.parametrize("draw", [draw_bars, draw_dots, draw_lines])
def test_the_background_is_its_own_and_something_is_drawn(
    shown: list[Any], draw: Callable[[Axes], None]
) -> None:
    with plot("Numbers", alt=ALT, words=WORDS) as axes:
        draw(axes)
    picture = Image.open(BytesIO(shown[0][0]["image/png"]))
    assert "transparency" not in picture.info
    corner = picture.convert("RGB").getpixel((2, 2))
    assert corner == (255, 255, 255)
    assert len(picture.convert("RGB").getcolors(maxcolors=256) or []) > 3


@pytest.mark.parametrize(
    ("alt", "words"), [("A bar chart.", WORDS), ("", WORDS), (ALT, " \n")]
)
def test_no_picture_without_words(shown: list[Any], alt: str, words: str) -> None:
    with (
        pytest.raises(ValueError, match="5 words or more"),
        plot("Numbers", alt=alt, words=words),
    ):
        pytest.fail("it was drawn all the same")
    assert not shown


def test_a_title_has_room_or_is_refused(shown: list[Any]) -> None:
    title = "Most of the requests waited while others were being answered 24"
    with plot(f"{title}.", alt=ALT, words=WORDS) as axes:
        figure = axes.figure
        figure.draw_without_rendering()  # type: ignore[union-attr]
        box = figure._suptitle.get_window_extent()  # type: ignore[union-attr]
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.width
    with (
        pytest.raises(ValueError, match=r"room for 64 characters; 65 came"),
        plot(f"{title}..", alt=ALT, words=WORDS),
    ):
        pytest.fail("it was drawn all the same")


def test_a_block_that_fails_shows_nothing(shown: list[Any]) -> None:
    with pytest.raises(ZeroDivisionError), plot("Numbers", alt=ALT, words=WORDS):
        _ = 1 / 0
    assert not shown


def test_a_bar_is_named_and_has_its_number(shown: list[Any]) -> None:
    with plot("Numbers", alt=ALT, words=WORDS) as axes:
        bars(axes, {"one": 1, "three": 3}, form="{:.1f} times")
    assert [label.get_text() for label in axes.get_yticklabels()] == ["one", "three"]
    assert [text.get_text() for text in axes.texts] == ["1.0 times", "3.0 times"]
    top, bottom = axes.get_ylim()
    assert top > bottom  # the first stands on top


@pytest.mark.parametrize(("amounts", "whole"), [((1, 3), True), ((0.5, 3), False)])
def test_what_is_counted_has_no_halves(
    shown: list[Any], amounts: tuple[float, float], whole: bool
) -> None:
    with plot("Numbers", alt=ALT, words=WORDS) as axes:
        bars(axes, dict(zip("ab", amounts, strict=True)))
        ticks = [float(tick) for tick in axes.get_xticks()]
    assert all(tick.is_integer() for tick in ticks) == whole


def test_names_of_lines_that_end_together_stand_apart(shown: list[Any]) -> None:
    with plot("Numbers", alt=ALT, words=WORDS) as axes:
        for name in ("a", "b", "c"):
            axes.plot([1, 2], [3, 4], label=name)
        axes.plot([], [], label="empty")
        name_lines(axes)
        figure = axes.figure
        figure.draw_without_rendering()  # type: ignore[union-attr]
        boxes = [text.get_window_extent() for text in axes.texts]
    assert sorted(text.get_text() for text in axes.texts) == ["a", "b", "c"]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def luminance(colour: str) -> float:
    """Of a colour such as `#0072b2`, as WCAG 2 reckons it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_enough() -> None:
    assert contrast(plots.INK, plots.PAPER) >= 7  # text
    for colour in plots.COLOURS:
        assert contrast(colour, plots.PAPER) >= 3  # lines and points, by WCAG 1.4.11


def test_groups_differ_without_colour(shown: list[Any]) -> None:
    with plot("Numbers", alt=ALT, words=WORDS) as axes:
        lines = [axes.plot([1, 2], [3, 4])[0] for _ in plots.COLOURS]
    assert len({str(line.get_marker()) for line in lines}) == len(lines)
    dashed = {(line.get_linestyle(), str(line.get_marker())) for line in lines}
    assert len(dashed) == len(lines)


def test_nothing_is_imported_before_it_is_needed() -> None:
    code = (
        "import sys; import course; from course import plots; "
        "print([m for m in ('matplotlib', 'IPython', 'PIL') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
