"""Futures in a line, and one task that lets them in; it ends when the line is empty."""

import asyncio
import time

from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.models.wrapper import WrapperModel
from contextlib import asynccontextmanager


class RateLimiter:
    def __init__(self, max_calls, period, *, clock=time.monotonic, sleep=asyncio.sleep):
        self.max_calls, self.period, self.clock, self.sleep = (
            max_calls,
            period,
            clock,
            sleep,
        )
        self.recent: list[float] = []
        self.waiting: list[asyncio.Future[None]] = []
        self.doorman: asyncio.Task[None] | None = None

    async def acquire(self) -> None:
        door = asyncio.get_running_loop().create_future()
        self.waiting.append(door)
        if self.doorman is None:
            self.doorman = asyncio.create_task(self._let_in())
        try:
            await door
        except asyncio.CancelledError:
            if door.done() and not door.cancelled():
                self.recent.remove(door.result())  # let in, and gone: nobody started
            raise

    async def _let_in(self) -> None:
        try:
            while self.waiting:
                if len(self.recent) >= self.max_calls:
                    rest = self.recent[0] + self.period - self.clock()
                    if rest > 0:
                        await self.sleep(rest)
                    # a place may have been given back meanwhile
                    if len(self.recent) >= self.max_calls:
                        self.recent.pop(0)
                door = self.waiting.pop(0)
                if door.cancelled():
                    continue
                now = self.clock()
                self.recent.append(now)
                door.set_result(now)
                await asyncio.sleep(0)
        finally:
            self.doorman = None


class RateLimitedModel(WrapperModel):
    def __init__(self, model, limiter):
        super().__init__(model)
        self.limiter = limiter

    async def request(self, messages, model_settings, model_request_parameters):
        error = None
        for _ in range(3):
            if error is not None:
                await self.limiter.sleep(error.retry_after or 0)
            await self.limiter.acquire()
            try:
                return await self.wrapped.request(
                    messages, model_settings, model_request_parameters
                )
            except ModelHTTPError as failure:
                if failure.status_code != 429:
                    raise
                error = failure
        raise error

    @asynccontextmanager
    async def request_stream(
        self, messages, model_settings, model_request_parameters, run_context=None
    ):
        error = None
        opened = False
        for _ in range(3):
            if error is not None:
                await self.limiter.sleep(error.retry_after or 0)
            await self.limiter.acquire()
            try:
                async with self.wrapped.request_stream(
                    messages, model_settings, model_request_parameters, run_context
                ) as stream:
                    opened = True
                    yield stream
                return
            except ModelHTTPError as failure:
                if opened or failure.status_code != 429:
                    raise
                error = failure
        raise error
