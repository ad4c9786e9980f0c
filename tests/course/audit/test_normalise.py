"""What differs between machines and moments is replaced, once and for all."""

from pathlib import Path

import pytest
from nbval.plugin import get_sanitize_patterns

from course.audit.normalise import normalise, read_patterns, sanitise

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
