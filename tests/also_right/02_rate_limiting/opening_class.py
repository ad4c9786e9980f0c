"""A stream is opened by an object, not a generator; errors are sorted by `match`."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from pydantic_ai import RunContext
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models import Model, ModelRequestParameters, StreamedResponse
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings


class Again(NamedTuple):
    """Try again, after so many seconds."""

    seconds: float


def judge(error: ModelHTTPError, tried: int) -> Again | None:
    match error:
        case ModelHTTPError(status_code=429 | 503, retry_after=float(s)) if tried < 11:
            return Again(s)
        case ModelHTTPError(status_code=429 | 500 | 502 | 503) if tried < 11:
            return Again(min(60.0, 0.5 * 2**tried))
        case _:
            return None


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
        self.max_calls, self.period = max_calls, period
        self.clock, self.sleep = clock, sleep
        self.ends: deque[float] = deque()
        self.line: deque[asyncio.Future[None]] = deque()
        self.someone_is_next = False

    async def acquire(self) -> None:
        """Return when a call may start."""
        if self.someone_is_next or self.line:
            await self._stand_in_line()
        self.someone_is_next = True
        try:
            await self._first_in_line()
        finally:
            self.someone_is_next = False
            self._wake()

    async def _stand_in_line(self) -> None:
        mine = asyncio.get_running_loop().create_future()
        self.line.append(mine)
        try:
            await mine
        except BaseException:
            if mine.done() and not mine.cancelled():
                self.someone_is_next = False
                self._wake()
            elif mine in self.line:
                self.line.remove(mine)
            raise

    def _wake(self) -> None:
        while self.line:
            first = self.line.popleft()
            if not first.done():
                self.someone_is_next = True
                first.set_result(None)
                return

    async def _first_in_line(self) -> None:
        now = self.clock()
        while self.ends and self.ends[0] <= now:
            self.ends.popleft()
        if len(self.ends) == self.max_calls:
            await self.sleep(self.ends[0] - now)
            self.ends.popleft()
        self.ends.append(self.clock() + self.period)


class _Opening:
    """What `async with` gets: opens the stream when entered, as often as need be."""

    def __init__(self, model: "RateLimitedModel", *arguments: Any) -> None:
        self._model, self._arguments = model, arguments
        self._context: Any = None

    async def _open(self) -> StreamedResponse:
        self._context = self._model.wrapped.request_stream(*self._arguments)
        stream: StreamedResponse = await self._context.__aenter__()
        return stream

    async def __aenter__(self) -> StreamedResponse:
        stream: StreamedResponse = await self._model._insist(self._open)
        return stream

    async def __aexit__(self, *error: Any) -> bool | None:
        result: bool | None = await self._context.__aexit__(*error)
        return result


class RateLimitedModel(WrapperModel):
    """A model that asks `limiter` before each try, and tries again after a 429."""

    def __init__(self, model: Model, limiter: RateLimiter) -> None:
        super().__init__(model)
        self._limiter = limiter

    async def _insist(self, call: Callable[[], Awaitable[Any]]) -> Any:
        tried = 0
        while True:
            await self._limiter.acquire()
            tried += 1
            try:
                return await call()
            except ModelHTTPError as error:
                again = judge(error, tried)
                if again is None:
                    raise
            await self._limiter.sleep(again.seconds)

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Pass the request on as soon as the limiter lets it."""
        ask = self.wrapped.request
        answer: ModelResponse = await self._insist(
            lambda: ask(messages, model_settings, model_request_parameters)
        )
        return answer

    def request_stream(  # type: ignore[override]
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        run_context: RunContext[Any] | None = None,
    ) -> _Opening:
        """Open a stream as soon as the limiter lets it."""
        return _Opening(
            self, messages, model_settings, model_request_parameters, run_context
        )
