"""Shows an error in a notebook without the libraries' inner frames.

What stays: the learner's cell, the factory, the last line; of a mistake in using the
course itself, the sentence alone. A call that fails inside an HTTP client would
otherwise fill two screens. `%tb` shows it all.

IPython also keeps each error in its history of the session, with every frame of every
library, which takes seconds to format and which nobody here reads: now its last line.
"""

import sys
import sysconfig
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

from course.content import CourseError
from course.network import NetworkRefused

_LIBRARIES = (
    sysconfig.get_path("purelib"),
    sysconfig.get_path("stdlib"),
    str(Path(__file__).parent),
)


def hide_library_frames(shell: Any) -> None:
    """Let the IPython `shell` show errors in the short form, from now on."""
    shell.set_custom_exc((Exception, NetworkRefused), _show)
    shell._format_exception_for_storage = _last_line


def _last_line(error: BaseException, *_: object, **__: object) -> dict[str, Any]:
    """What IPython's history of the session keeps of `error`."""
    lines = traceback.format_exception_only(error)
    return {"ename": type(error).__name__, "evalue": str(error), "traceback": lines}


def _show(
    shell: Any,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType,
    tb_offset: int | None = None,
) -> None:
    if isinstance(error, CourseError):  # its sentence says it all
        shell._showtraceback(kind, error, [str(error)])
        return
    cause, quiet = error.__cause__, error.__suppress_context__
    error.__cause__ = None
    error.__suppress_context__ = True
    try:
        shell.showtraceback((kind, error, _without_libraries(trace)), tb_offset=0)
    finally:
        error.__cause__, error.__suppress_context__ = cause, quiet
        sys.last_traceback = trace  # for `%tb`


def _without_libraries(trace: TracebackType | None) -> TracebackType | None:
    if trace is None:
        return None
    rest = _without_libraries(trace.tb_next)
    if trace.tb_frame.f_code.co_filename.startswith(_LIBRARIES):
        return rest
    return TracebackType(rest, trace.tb_frame, trace.tb_lasti, trace.tb_lineno)
