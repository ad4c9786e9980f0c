"""Single keys of a terminal, without Enter: the letters that a learner types.

The terminal is put back as it was, also after Ctrl-Z and `fg`. Where there is none, or
this program is in the background, there are no keys.
"""

import os
import re
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

_ARROW = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|O.|.)?")  # or another such key

ENDED = ""
"""What is given when the terminal is closed."""


def available() -> bool:
    """Whether somebody can press keys, and sees what comes of it."""
    try:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            return False
        return sys.platform == "win32" or os.tcgetpgrp(0) == os.getpgrp()
    except (OSError, ValueError, AttributeError):  # closed, or none
        return False


@contextmanager
def each_given_to(receiver: Callable[[str], Any]) -> Iterator[None]:
    """Call `receiver`, in another thread, with each key that is pressed meanwhile."""
    if sys.platform == "win32":
        Thread(target=_read_windows, args=(receiver,), daemon=True).start()
        yield
        return
    with _without_enter() as woken:
        Thread(target=_read, args=(receiver, woken), daemon=True).start()
        yield


@contextmanager
def _without_enter() -> Iterator[int]:
    """Give where the numbers of signals can be read.

    After Ctrl-Z and `fg`, another thread than the main one may get SIGCONT, and the
    main one, which runs handlers, sleeps on: so the thread that reads keys is told.
    """
    if sys.platform == "win32":
        return
    import signal
    import termios
    import tty

    before = termios.tcgetattr(0)
    woken, wakes = os.pipe()
    os.set_blocking(wakes, False)
    again = signal.signal(signal.SIGCONT, lambda *_: None)
    woken_before = signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
    tty.setcbreak(0)
    try:
        yield woken
    finally:
        signal.set_wakeup_fd(woken_before)
        signal.signal(signal.SIGCONT, again)
        os.close(wakes)
        with suppress(termios.error):  # the terminal is gone
            termios.tcsetattr(0, termios.TCSADRAIN, before)


def _read(receiver: Callable[[str], Any], woken: int) -> None:
    while True:
        ready, _, _ = select.select([0, woken], [], [])
        if woken in ready:
            if not (signals := os.read(woken, 64)):
                return  # no more keys are wanted
            _go_on_without_enter(signals)
            continue
        try:
            typed = os.read(0, 64)
        except OSError:
            typed = b""
        if not typed:
            receiver(ENDED)
            return
        for letter in _ARROW.sub("", typed.decode("utf-8", "ignore")):
            receiver(letter.lower())


def _go_on_without_enter(signals: bytes) -> None:
    if sys.platform != "win32":
        import signal
        import termios
        import tty

        if signal.SIGCONT in signals:
            with suppress(termios.error):  # the terminal is gone
                tty.setcbreak(0)


def _read_windows(receiver: Callable[[str], Any]) -> None:
    if sys.platform == "win32":
        import msvcrt

        while True:
            letter = msvcrt.getwch()
            if letter in ("\x00", "\xe0"):  # an arrow, say: two characters
                msvcrt.getwch()
            else:
                receiver(letter.lower())
