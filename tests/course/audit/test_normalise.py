"""What differs between machines and moments is replaced, once and for all."""

from pathlib import Path

import pytest
from nbval.plugin import get_sanitize_patterns

from course.audit.normalise import (
    FOLDED,
    blank_measured,
    keep_measured,
    normalise,
    read_patterns,
    sanitise,
)

CONFIG = Path(__file__).parents[3] / "lessons" / "nbval.cfg"
PATTERNS = read_patterns(CONFIG)
RED = "\x1b[32m"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://127.0.0.1:40317/api/v1", "http://127.0.0.1:PORT/api/v1"),
        ("<object at 0x7f3a9c0b1d50>", "<object at 0xADDRESS>"),
        (
            "/home/me/course/.venv/lib/python3.11/site-packages/httpx2/_client.py",
            "site-packages/httpx2/_client.py",
        ),
        ("~/x/lib/python3.13/asyncio/runners.py", "python/asyncio/runners.py"),
        (
            f"File {RED}/home/me/my course/src/course/notebook.py:44",
            f"File {RED}./src/course/notebook.py:44",
        ),
        ("File ~/course/exercises/01_x/x.py:3", "File ./exercises/01_x/x.py:3"),
        ("C:\\Users\\me\\course\\lessons\\x", "./lessons\\x"),
        ("/home/me/src/a course/src/course/notebook.py", "./src/course/notebook.py"),
        ("File ~/lessons/tests/src/course/cli.py:1", "File ./src/course/cli.py:1"),
        ("/src/src/lessons/lessons/00.ipynb", "./lessons/00.ipynb"),
        ("/a/src/x.py and /b/tests/y.py", "./src/x.py and ./tests/y.py"),
        ("/tmp/ipykernel_81/2718281828.py:1: UserWarning", "cell.py:1: UserWarning"),
        ("POST /api/v1/chat/completions", "POST /api/v1/chat/completions"),
        ("a/b and exercises/01_x/x.py", "a/b and exercises/01_x/x.py"),
    ],
)
def test_what_is_replaced(text, expected):
    assert sanitise(text, PATTERNS) == expected
    assert sanitise(expected, PATTERNS) == expected


def test_nbval_reads_the_same_table():
    assert list(get_sanitize_patterns(CONFIG.read_text("utf-8"))) == list(PATTERNS)


def test_a_notebook_keeps_nothing_of_the_moment():
    cell = {
        "cell_type": "code",
        "id": "a",
        "source": "1",
        "metadata": {"tags": ["your-turn"], "execution": {"t": 1}, "scrolled": True},
        "execution_count": 17,
        "outputs": [
            {
                "output_type": "execute_result",
                "data": {"text/plain": "<x at 0x7f3a9c0b1d50>"},
                "metadata": {},
                "execution_count": 17,
            }
        ],
    }
    notebook = {"cells": [cell], "metadata": {"widgets": {}, "kernelspec": {}}}
    once = normalise(notebook, PATTERNS)
    assert once["cells"][0]["metadata"] == {"tags": ["your-turn"]}
    assert once["cells"][0]["execution_count"] == 1
    assert once["cells"][0]["outputs"][0]["execution_count"] == 1
    assert once["cells"][0]["outputs"][0]["data"] == {"text/plain": "<x at 0xADDRESS>"}
    assert "widgets" not in once["metadata"]
    assert normalise(once, PATTERNS) == once


def test_only_an_output_that_is_there_is_folded():
    shown = {"output_type": "stream", "name": "stdout", "text": "a"}
    source = 'predict("guess", "")'
    cells = [
        {"cell_type": "code", "id": "a", "source": source, "outputs": [shown]},
        {"cell_type": "code", "id": "b", "source": source, "outputs": []},
        {"cell_type": "code", "id": "c", "source": "1", "outputs": [shown]},
    ]
    for cell in cells:
        cell["metadata"] = dict(FOLDED)
    done = normalise({"cells": cells}, PATTERNS)["cells"]
    assert [cell["metadata"] for cell in done] == [FOLDED, {}, {}]


def plotted(picture="new", words="Twice as long.", **changes):
    """A cell that has shown a plot of measured time."""
    data = {"image/png": picture, "text/plain": "Two bars."}
    outputs = [
        {"output_type": "display_data", "data": data, "metadata": {}},
        {"output_type": "stream", "name": "stdout", "text": words},
    ]
    cell = {"cell_type": "code", "id": "a", "source": "1", "outputs": outputs}
    return cell | {"metadata": {"tags": ["measured"]}, "execution_count": 1} | changes


def kept(run, committed):
    done = keep_measured({"cells": [run]}, {"cells": [committed]})
    return done["cells"][0]["outputs"][0]["data"]["image/png"]


def test_a_picture_of_measured_time_stays_while_its_words_do():
    assert kept(plotted(), plotted("old")) == "old"
    assert kept(plotted(execution_count=2), plotted("old")) == "old"


@pytest.mark.parametrize(
    "committed",
    [
        plotted("old", words="Three times as long."),
        plotted("old", source="2"),
        plotted("old", outputs=[]),
        plotted("old", id="b"),
        {"cell_type": "markdown", "id": "a", "source": "1", "metadata": {}},
    ],
)
def test_a_picture_of_measured_time_is_drawn_anew(committed):
    assert kept(plotted(), committed) == "new"


def test_other_pictures_are_drawn_anew_each_time():
    plain = {"metadata": {}}
    assert kept(plotted(**plain), plotted("old", **plain)) == "new"


def test_only_pictures_of_measured_time_are_left_out():
    assert blank_measured(plotted("old")) == blank_measured(plotted())
    assert blank_measured(plotted()) != blank_measured(plotted(words="Thrice."))
    plain = plotted(metadata={})
    assert blank_measured(plain) == plain
