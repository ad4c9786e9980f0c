"""
misconception = "first-awake-came-first"
fails = [
    "test_a_newcomer_does_not_overtake_those_who_wait",
    "test_who_comes_again_at_once_stands_behind_those_who_wait",
    "test_random_crowds_start_when_reckoned_by_hand",
]
words = ["starts"]
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
        last = None
        while True:
            now = self.clock()
            while self.history and self.history[0] <= now - self.period:
                self.history.popleft()
            if len(self.history) < self.max_calls or now == last:
                break
            last = now
            await self.sleep(self.history[0] + self.period - now)
        self.history.append(self.clock())


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
