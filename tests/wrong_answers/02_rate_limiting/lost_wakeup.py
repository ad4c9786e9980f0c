"""
misconception = "woken-means-running"
fails = [
    "test_one_who_is_cancelled_as_its_turn_comes_hands_it_on",
]
words = ["is cancelled as", "for ever"]
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
        self.busy = False

    async def acquire(self):
        if self.busy:
            me = asyncio.get_running_loop().create_future()
            self.line.append(me)
            try:
                await me
            except asyncio.CancelledError:
                if me in self.line:
                    self.line.remove(me)
                raise
        self.busy = True
        try:
            if len(self.history) >= self.max_calls:
                pause = self.history[0] + self.period - self.clock()
                if pause > 0:
                    await self.sleep(pause)
                self.history.popleft()
            self.history.append(self.clock())
        finally:
            if self.line:
                self.line.pop(0).set_result(None)
            else:
                self.busy = False


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
        async with AsyncExitStack() as stack:
            for attempt in range(5):
                await self.limiter.acquire()
                try:
                    stream = await stack.enter_async_context(
                        self.wrapped.request_stream(
                            messages, model_settings, model_request_parameters, run_context
                        )
                    )
                    break
                except ModelHTTPError as error:
                    if error.status_code != 429 or attempt == 4:
                        raise
                    pause = error.retry_after or 0
                await self.limiter.sleep(pause)
            yield stream
