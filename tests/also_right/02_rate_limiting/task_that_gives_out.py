"""A task of its own gives out the places; it lives as long as somebody waits."""

import asyncio
import time
from collections import OrderedDict
from contextlib import asynccontextmanager, suppress
from functools import partial

from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.models import Model
from pydantic_ai.models.wrapper import WrapperModel

STATUS = 429


class RateLimiter:
    """Somebody at the door."""

    def __init__(self, max_calls, period, *, clock=time.monotonic, sleep=asyncio.sleep):
        self._max_calls, self._period = max_calls, period
        self._clock, self.sleep = clock, sleep
        self._given = []
        self._waiting = OrderedDict()
        self._giver = None

    async def acquire(self):
        """Ask for a place, and wait for the answer."""
        place = asyncio.get_running_loop().create_future()
        self._waiting[id(place)] = place
        if self._giver is None or self._giver.done():
            self._giver = asyncio.create_task(self._give())
        try:
            await place
        except asyncio.CancelledError:
            self._waiting.pop(id(place), None)
            if place.done() and not place.cancelled() and not place.exception():
                with suppress(ValueError):
                    self._given.remove(place.result())
            raise

    async def _give(self):
        while self._waiting:
            now = self._clock()
            self._given = [start for start in self._given if now < start + self._period]
            if len(self._given) < self._max_calls:
                _, place = self._waiting.popitem(last=False)
                if not place.done():
                    self._given.append(now)
                    place.set_result(now)
                continue
            await self.sleep(min(self._given) + self._period - now)
            if self._clock() == now:
                for place in self._waiting.values():
                    if not place.done():
                        place.set_exception(RuntimeError("The clock stands still."))
                self._waiting.clear()


class RateLimitedModel(WrapperModel):
    """Asks first, and tries again."""

    MOST = 3

    def __init__(self, model: Model, limiter: RateLimiter):
        super().__init__(model)
        self._ask = limiter.acquire
        self._nap = limiter.sleep

    async def request(self, *question):
        @asynccontextmanager
        async def call():
            yield await self.wrapped.request(*question)

        async with self._persistently(call) as answer:
            return answer

    @asynccontextmanager
    async def request_stream(self, *question):
        async with self._persistently(
            partial(self.wrapped.request_stream, *question)
        ) as stream:
            yield stream

    @asynccontextmanager
    async def _persistently(self, call):
        for number in range(1, self.MOST + 1):
            await self._ask()
            manager = call()
            try:
                thing = await manager.__aenter__()
            except ModelHTTPError as error:
                patience = error.retry_after
                if error.status_code != STATUS or number == self.MOST:
                    raise
                if patience is None:
                    raise
                await self._nap(max(0, patience))
                continue
            try:
                yield thing
            except BaseException as error:
                if not await manager.__aexit__(type(error), error, error.__traceback__):
                    raise
            else:
                await manager.__aexit__(None, None, None)
            return
