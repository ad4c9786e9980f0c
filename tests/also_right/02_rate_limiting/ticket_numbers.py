"""Everyone sleeps alone and looks again; a careful loop sees a clock that stands."""

import asyncio
import itertools
import time
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.models.wrapper import WrapperModel


def RateLimiter(
    max_calls: int,
    period: float,
    *,
    clock: Any = time.monotonic,
    sleep: Any = asyncio.sleep,
) -> Any:
    return _Limiter(max_calls, period, clock, sleep)


class _Limiter:
    def __init__(self, max_calls: int, period: float, clock: Any, sleep: Any) -> None:
        self.rule = (max_calls, period)
        self.clock, self.sleep = clock, sleep
        self.log: list[float] = []
        self.numbers = itertools.count()
        self.present: dict[int, asyncio.Event] = {}

    def _seconds_to_wait(self) -> float:
        max_calls, period = self.rule
        if len(self.log) < max_calls:
            return 0.0
        return self.log[-max_calls] + period - self.clock()

    async def acquire(self) -> None:
        number, woken = next(self.numbers), asyncio.Event()
        self.present[number] = woken
        try:
            while min(self.present) != number:
                woken.clear()
                await woken.wait()
            while (seconds := self._seconds_to_wait()) > 0:
                before = self.clock()
                await self.sleep(seconds)
                if self.clock() <= before:
                    break  # it does not move: believe the sleep
            self.log.append(self.clock())
            self.log = self.log[-self.rule[0] :]
        finally:
            del self.present[number]
            for other in self.present.values():
                other.set()


class RateLimitedModel(WrapperModel):
    def __init__(self, model: Any, limiter: Any) -> None:
        super().__init__(model)
        self.__dict__["gate"] = limiter

    async def request(
        self, messages: Any, model_settings: Any, model_request_parameters: Any
    ) -> Any:
        async with self._opened(
            self._once, messages, model_settings, model_request_parameters
        ) as reply:
            return reply

    @asynccontextmanager
    async def _once(self, *arguments: Any) -> Any:
        yield await self.wrapped.request(*arguments)

    @asynccontextmanager
    async def request_stream(
        self,
        messages: Any,
        model_settings: Any,
        model_request_parameters: Any,
        run_context: Any = None,
    ) -> Any:
        async with self._opened(
            self.wrapped.request_stream,
            messages,
            model_settings,
            model_request_parameters,
            run_context,
        ) as stream:
            yield stream

    @asynccontextmanager
    async def _opened(self, make: Any, *arguments: Any) -> Any:
        async with AsyncExitStack() as stack:
            for tries in itertools.count(1):
                await self.gate.acquire()
                try:
                    value = await stack.enter_async_context(make(*arguments))
                    break
                except ModelHTTPError as error:
                    if error.status_code == 429 and tries < 8:
                        wait = 1.0 if error.retry_after is None else error.retry_after
                    else:
                        raise
                await self.gate.sleep(wait)
            yield value
