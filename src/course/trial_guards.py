"""Keeps a learner's test from ending, changing or stopping what runs it."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

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
