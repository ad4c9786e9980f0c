"""Whether Python can read an answer, and why not, in words."""

import warnings
from importlib.util import decode_source
from pathlib import Path

from course.content import command

MOST_BYTES = 1_000_000  # of a file that a person wrote


def unreadable(answer: Path) -> str:
    """Why Python cannot read `answer`, in words; empty if it can."""
    again = f"`{command(f'reset {answer.stem}')}` writes the starter again."
    if not answer.exists():
        return f"{answer.name} is not there. {again}"
    if answer.is_dir():
        return f"{answer.name} is a folder, and a file was wanted. {again}"
    try:
        source = answer.read_bytes()
    except OSError as error:
        return f"{answer.name} cannot be read ({error.strerror})."
    if len(source) > MOST_BYTES:
        return f"{answer.name} holds {len(source):,} bytes: is it the right file?"
    if b"\0" in source:
        return f"{answer.name} is no plain text: save it as UTF-8 in your editor."
    try:
        decode_source(source)
    except (LookupError, UnicodeError, SyntaxError):  # the first: `coding: hex`
        return f"{answer.name} is no UTF-8 text: save it as UTF-8 in your editor."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, answer.name, "exec")
    except SyntaxError as error:
        return _syntax_error(answer.name, error)
    except (RecursionError, MemoryError):
        return f"{answer.name} cannot be read as Python: it is nested too deeply."
    return ""


def _syntax_error(name: str, error: SyntaxError) -> str:
    if not error.text:
        return f"{name} cannot be read as Python: {error.msg}."
    said = f"{name}, line {error.lineno}: Python cannot read this line ({error.msg})."
    line = error.text.rstrip("\n")
    column = max(0, (error.offset or 1) - 1)
    shown = line.lstrip()
    return f"{said}\n    {shown}\n    {' ' * (column - (len(line) - len(shown)))}^"
