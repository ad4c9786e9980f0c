"""Time limits that a busy machine does not shorten.

What counts is all time but that in which a thread would work and has to wait for a
processor, which Linux keeps for each thread. No excuse counts beyond `BUSY` times the
limit. Where the system does not tell (macOS, Windows), all time counts.
"""

import threading
from time import monotonic  # ours, even if a test replaces it

BUSY = 10  # times the limit, after which no excuse counts


class Stopwatch:
    """The time of one thread, by its number: of this one, or of a whole process."""

    def __init__(self, thread: int | None = None) -> None:
        number = threading.get_native_id() if thread is None else thread
        self._file = f"/proc/{number}/schedstat"
        self.start()

    def start(self) -> None:
        """Begin at nought."""
        self._began, self._queued = monotonic(), _in_queue(self._file)

    def left(self, limit: float) -> float:
        """The seconds that are left of `limit`; none or less if it is reached."""
        passed = monotonic() - self._began
        if passed >= BUSY * limit:
            return 0
        queued = max(0.0, _in_queue(self._file) - self._queued)
        return limit - (passed - min(passed, queued))


def _in_queue(schedstat: str) -> float:
    """How long a thread has waited for a processor, in seconds; 0 if unknown."""
    try:
        with open(schedstat, encoding="ascii") as file:  # noqa: PTH123
            return int(file.read().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
