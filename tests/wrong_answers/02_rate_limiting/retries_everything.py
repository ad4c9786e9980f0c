"""
misconception = "every-error-passes"
fails = [
    "test_what_would_fail_again_is_not_tried_again",
]
words = ["400", "5 requests"]
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
                if attempt == 4:
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
                    if attempt == 4:
                        raise
                    pause = error.retry_after or 0
                await self.limiter.sleep(pause)
            yield stream
