"""Notices when a learner's code reaches for what no exercise needs.

An audit hook of Python: it cannot be taken off again, and it hears of an act before
the act is done. What has no honest use is flagged and refused. What may have one, such
as a look at the stack of calls, is noted for the teacher, and the answer keeps its
points: an answer that reads them there fails where the check is turned.
"""

import sys
import sysconfig
from types import FrameType, ModuleType
from typing import Any

from course.grading.inside import ways
from course.grading.inside.channel import Tell

_NO_HONEST_USE = {
    "gc.get_objects": "searches the memory of this process",
    "gc.get_referrers": "searches the memory of this process",
    "gc.get_referents": "searches the memory of this process",
    "sys._current_frames": "reads the frames of other threads",
    "sys._current_exceptions": "reads the frames of other threads",
    "sys.addaudithook": "listens to all that happens",
    "sys.settrace": "watches every line that runs",
    "sys.setprofile": "watches every call",
    "sys.monitoring.register_callback": "watches every line that runs",
    "ctypes.dlopen": "reaches into memory",
    "ctypes.dlsym": "reaches into memory",
    "ctypes.cdata": "reaches into memory",
    "ctypes.string_at": "reaches into memory",
    "code.__new__": "makes code by hand",
    "function.__new__": "makes functions by hand",
}
_BY_LIBRARIES_TOO = {"code.__new__", "function.__new__"}
_SECRET_MODULES = {
    *("ctypes", "_ctypes", "_testcapi", "_testinternalcapi", "cffi", "_cffi_backend"),
    *("_interpreters", "_xxsubinterpreters", "_interpchannels", "_interpqueues"),
}
_CODES = {"__code__", "gi_code", "cr_code", "ag_code"}
_BY_ANY_NAME = {"string", "pkgutil", "pydoc", "jinja2.environment", "jinja2.runtime"}
_NEVER_LENT = {"f_locals", "__closure__"}
_FRAMES = {"tb_frame", "gi_frame", "cr_frame", "ag_frame"}
_LENDERS = {"inspect", "dis", "traceback", "asyncio.base_tasks"}
_NOTHING = ("", "", False)
_LIBRARIES = (*{sysconfig.get_path(n) for n in ("stdlib", "purelib", "platlib")},)

Judged = tuple[str, str, bool]
"""What to tell, "flag" or "note"; why, or nothing; whether to refuse it."""


class RefusedError(BaseException):
    """No `Exception`, on purpose: no `except Exception` hides it."""


def globals_now() -> frozenset[int]:
    """The globals of all modules that are there."""
    modules = [*sys.modules.values()]
    return frozenset(id(vars(m)) for m in modules if isinstance(m, ModuleType))


class Tripwire:
    """Listens from `arm` on, for good. `known` globals are not the learner's."""

    def __init__(self, tell: Tell, module: str, known: frozenset[int]) -> None:
        self._tell, self._module, self._known = tell, module, {*known}
        self._libraries = _LIBRARIES
        self._frame_of = sys._getframe
        self._ours = {"course"}
        self._said: set[tuple[str, str]] = set()
        self._busy = False
        self._heard = {*_NO_HONEST_USE, "import", "sys._getframe"}
        self._heard |= {f"object.__{act}attr__" for act in ("get", "set", "del")}

    def arm(self) -> None:
        """Begin to listen."""
        sys.addaudithook(self._hear)
        ways.ask(self._on_the_way)

    def trust(self, names: dict[str, Any]) -> None:
        """Count code with these globals as none of the learner's."""
        self._known.add(id(names))
        self._ours.add(names["__name__"])

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if self._busy or event not in self._heard:
            return
        self._busy = True
        try:
            kind, why, refuse = self._judged(event, args, self._frame_of(1))
        finally:
            self._busy = False
        self._say(kind, why, refuse)

    def _say(self, kind: str, why: str, refuse: bool) -> None:
        if why and (kind, why) not in self._said:
            self._said.add((kind, why))
            self._tell(kind, "reaches for the grader", f"It {why}.")
        if refuse:
            raise RefusedError(f"Not in an exercise: this {why}.")

    def _on_the_way(self, reader: FrameType, name: str, owner: Any) -> None:
        """Refuse `reader` what is not the answer's own."""
        if owner is None or id(owner) not in self._known:
            return
        of_ours = str(owner.get("__name__")).partition(".")[0] in self._ours
        lent = of_ours and self._is_read_for_them(reader, name)
        if lent or self._is_theirs(reader):
            self._say("flag", f"reads `{name}` of what is not its own", True)

    def _is_read_for_them(self, reader: FrameType | None, name: str) -> bool:
        """Whether a library reads what it is told to, or what nobody hands out."""
        module = ways.globals_of(reader).get("__name__")
        if name not in _NEVER_LENT and module not in _BY_ANY_NAME:
            return False
        while reader is not None and self._is_of_a_library(reader):
            reader = ways.back_of(reader)
        return reader is not None and self._is_theirs(reader)

    def _judged(self, event: str, args: tuple[Any, ...], frame: FrameType) -> Judged:
        theirs = self._is_theirs(frame)
        match event:
            case "import":
                secret = str(args[0]).partition(".")[0] in _SECRET_MODULES
                return ("flag", "reaches into memory", True) if secret else _NOTHING
            case "sys._getframe":
                return self._looked(theirs or self._is_lent(frame))
            case "object.__getattr__" if args[1] in _FRAMES:
                return self._looked(theirs)
            case "object.__getattr__" | "object.__setattr__" | "object.__delattr__":
                return self._attribute(args, theirs)
            case _ if event in _BY_LIBRARIES_TOO and not theirs:
                return _NOTHING
        return "flag", _NO_HONEST_USE[event], True

    def _looked(self, theirs: bool) -> Judged:
        return ("note", "looks at the stack of calls", False) if theirs else _NOTHING

    def _attribute(self, args: tuple[Any, ...], theirs: bool) -> Judged:
        """Whose function is it, of which the code is read or exchanged."""
        own = getattr(args[0], "__module__", None) == self._module
        if not theirs or own or args[1] not in _CODES:
            return _NOTHING
        return "flag", "reads or exchanges the code of a function of ours", True

    def _is_lent(self, frame: FrameType | None) -> bool:
        """Whether a module that hands out frames was called by the learner's code."""
        while frame is not None and ways.globals_of(frame).get("__name__") in _LENDERS:
            frame = ways.back_of(frame)
            if frame is not None and self._is_theirs(frame):
                return True
        return False

    def _is_theirs(self, frame: FrameType) -> bool:
        if self._is_of_a_library(frame):
            return False
        return id(ways.globals_of(frame)) not in self._known

    def _is_of_a_library(self, frame: FrameType) -> bool:
        return frame.f_code.co_filename.startswith(self._libraries)
