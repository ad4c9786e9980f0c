"""How you are taught: the command `course`, its checks, and help in notebooks."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course.notebook import (
        check,
        hint,
        parts,
        predict,
        quiz,
        reveal,
        show,
        start_lesson,
    )
    from course.plots import bars, dots, name_lines, plot

_PLOTS = ("bars", "dots", "name_lines", "plot")
__all__ = [
    "bars",
    "check",
    "dots",
    "hint",
    "name_lines",
    "parts",
    "plot",
    "predict",
    "quiz",
    "reveal",
    "show",
    "start_lesson",
]


def __getattr__(name: str) -> Any:
    """Import what notebooks use when one asks: the command does not need IPython."""
    if name not in __all__:
        raise AttributeError(f"module `course` has no `{name}`. It has: {__all__}")
    from course import notebook, plots

    return getattr(plots if name in _PLOTS else notebook, name)
