"""The way into the command `course`: Ctrl-C is quiet while it is loaded, too."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager


def main() -> None:
    """Load the commands, and run the one that was asked for."""
    with _quiet():
        from course.cli import main as command
    command(prog_name="course")


@contextmanager
def _quiet() -> Iterator[None]:
    """Let Ctrl-C end this process, and say nothing."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield  # somebody else has a say
        return
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


if __name__ == "__main__":
    main()
