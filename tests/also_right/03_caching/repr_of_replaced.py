"""The key is a `repr` of messages that were made alike first; one task for all."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import fields, replace
from datetime import datetime, timezone
from functools import cached_property
from typing import Any, NamedTuple

from pydantic_ai import RunContext
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models import (
    CompletedStreamedResponse,
    Model,
    ModelRequestParameters,
    StreamedResponse,
)
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings

LONG_AGO = datetime(2000, 1, 1, tzinfo=timezone.utc)
ALIKE = {"timestamp": LONG_AGO, "run_id": None, "conversation_id": None}


def _alike(thing: Any) -> Any:
    names = {field.name for field in fields(thing) if field.init}
    return replace(thing, **{k: v for k, v in ALIKE.items() if k in names})


def _plain(message: ModelMessage) -> ModelMessage:
    changed: ModelMessage = _alike(message)
    return replace(changed, parts=[_alike(part) for part in message.parts])


class _Kept(NamedTuple):
    reply: ModelResponse
    came: float


class _Store:
    """Least recently used goes first; an old one is gone when it is looked for."""

    def __init__(
        self, size: int, ttl: float | None, clock: Callable[[], float]
    ) -> None:
        self.size, self.ttl, self.clock = size, ttl, clock
        self.rows: OrderedDict[str, _Kept] = OrderedDict()

    def get(self, key: str) -> ModelResponse | None:
        try:
            reply, came = self.rows.pop(key)
        except KeyError:
            return None
        if self.ttl is not None and self.clock() - came >= self.ttl:
            return None
        self.rows[key] = _Kept(reply, came)
        return deepcopy(reply)

    def put(self, key: str, reply: ModelResponse) -> None:
        self.rows.pop(key, None)
        self.rows[key] = _Kept(deepcopy(reply), self.clock())
        while len(self.rows) > self.size:
            self.rows.popitem(last=False)


class CachedModel(WrapperModel):
    """Remembers what `model` said."""

    def __init__(
        self,
        model: Model,
        *,
        max_entries: int = 128,
        ttl: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(model)
        self.hits = self.misses = 0
        self._store = _Store(max_entries, ttl, clock)

    @cached_property
    def _tasks(self) -> dict[str, asyncio.Task[ModelResponse]]:
        return {}

    def clear(self) -> None:
        """Forget every reply."""
        self._store.rows.clear()

    def _question(
        self,
        messages: list[ModelMessage],
        settings: ModelSettings | None,
        parameters: ModelRequestParameters,
    ) -> str:
        plain = [_plain(message) for message in messages]
        return repr(
            (self.model_name, plain, sorted((settings or {}).items()), parameters)
        )

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Answer from the cache, else ask the model and keep what it says."""
        key = self._question(messages, model_settings, model_request_parameters)
        if (reply := self._store.get(key)) is not None:
            self.hits += 1
            return reply
        task = self._tasks.get(key)
        if task is None:
            self.misses += 1
            task = asyncio.create_task(
                self._ask(key, messages, model_settings, model_request_parameters)
            )
            self._tasks[key] = task
            task.add_done_callback(lambda _: self._tasks.pop(key, None))
            task.add_done_callback(lambda t: t.cancelled() or t.exception())
        else:
            self.hits += 1
        return deepcopy(await asyncio.shield(task))

    async def _ask(self, key: str, *question: Any) -> ModelResponse:
        reply = await self.wrapped.request(*question)
        self._store.put(key, reply)
        return reply

    @asynccontextmanager
    async def request_stream(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        run_context: RunContext[Any] | None = None,
    ) -> AsyncGenerator[StreamedResponse]:
        """Answer from the cache as a stream, else pass one on and keep what it said."""
        key = self._question(messages, model_settings, model_request_parameters)
        if (reply := self._store.get(key)) is not None:
            self.hits += 1
            yield CompletedStreamedResponse(
                reply,
                model_request_parameters=model_request_parameters,
                replay_events=True,
            )
        else:
            self.misses += 1
            async with self.wrapped.request_stream(
                messages, model_settings, model_request_parameters, run_context
            ) as stream:
                yield stream
                if stream.get().state == "complete":
                    self._store.put(key, stream.get())
