"""Time limits that a busy machine does not shorten.

What counts is all time but that in which a thread would work and has to wait for a
processor, which Linux keeps for each thread. No excuse counts beyond `BUSY` times the
limit. Where the system does not tell (macOS, Windows), all time counts.
"""

import os
import threading
import weakref
from time import monotonic  # ours, even if a test replaces it

BUSY = 10  # times the limit, after which no excuse counts


class Stopwatch:
    """The time of one thread, by its number: of this one, or of a whole process."""

    def __init__(self, thread: int | None = None) -> None:
        number = threading.get_native_id() if thread is None else thread
        try:
            self._schedstat = os.open(f"/proc/{number}/schedstat", os.O_RDONLY)
        except OSError:
            self._schedstat = -1
        else:
            weakref.finalize(self, os.close, self._schedstat)
        self.start()

    def start(self) -> None:
        """Begin at nought."""
        self._began, self._queued = monotonic(), _in_queue(self._schedstat)

    def left(self, limit: float) -> float:
        """The seconds that are left of `limit`; none or less if it is reached."""
        passed = monotonic() - self._began
        if passed >= BUSY * limit:
            return 0
        queued = max(0.0, _in_queue(self._schedstat) - self._queued)
        return limit - (passed - min(passed, queued))


def _in_queue(schedstat: int) -> float:
    """How long a thread has waited for a processor, in seconds; 0 if unknown.

    `schedstat` stays open: that is ten times as quick as to open it for each look.
    """
    try:
        return int(os.pread(schedstat, 99, 0).split()[1]) / 1e9
    except (AttributeError, OSError, ValueError, IndexError):
        return 0.0
