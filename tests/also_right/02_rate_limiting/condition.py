"""A Condition for the line; whoever is first leaves the lock before it sleeps."""

import asyncio
import logging
import time
from collections import deque
from contextlib import asynccontextmanager

from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.models.wrapper import WrapperModel

_log = logging.getLogger(__name__)


class RateLimiter:
    def __init__(self, max_calls, period, *, clock=time.monotonic, sleep=asyncio.sleep):
        self._max, self._period = max_calls, period
        self._clock, self._sleep = clock, sleep
        self._times: list[float] = []
        self._line: deque[object] = deque()
        self._moved = asyncio.Condition()

    async def acquire(self) -> None:
        ticket = object()
        self._line.append(ticket)
        try:
            async with self._moved:
                await self._moved.wait_for(lambda: self._line[0] is ticket)
            if len(self._times) == self._max:
                seconds = self._period - (self._clock() - self._times[0])
                if seconds > 0:
                    _log.info("waiting %s s", seconds)
                    await self._sleep(seconds)
                del self._times[0]
            self._times.append(self._clock())
        finally:
            self._line.remove(ticket)
            async with self._moved:
                self._moved.notify_all()

    async def pause(self, seconds: float) -> None:
        await self._sleep(seconds)


class RateLimitedModel(WrapperModel):
    def __init__(self, model, limiter):
        super().__init__(model)
        self.limiter = limiter

    async def _wait_for(self, error, tries_left):
        if error.status_code != 429 or tries_left == 0 or error.retry_after is None:
            raise error
        await self.limiter.pause(error.retry_after)

    async def request(self, messages, model_settings, model_request_parameters):
        for tries_left in range(6, -1, -1):
            await self.limiter.acquire()
            try:
                return await super().request(
                    messages, model_settings, model_request_parameters
                )
            except ModelHTTPError as error:
                await self._wait_for(error, tries_left)

    @asynccontextmanager
    async def request_stream(
        self, messages, model_settings, model_request_parameters, run_context=None
    ):
        for tries_left in range(6, -1, -1):
            await self.limiter.acquire()
            manager = super().request_stream(
                messages, model_settings, model_request_parameters, run_context
            )
            try:
                stream = await manager.__aenter__()
            except ModelHTTPError as error:
                await self._wait_for(error, tries_left)
            else:
                break
        try:
            yield stream
        except BaseException as error:
            if not await manager.__aexit__(type(error), error, error.__traceback__):
                raise
        else:
            await manager.__aexit__(None, None, None)
