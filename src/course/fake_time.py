"""A clock that moves only when everybody sleeps: for the tests of exercises.

    time = FakeTime()
    limiter = RateLimiter(2, 1.0, clock=time.now, sleep=time.sleep)

When nothing else is going on, the clock jumps to the next one who is to wake. So an
hour takes a moment, and each run is like the one before. Knows nothing of threads, such
as an HTTP client may use: stop the clock while one is at work. Nor does it know of
those who sleep by other means.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from itertools import count

PATIENCE = 60  # turns of the event loop in which everybody else gets on with it
IDLE = 30  # turns that one counts for in which nobody else had anything to do
MOST_SLEEPS = 5_000


class TooManySleepsError(AssertionError):
    """Whoever sleeps so often waits for something that never comes."""


class FakeTime:
    """A clock, `now`, and a `sleep` that moves it; made for one event loop."""

    def __init__(self, start: float = 1_000.0) -> None:
        self._now = start
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()
        self._turns = self._stopped = 0
        self.slept: list[float] = []
        """The seconds that were asked for, in order."""

    def now(self) -> float:
        """Seconds, as `time.monotonic()` gives them."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock has moved on by `seconds`."""
        self.slept.append(seconds)
        if len(self.slept) > MOST_SLEEPS:
            raise TooManySleepsError(f"More than {MOST_SLEEPS} calls of `sleep`.")
        loop = asyncio.get_running_loop()
        wake: asyncio.Future[None] = loop.create_future()
        if not self._sleepers:
            loop.call_soon(self._turn)
        until = self._now + max(0.0, seconds)
        heappush(self._sleepers, (until, next(self._order), wake))
        self._turns = 0
        await wake

    def advance(self, seconds: float) -> None:
        """Move the clock by hand; who was to wake by then wakes, late."""
        self._now += seconds

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Wake nobody meanwhile."""
        self._stopped += 1
        try:
            yield
        finally:
            self._stopped -= 1
            self._turns = 0

    def _turn(self) -> None:
        """Count the turns of the event loop; after enough, wake the next sleeper."""
        while self._sleepers and self._sleepers[0][2].done():  # cancelled
            heappop(self._sleepers)
        if not self._sleepers:
            return
        loop = asyncio.get_running_loop()
        self._turns += 0 if self._stopped else 1 if _others_work(loop) else IDLE
        if self._turns > PATIENCE:
            self._turns = 0
            until, _, wake = self._sleepers[0]
            self._now = max(self._now, until)
            wake.set_result(None)
        loop.call_soon(self._turn)


async def settle() -> None:
    """Let everybody else get on with it until each of them waits for something."""
    loop = asyncio.get_running_loop()
    for _ in range(PATIENCE):
        await asyncio.sleep(0)
        if not _others_work(loop):
            return


def _others_work(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether more than our own turn is due; true if the loop does not say."""
    return bool(getattr(loop, "_ready", True))
