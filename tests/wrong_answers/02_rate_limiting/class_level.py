"""
misconception = "class-attributes-are-fresh"
fails = [
    "test_each_limiter_counts_for_itself",
    "test_the_first_calls_start_at_once",
    "test_the_next_call_waits_until_the_oldest_is_a_period_ago",
    "test_no_window_holds_too_many_wherever_it_begins",
    "test_a_call_counts_from_when_it_really_starts",
    "test_random_calls_start_when_reckoned_by_hand",
    "test_who_comes_first_starts_first",
    "test_a_newcomer_does_not_overtake_those_who_wait",
    "test_who_comes_again_at_once_stands_behind_those_who_wait",
    "test_a_cancelled_waiter_gives_its_place_back",
    "test_one_who_is_cancelled_as_its_turn_comes_hands_it_on",
    "test_random_crowds_start_when_reckoned_by_hand",
    "test_each_request_waits_for_the_limiter",
    "test_several_calls_are_under_way_at_once",
    "test_two_models_can_share_a_limiter",
    "test_each_try_asks_the_limiter",
]
words = ["another limiter"]
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

    history = deque()

    def __init__(self, max_calls, period, *, clock=time.monotonic, sleep=asyncio.sleep):
        self.max_calls = max_calls
        self.period = period
        self.clock = clock
        self.sleep = sleep
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
