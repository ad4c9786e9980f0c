"""A lesson that JupyterLab opens has not changed, and is saved as it is committed."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from ipykernel.ipkernel import IPythonKernel

from course.lab_contents import COMMITTED, LessonContents


def notebook(language: dict[str, Any]) -> dict[str, Any]:
    metadata = {"language_info": dict(language)}
    return {"cells": [], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def contents(tmp_path: Path) -> LessonContents:
    """What JupyterLab would have of a folder with a lesson and another's notebook."""
    lessons = {"lesson": COMMITTED, "julia": {"name": "julia", "version": "1.11"}}
    for name, language in lessons.items():
        (tmp_path / f"{name}.ipynb").write_text(json.dumps(notebook(language)))
    (tmp_path / "notes.txt").write_text("tea")
    return LessonContents(root_dir=str(tmp_path))


def opened(contents: LessonContents, name: str) -> dict[str, Any]:
    return asyncio.run(contents.get(name))


def on_disk(contents: LessonContents, name: str) -> dict[str, Any]:
    found = json.loads((Path(contents.root_dir) / name).read_text())["metadata"]
    return dict(found["language_info"])


def test_an_open_lesson_says_what_the_kernel_will_say(contents: LessonContents) -> None:
    language = opened(contents, "lesson.ipynb")["content"]["metadata"]["language_info"]
    assert language == IPythonKernel.language_info
    assert language["version"]


def test_a_lesson_is_saved_as_it_is_committed(contents: LessonContents) -> None:
    model = opened(contents, "lesson.ipynb")
    asyncio.run(contents.save(model, "lesson.ipynb"))
    assert on_disk(contents, "lesson.ipynb") == COMMITTED
    again = opened(contents, "lesson.ipynb")["content"]["metadata"]["language_info"]
    assert again == IPythonKernel.language_info


def test_notebooks_of_other_languages_stay_as_they_are(
    contents: LessonContents,
) -> None:
    before = on_disk(contents, "julia.ipynb")
    asyncio.run(contents.save(opened(contents, "julia.ipynb"), "julia.ipynb"))
    assert on_disk(contents, "julia.ipynb") == before


def test_other_files_and_folders_are_given_as_always(contents: LessonContents) -> None:
    assert opened(contents, "notes.txt")["content"] == "tea"
    assert {one["name"] for one in opened(contents, "")["content"]} == {
        "julia.ipynb",
        "lesson.ipynb",
        "notes.txt",
    }
