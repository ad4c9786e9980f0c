"""Stands in the ways that lead on: from a frame, a function or a class to all others.

Python tells an audit hook who reads `tb_frame`, and nobody who reads `f_locals`. So the
attributes that lead from one thing to the next are exchanged for some that first ask
who reads. Whatever is not the answer's own gets, and is told, no difference.
"""

import gc
import sys
from collections.abc import Callable
from types import FrameType, FunctionType, MethodType
from typing import Any

from course.grading.walls import system

Judge = Callable[[FrameType, str, Any], None]
"""Who reads, which attribute, and the owner's globals or class; refuses by raising."""

back_of = FrameType.f_back.__get__
globals_of = FrameType.f_globals.__get__
_function_globals = FunctionType.__globals__.__get__
_method_function = MethodType.__func__.__get__


def _of_frame(frame: Any, _: Any) -> Any:
    return globals_of(frame)


def _of_next_frame(_: Any, value: Any) -> Any:
    return None if value is None else globals_of(value)


def _of_function(function: Any, _: Any) -> Any:
    return _function_globals(function)


def _of_method(method: Any, _: Any) -> Any:
    function = _method_function(method)
    return _function_globals(function) if type(function) is FunctionType else None


def _of_class(kind: Any, _: Any) -> Any:
    return vars(sys.modules.get(getattr(kind, "__module__", ""), sys))


_WAYS: dict[type, dict[str, Callable[[Any, Any], Any]]] = {
    FrameType: {
        "f_back": _of_next_frame,
        "f_locals": _of_frame,
        "f_globals": _of_frame,
        "f_builtins": _of_frame,
    },
    FunctionType: {"__globals__": _of_function, "__closure__": _of_function},
    MethodType: {"__self__": _of_method, "__func__": _of_method},
    type: {"__subclasses__": _of_class},
}
_judges: list[Judge] = []


def stand() -> bool:
    """Exchange the attributes, once for this process; whether they are exchanged."""
    for kind, names in _WAYS.items():
        [content] = (r for r in gc.get_referents(vars(kind)) if type(r) is dict)
        for name, owner in names.items():
            content[name] = _way(vars(kind)[name].__get__, name, owner)
        if not system.forget_attributes(kind):
            return False
    return True


def ask(judge: Judge) -> None:
    """From now on, let `judge` say who may go on."""
    _judges[:] = [judge]


def _way(get: Any, name: str, owner: Callable[[Any, Any], Any]) -> Any:
    frame_of, judges = sys._getframe, _judges

    class Way:
        __slots__ = ()

        def __get__(self, thing: Any, kind: Any = None) -> Any:
            if thing is None:
                return self
            value = get(thing, kind)
            for judge in judges:
                judge(frame_of(1), name, owner(thing, value))
            return value

        def __set__(self, thing: Any, value: Any) -> None:
            raise AttributeError(f"attribute '{name}' is not writable")

    return Way()
