"""
misconception = "yield-is-return"
fails = [
    "test_an_error_in_an_open_stream_comes_out_as_it_is",
]
words = ["RuntimeError"]
state = "failing"
"""

import asyncio
import time
from collections import deque
from contextlib import AsyncExitStack, asynccontextmanager
from email.utils import parsedate_to_datetime
from datetime import datetime, timezone

from pydantic_ai.exceptions import ModelHTTPError, ModelRateLimitError
from pydantic_ai.models.wrapper import WrapperModel


class RateLimiter:
    """A line of callers; the first in line waits for a place."""

    def __init__(self, max_calls, period, *, clock=time.monotonic, sleep=asyncio.sleep):
        self.max_calls = max_calls
        self.period = period
        self.clock = clock
        self.sleep = sleep
        self.history = deque()
        self.line = []

    async def acquire(self):
        me = asyncio.Event()
        self.line.append(me)
        self.line[0].set()
        try:
            await me.wait()
            if len(self.history) >= self.max_calls:
                pause = self.history[0] + self.period - self.clock()
                if pause > 0:
                    await self.sleep(pause)
                self.history.popleft()
            self.history.append(self.clock())
        finally:
            self.line.remove(me)
            if self.line:
                self.line[0].set()


class RateLimitedModel(WrapperModel):
    """Asks the limiter before each try."""

    def __init__(self, model, limiter):
        super().__init__(model)
        self.limiter = limiter

    async def request(self, messages, model_settings, model_request_parameters):
        for attempt in range(5):
            await self.limiter.acquire()
            try:
                return await self.wrapped.request(
                    messages, model_settings, model_request_parameters
                )
            except ModelHTTPError as error:
                if error.status_code != 429 or attempt == 4:
                    raise
                pause = error.retry_after or 0
            await self.limiter.sleep(pause)

    @asynccontextmanager
    async def request_stream(
        self, messages, model_settings, model_request_parameters, run_context=None
    ):
        for attempt in range(5):
            await self.limiter.acquire()
            try:
                async with self.wrapped.request_stream(
                    messages, model_settings, model_request_parameters, run_context
                ) as stream:
                    yield stream
                return
            except ModelHTTPError as error:
                if error.status_code != 429 or attempt == 4:
                    raise
                pause = error.retry_after or 0
            await self.limiter.sleep(pause)
