"""A chain: each caller waits for the one before, whoever gives up links the two."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import email.utils
import time

from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.models.wrapper import WrapperModel


class RateLimiter:
    def __init__(self, max_calls, period, *, clock=time.monotonic, sleep=asyncio.sleep):
        self.max_calls = max_calls
        self.period = period
        self.clock = clock
        self.sleep = sleep
        self._history = []
        self._last = None

    async def acquire(self):
        before = self._last
        mine = asyncio.get_running_loop().create_future()
        self._last = mine
        try:
            if before is not None and not before.done():
                await asyncio.wait([before])
            await self._until_there_is_room()
            self._history.append(self.clock())
            self._history = self._history[-self.max_calls :]
        finally:
            if before is None or before.done():
                mine.set_result(None)
            else:
                before.add_done_callback(lambda _: mine.set_result(None))

    async def _until_there_is_room(self):
        while len(self._history) >= self.max_calls:
            now = self.clock()
            until = self._history[-self.max_calls] + self.period
            if now >= until:
                return
            await self.sleep(until - now)
            if self.clock() <= now:
                raise RuntimeError(
                    f"The clock still says {now} after a sleep of {until - now} seconds."
                )


class RateLimitedModel(WrapperModel):
    def __init__(self, model, limiter):
        super().__init__(model)
        self.limiter = limiter
        self.tries = 5

    async def request(self, messages, model_settings, model_request_parameters):
        left = self.tries
        while True:
            left -= 1
            await self.limiter.acquire()
            try:
                return await self.wrapped.request(
                    messages, model_settings, model_request_parameters
                )
            except ModelHTTPError as error:
                if error.status_code != 429 or not left:
                    raise
                pause = how_long(error)
            await self.limiter.sleep(pause)

    @contextlib.asynccontextmanager
    async def request_stream(
        self, messages, model_settings, model_request_parameters, run_context=None
    ):
        async with contextlib.AsyncExitStack() as stack:
            left = self.tries
            while True:
                left -= 1
                await self.limiter.acquire()
                try:
                    stream = await stack.enter_async_context(
                        self.wrapped.request_stream(
                            messages,
                            model_settings,
                            model_request_parameters,
                            run_context,
                        )
                    )
                    break
                except ModelHTTPError as error:
                    if error.status_code != 429 or not left:
                        raise
                    pause = how_long(error)
                await self.limiter.sleep(pause)
            yield stream


def how_long(error):
    text = (error.headers or {}).get("retry-after", "1").strip()
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        until = email.utils.parsedate_to_datetime(text)
    except ValueError:
        raise error from None
    if until.tzinfo is None:
        until = until.replace(tzinfo=datetime.timezone.utc)
    now = datetime.datetime.now(datetime.timezone.utc)
    return max(0.0, (until - now).total_seconds())
