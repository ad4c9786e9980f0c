"""Plots in lessons, to be read in a light and a dark theme, and without colour.

    from course import bars, plot

    with plot(
        "Requests on the wire",
        alt="Bar chart of requests for each status: one for 400, three for 429.",
        words="A 400 was sent once, a 429 three times.",
    ) as axes:
        bars(axes, {"400": 1, "429": 3})

The block draws on matplotlib `axes`; at its end the picture is shown, and `words`
below it. `alt` says what kind of picture it is and what it shows, `words` what it
tells, for whoever does not see it: both are the same on every machine.

    bars(axes, {"name": number})           a bar each, its number at its end
    dots(axes, {"group": (xs, ys)})        points, a marker for each group, a legend
    name_lines(axes)                       after `axes.plot(xs, ys, label="…")`: the
                                           name stands at the end of its line

Lines differ in colour, dash and marker by themselves. The background is the picture's
own, and no pyplot is needed: nothing is left open.

A picture must come out the same from the same data: `course audit` compares two runs.
One of MEASURED time cannot: give its cell the tag `measured`. Then `course audit
--refresh` keeps the picture that is there, until the cell or what it says in words
changes; clear its output to have it drawn anew. Its words are compared as everywhere,
so they tell what holds on any machine: "more than twice as long", worked out from what
was measured, and never seconds.

PNG, not SVG: JupyterLab shows no SVG of a notebook that it does not trust yet.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import cycle
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # imported when a plot is made: it takes a second
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ALT_WORDS = 5  # at least
TITLE_LENGTH = 64  # characters that fit
PAPER, INK, GRID = "#ffffff", "#1a1a1a", "#d9d9d9"
# By Okabe and Ito, without those that are too pale on paper.
COLOURS = ("#0072b2", "#d55e00", "#00795a", "#8f3d83", "#1a1a1a", "#6b6b6b")
MARKERS = ("o", "s", "^", "D", "X", "v")
DASHES = ("-", "--", "-.", ":", "-", "--")
_WIDTH = 7.2  # inches
_DPI, _SHOWN_DPI = 160, 96

Series = tuple[Sequence[float], Sequence[float]]


@contextmanager
def plot(title: str, *, alt: str, words: str, height: float = 3.4) -> Iterator[Axes]:
    """Axes to draw on; at the end the picture is shown, with `words` below it.

    `height` is in inches, the width is 7.2. Raises `ValueError` if `alt` has fewer
    than 5 words, or `words` has none, or `title` has more than 64 characters.
    """
    if len(alt.split()) < ALT_WORDS or not words.strip():
        raise ValueError(
            f"A plot needs `alt`, {ALT_WORDS} words or more on what the picture shows, "
            f"and `words`, what it tells. What came: alt={alt!r}, words={words!r}."
        )
    if len(title) > TITLE_LENGTH:
        raise ValueError(
            f"The title of a plot has room for {TITLE_LENGTH} characters; "
            f"{len(title)} came: {title!r}."
        )
    import matplotlib.style
    from matplotlib.figure import Figure

    with matplotlib.style.context(["default", _look()]):
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        axes = figure.add_subplot()
        figure.suptitle(title, x=0.01, horizontalalignment="left")
        yield axes
        _show(figure, alt, words)


def bars(axes: Axes, amounts: Mapping[str, float], *, form: str = "{:g}") -> None:
    """Draw a bar for each of `amounts`, the first on top, its number at its end.

    `form` says how a number is written, as in `"{:.1f} times"`.
    """
    from matplotlib.ticker import MaxNLocator

    whole = all(float(n).is_integer() for n in amounts.values())
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=whole))
    drawn = axes.barh(
        list(amounts),
        list(amounts.values()),
        color=COLOURS[0],
    )
    axes.bar_label(drawn, [form.format(n) for n in amounts.values()], padding=4)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)


def dots(axes: Axes, groups: Mapping[str, Series], *, size: float = 36) -> None:
    """Draw each group's points with a colour and a marker of its own, and a legend."""
    looks = cycle(zip(COLOURS, MARKERS, strict=True))
    for (name, (xs, ys)), (colour, marker) in zip(groups.items(), looks, strict=False):
        axes.scatter(
            xs,
            ys,
            s=size,
            marker=marker,
            facecolor=colour,
            edgecolor=PAPER,
            linewidth=0.6,
            label=name,
            zorder=3,
        )
    axes.figure.legend(loc="outside right upper")


def name_lines(axes: Axes) -> None:
    """Write each line's label at its right end, apart from each other."""
    lines = [line for line in axes.get_lines() if len(line.get_xdata())]  # type: ignore[arg-type]
    ends = sorted(lines, key=lambda line: _end(line)[1])
    low, high = axes.get_ylim()
    step, lowest = (high - low) / 14, low
    for line in ends:
        x, y = _end(line)
        lowest = max(y, lowest)
        axes.annotate(
            str(line.get_label()),
            (x, lowest),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            annotation_clip=False,
        )
        lowest += step


def _end(line: Any) -> tuple[float, float]:
    return float(line.get_xdata()[-1]), float(line.get_ydata()[-1])


def _look() -> dict[str, Any]:
    """What differs from matplotlib's own defaults, on every machine alike."""
    from cycler import cycler

    lines = cycler(color=COLOURS) + cycler(marker=MARKERS) + cycler(linestyle=DASHES)
    inked = "text.color axes.labelcolor axes.edgecolor xtick.color ytick.color"
    return dict.fromkeys(inked.split(), INK) | {
        "figure.facecolor": PAPER,
        "axes.facecolor": PAPER,
        "savefig.facecolor": PAPER,
        "axes.prop_cycle": lines,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "figure.titleweight": "bold",
        "figure.titlesize": 12,
        "font.size": 11,
        "grid.color": GRID,
        "lines.linewidth": 2,
        "lines.markersize": 6,
        "legend.frameon": False,
    }


def _show(figure: Figure, alt: str, words: str) -> None:
    from IPython.display import Markdown, display

    data = {"image/png": _png(figure), "text/plain": alt}
    width, height = (round(inches * _SHOWN_DPI) for inches in figure.get_size_inches())
    about = {"image/png": {"alt": alt, "width": width, "height": height}}
    display(data, metadata=about, raw=True)  # type: ignore[no-untyped-call]
    display(Markdown(f"**In words:** {words}"))  # type: ignore[no-untyped-call]


def _png(figure: Figure) -> bytes:
    """The picture, and nothing of the moment: the same data give the same bytes."""
    from PIL import Image

    drawn, packed = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", dpi=_DPI, metadata={"Software": None})
    with Image.open(drawn) as picture:
        few = picture.convert("RGB").quantize(64, dither=Image.Dither.NONE)
    few.save(packed, format="png", optimize=True)
    return packed.getvalue()
