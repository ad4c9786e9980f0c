"""Keeps a learner's test from ending, changing or stopping what runs it."""

import io
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout

import pytest

PATIENCE = 5.0  # seconds for one part of one test: setup, call or teardown


class NotAnEndError(Exception):
    """A test did what ends all tests, or did not end by itself."""


class TooLongError(BaseException):
    """No `Exception`: a test that hides those is to end all the same."""


@contextmanager
def as_it_was() -> Iterator[None]:
    """Put environment and current folder back, whatever tests do to them."""
    before, here = dict(os.environ), os.getcwd()  # noqa: PTH109
    try:
        yield
    finally:
        if dict(os.environ) != before:
            os.environ.clear()
            os.environ.update(before)
        os.chdir(here)


@contextmanager
def to_its_end() -> Iterator[None]:
    """Make a failure of what ends pytest itself, and of what does not end."""
    try:
        with _at_most(PATIENCE):
            yield
    except (KeyboardInterrupt, pytest.exit.Exception) as error:
        kind = type(error).__name__
        raise NotAnEndError(f"it raises {kind}, which ends all tests") from error


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Interrupt what takes longer, where a system can do that."""
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "setitimer"):
        yield
        return

    def ring(*_: object) -> None:
        raise TooLongError(f"it did not end within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def alone(module: str) -> Iterator[None]:
    """Without the plugins of this machine, and with `module` as it was, at the end."""
    known = sys.modules.pop(module, None)
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, False  # sooner again
    try:
        with as_it_was():
            os.environ.pop("PYTEST_ADDOPTS", None)
            os.environ.pop("PYTEST_PLUGINS", None)
            yield
    finally:
        sys.dont_write_bytecode = written
        sys.modules.pop(module, None)
        if known is not None:
            sys.modules[module] = known


class _Tail(io.TextIOBase):
    """Keeps the end of what is written to it, however much that is."""

    kept = ""

    def write(self, text: str) -> int:
        self.kept = (self.kept + text[-500:])[-500:]
        return len(text)


@contextmanager
def last_words() -> Iterator[None]:
    """Let no more than the end of what is printed go through."""
    tail = _Tail()
    try:
        with redirect_stdout(tail), redirect_stderr(tail):
            yield
    finally:
        sys.stdout.write(tail.kept)
