"""How you are taught: the command `course`, its checks, and help in notebooks."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course.notebook import (
        check,
        hint,
        predict,
        quiz,
        reveal,
        show,
        start_lesson,
    )

__all__ = ["check", "hint", "predict", "quiz", "reveal", "show", "start_lesson"]


def __getattr__(name: str) -> Any:
    """Import what notebooks use when one asks: the command does not need IPython."""
    if name not in __all__:
        raise AttributeError(f"module `course` has no `{name}`. It has: {__all__}")
    from course import notebook

    return getattr(notebook, name)
