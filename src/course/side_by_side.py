"""Does independent pieces of work side by side: one here, each other one in a fork.

A fork that dies loses nothing: its piece is done here instead. Where there is no fork,
all are done here, one after the other.
"""

import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NoReturn, TypeVar

Piece = TypeVar("Piece")


def side_by_side(work: Callable[[Piece], Any], pieces: Sequence[Piece]) -> list[Any]:
    """What `work` gives for each of `pieces`, as JSON can hold it, in their order."""
    begun = [_begin(work, piece) for piece in pieces[1:]]
    done = [work(piece) for piece in pieces[:1]]
    for piece, fork in zip(pieces[1:], begun, strict=True):
        told = _end(*fork) if fork else ""
        done.append(json.loads(told) if told else work(piece))
    return done


def _begin(work: Callable[[Piece], Any], piece: Piece) -> tuple[int, int] | None:
    """A fork that does `work`, and where to read from it; None if there can be none."""
    if not hasattr(os, "fork"):
        return None
    reader, writer = os.pipe()
    try:
        fork = os.fork()
    except OSError:  # too many processes
        os.close(writer)
        os.close(reader)
        return None
    if fork == 0:
        _work(work, piece, writer)
    os.close(writer)
    return fork, reader


def _work(work: Callable[[Piece], Any], piece: Piece, writer: int) -> NoReturn:
    try:
        with os.fdopen(writer, "w", encoding="utf-8") as pipe:
            pipe.write(json.dumps(work(piece)) + "\n")
    finally:
        os._exit(0)


def _end(fork: int, reader: int) -> str:
    """The line that the fork told; empty if it did not come to its end."""
    with os.fdopen(reader, encoding="utf-8", errors="replace") as pipe:
        told = pipe.read()
    with suppress(ChildProcessError):
        os.waitpid(fork, 0)
    return told if told.endswith("\n") else ""
