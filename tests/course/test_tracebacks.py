"""Errors in a notebook: short when they come, whole on request."""

import sys
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from course.tracebacks import hide_library_frames

FAILS = "import json\njson.loads('{')"


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> InteractiveShell:
    """A shell in which errors are shown as in lessons, without colours."""
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):
        monkeypatch.setattr(sys, name, None, raising=False)
    quiet = Config(HistoryManager={"enabled": False})
    shell = InteractiveShell(ipython_dir=str(tmp_path), colors="nocolor", config=quiet)
    hide_library_frames(shell)
    return shell


def test_an_error_shows_the_learners_cell_alone(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell(FAILS)
    shown = capsys.readouterr().out
    assert "----> 2 json.loads('{')" in shown
    assert "decoder.py" not in shown


def test_tb_shows_it_all(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell(FAILS)
    capsys.readouterr()
    shell.run_cell("%tb")
    assert "decoder.py" in capsys.readouterr().out


def test_the_history_keeps_the_last_line_and_formats_no_frames(
    shell: InteractiveShell,
) -> None:
    shell.run_cell(FAILS, store_history=True)
    (kept,) = shell.history_manager.exceptions.values()
    assert kept["ename"] == "JSONDecodeError"
    (line,) = kept["traceback"]
    assert line.startswith("json.decoder.JSONDecodeError: Expecting property name")
