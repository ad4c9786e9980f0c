"""
misconception = "await-changes-nothing"
fails = [
    "test_who_comes_first_starts_first",
    "test_a_newcomer_does_not_overtake_those_who_wait",
    "test_who_comes_again_at_once_stands_behind_those_who_wait",
    "test_a_cancelled_waiter_gives_its_place_back",
    "test_one_who_is_cancelled_as_its_turn_comes_hands_it_on",
    "test_random_crowds_start_when_reckoned_by_hand",
]
words = ["2 starts within 10 s"]
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
        if len(self.history) >= self.max_calls:
            pause = self.history[0] + self.period - self.clock()
            if pause > 0:
                await self.sleep(pause)
            self.history.popleft()
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
