"""Places that come back by themselves: a task for each gives it back, a period later."""

import asyncio
import time
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pydantic_ai.exceptions import ModelRateLimitError
from pydantic_ai.models.wrapper import WrapperModel


class RateLimiter:
    """The clock is not needed: the order of sleeps is enough."""

    def __init__(self, max_calls, period, *, clock=time.monotonic, sleep=asyncio.sleep):
        self._places = asyncio.Semaphore(max_calls)
        self._period = period
        self.wait = sleep
        self._tasks = set()

    async def acquire(self):
        await self._places.acquire()
        task = asyncio.create_task(self._give_back())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _give_back(self):
        await self.wait(self._period)
        self._places.release()


def _seconds(error):
    value = (error.headers or {}).get("retry-after", "")
    if value.strip().isdigit():
        return float(value)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return 2.0
    return max(0.0, (date - datetime.now(UTC)).total_seconds())


class RateLimitedModel(WrapperModel):
    def __init__(self, model, limiter):
        super().__init__(model)
        self._limiter = limiter

    async def _try(self, start):
        failures = 0
        while True:
            await self._limiter.acquire()
            try:
                return await start()
            except ModelRateLimitError as error:
                failures += 1
                if failures > 9:
                    raise
                await self._limiter.wait(_seconds(error))

    async def request(self, *args):
        return await self._try(lambda: self.wrapped.request(*args))

    @asynccontextmanager
    async def request_stream(self, *args):
        async with AsyncExitStack() as stack:

            async def start():
                return await stack.enter_async_context(
                    self.wrapped.request_stream(*args)
                )

            yield await self._try(start)
