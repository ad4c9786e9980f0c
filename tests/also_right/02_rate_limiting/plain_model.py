"""A `Model` that is no wrapper: it says itself what it is."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, TypeVar

from pydantic_ai import RunContext
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models import Model, ModelRequestParameters, StreamedResponse
from pydantic_ai.settings import ModelSettings

T = TypeVar("T")
TOO_MANY_REQUESTS = 429


class _Line:
    """First come, first served; leaving is always orderly."""

    def __init__(self) -> None:
        self._waiting: dict[int, asyncio.Event] = {}
        self._number = 0

    @asynccontextmanager
    async def place(self) -> AsyncGenerator[None]:
        self._number += 1
        number, event = self._number, asyncio.Event()
        self._waiting[number] = event
        self._call_next()
        try:
            await event.wait()
            yield
        finally:
            del self._waiting[number]
            self._call_next()

    def _call_next(self) -> None:
        for event in self._waiting.values():
            event.set()
            return


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
        self._max_calls = max_calls
        self._period = period
        self._clock = clock
        self._sleep = sleep
        self._recent: list[float] = []
        self._line = _Line()

    def _forget(self) -> None:
        now = self._clock()
        self._recent = [t for t in self._recent if now - t < self._period]

    async def pause(self, seconds: float) -> None:
        if seconds > 0:
            await self._sleep(seconds)

    async def acquire(self) -> None:
        """Return when a call may start."""
        async with self._line.place():
            self._forget()
            if len(self._recent) >= self._max_calls:
                oldest = self._recent[-self._max_calls]
                await self.pause(oldest + self._period - self._clock())
            self._recent.append(self._clock())


def _seconds_to_wait(error: ModelHTTPError) -> float | None:
    response = getattr(error.__cause__, "response", None)
    header = response.headers.get("retry-after") if response is not None else None
    if header is None:
        return error.retry_after
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        when = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (when - datetime.now(timezone.utc)).total_seconds())


class RateLimitedModel(Model):
    """A model that asks `limiter` before each try, and tries again after a 429."""

    def __init__(self, model: Model, limiter: RateLimiter) -> None:
        super().__init__(settings=model.settings, profile=model.profile)
        self.wrapped = model
        self._limiter = limiter

    @property
    def model_name(self) -> str:
        return self.wrapped.model_name

    @property
    def system(self) -> str:
        return self.wrapped.system

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Pass the request on as soon as the limiter lets it."""
        call = partial(
            self.wrapped.request, messages, model_settings, model_request_parameters
        )
        return await self._try_often(call)

    @asynccontextmanager
    async def request_stream(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        run_context: RunContext[Any] | None = None,
    ) -> AsyncGenerator[StreamedResponse]:
        """Open a stream as soon as the limiter lets it."""
        async with AsyncExitStack() as stack:

            async def opened() -> StreamedResponse:
                return await stack.enter_async_context(
                    self.wrapped.request_stream(
                        messages,
                        model_settings,
                        model_request_parameters,
                        run_context=run_context,
                    )
                )

            yield await self._try_often(opened)

    async def _try_often(self, call: Callable[[], Awaitable[T]]) -> T:
        left = 3
        while True:
            await self._limiter.acquire()
            left -= 1
            try:
                return await call()
            except ModelHTTPError as error:
                if error.status_code != TOO_MANY_REQUESTS or not left:
                    raise
                seconds = _seconds_to_wait(error)
                if seconds is None:
                    raise
                await self._limiter.pause(seconds)
