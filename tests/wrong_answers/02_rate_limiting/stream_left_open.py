"""
misconception = "what-is-left-closes-itself"
fails = [
    "test_each_stream_is_closed_when_it_ends",
]
words = ["2 open streams after the first"]
state = "failing"
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from pydantic_ai import RunContext
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models import Model, ModelRequestParameters, StreamedResponse
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings

MOST_TRIES = 4


class RateLimiter:
    """Lets at most `max_calls` start in any `period` seconds, in order of arrival."""

    def __init__(
        self,
        max_calls: int,
        period: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.clock, self.sleep = clock, sleep
        self._period = period
        # When the latest calls started, oldest first: holds `max_calls` at most.
        self._starts: deque[float] = deque(maxlen=max_calls)
        self._queue: deque[asyncio.Event] = deque()  # those who wait, first come first

    async def acquire(self) -> None:
        """Return when a call may start."""
        turn = asyncio.Event()
        self._queue.append(turn)
        self._queue[0].set()
        try:
            await turn.wait()
            await self._until_free()
            self._starts.append(self.clock())
        finally:  # started, cancelled or failed: the next one's turn
            self._queue.remove(turn)
            if self._queue:
                self._queue[0].set()

    async def _until_free(self) -> None:
        """Sleep until fewer than `max_calls` have started in the last `period`."""
        if len(self._starts) == self._starts.maxlen:
            wait = self._starts[0] + self._period - self.clock()
            if wait > 0:
                await self.sleep(wait)


class RateLimitedModel(WrapperModel):
    """A model that asks `limiter` before each try, and tries again after a 429."""

    def __init__(self, model: Model, limiter: RateLimiter) -> None:
        super().__init__(model)
        self._limiter = limiter

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Pass the request on as soon as the limiter lets it."""
        reply: ModelResponse = await self._patiently(
            lambda: self.wrapped.request(
                messages, model_settings, model_request_parameters
            )
        )
        return reply

    @asynccontextmanager
    async def request_stream(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        run_context: RunContext[Any] | None = None,
    ) -> AsyncGenerator[StreamedResponse]:
        """Open a stream as soon as the limiter lets it."""
        context = None

        def opened():
            nonlocal context
            context = self.wrapped.request_stream(
                messages, model_settings, model_request_parameters, run_context
            )
            return context.__aenter__()

        stream = await self._patiently(opened)
        yield stream

    async def _patiently(
        self, call: Callable[[], Awaitable[Any]], tries: int = MOST_TRIES
    ) -> Any:
        """Start `call` when the limiter lets it, and again after a 429."""
        await self._limiter.acquire()
        try:
            return await call()
        except ModelHTTPError as error:
            if error.status_code != 429 or tries == 1:
                raise
            wait = error.retry_after or 0.0
        await self._limiter.sleep(wait)
        return await self._patiently(call, tries - 1)
