"""Notebooks as JupyterLab gets and saves them: one that is opened has not changed.

JupyterLab writes the kernel's `language_info` into a notebook as soon as the kernel
is there, with the exact version of Python. Lessons are committed without it, since it
is another on each machine: so each lesson looked unsaved when it was opened. Here a
notebook is handed out with what this Python's kernel will say, and saved without it.
"""

from functools import cache
from typing import Any

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

COMMITTED = {"name": "python"}


class LessonContents(AsyncLargeFileManager):
    """Files, where a notebook's `language_info` is that of this Python while open."""

    async def get(self, path: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What stands at `path`."""
        model: dict[str, Any] = await super().get(  # type: ignore[no-untyped-call]
            path, *args, **kwargs
        )
        if (language := _language_info(model)) == COMMITTED:
            language.update(_of_this_python())
        return model

    async def save(self, model: dict[str, Any], path: str = "") -> dict[str, Any]:
        """Save `model` at `path`."""
        if (language := _language_info(model)) == _of_this_python():
            language.clear()
            language.update(COMMITTED)
        saved: dict[str, Any] = await super().save(  # type: ignore[no-untyped-call]
            model, path
        )
        return saved


@cache
def _of_this_python() -> dict[str, Any]:
    from ipykernel.ipkernel import IPythonKernel  # takes a moment

    return dict(IPythonKernel.language_info)


def _language_info(model: dict[str, Any]) -> dict[str, Any]:
    """The `language_info` of a notebook; of anything else an empty one."""
    content = model.get("content") if model.get("type") == "notebook" else None
    found = content["metadata"].get("language_info") if content else None
    return found if isinstance(found, dict) else {}
