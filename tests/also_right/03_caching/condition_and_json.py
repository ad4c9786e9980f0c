"""A condition for all who wait; the text of the JSON is the key; a dict in order."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypedDict

from pydantic import TypeAdapter
from pydantic_ai import RunContext
from pydantic_ai.messages import ModelMessage, ModelMessagesTypeAdapter, ModelResponse
from pydantic_ai.models import (
    CompletedStreamedResponse,
    Model,
    ModelRequestParameters,
    StreamedResponse,
)
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings

REPLY = TypeAdapter(ModelResponse)
PARAMETERS = TypeAdapter(ModelRequestParameters)


class Record(TypedDict):
    """One answer as bytes: nobody can change those."""

    text: bytes
    came_at: float


def _strip(value: Any) -> Any:
    match value:
        case dict():
            noise = ("timestamp", "run_id", "conversation_id")
            return {k: _strip(v) for k, v in value.items() if k not in noise}
        case list():
            return [_strip(v) for v in value]
        case _:
            return value


class CachedModel(WrapperModel):
    """A cache around a model."""

    def __init__(
        self,
        model: Model,
        *,
        max_entries: int = 128,
        ttl: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(model)
        self.hits, self.misses = 0, 0
        self.__limit, self.__ttl, self.__clock = max_entries, ttl, clock
        self.__records: dict[str, Record] = {}
        self.__under_way: set[str] = set()
        self.__changed = asyncio.Condition()

    def clear(self) -> None:
        """Forget every reply."""
        self.__records.clear()

    def __key(
        self,
        messages: list[ModelMessage],
        settings: ModelSettings | None,
        parameters: ModelRequestParameters,
    ) -> str:
        told = ModelMessagesTypeAdapter.dump_python(messages, mode="json")
        asked = PARAMETERS.dump_python(parameters, mode="json")
        everything = [self.model_name, _strip(told), settings, asked]
        return json.dumps(everything, sort_keys=True, default=str)

    def __get(self, key: str) -> ModelResponse | None:
        record = self.__records.pop(key, None)
        if record is None:
            return None
        if self.__ttl is not None:
            age = self.__clock() - record["came_at"]
            if age > self.__ttl:
                return None
        self.__records[key] = record  # now it is the last
        self.hits += 1
        return REPLY.validate_json(record["text"])

    def __put(self, key: str, reply: ModelResponse) -> None:
        self.__records.pop(key, None)
        self.__records[key] = Record(
            text=REPLY.dump_json(reply), came_at=self.__clock()
        )
        for oldest in list(self.__records)[: -self.__limit]:
            del self.__records[oldest]

    @contextmanager
    def __asking(self, key: str) -> Iterator[None]:
        self.__under_way.add(key)
        try:
            yield
        finally:
            self.__under_way.discard(key)

    async def __tell(self) -> None:
        async with self.__changed:
            self.__changed.notify_all()

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Answer from the cache, else ask the model and keep what it says."""
        key = self.__key(messages, model_settings, model_request_parameters)
        async with self.__changed:
            await self.__changed.wait_for(lambda: key not in self.__under_way)
            if (reply := self.__get(key)) is not None:
                return reply
            self.__under_way.add(key)
        self.misses += 1
        try:
            with self.__asking(key):
                reply = await self.wrapped.request(
                    messages, model_settings, model_request_parameters
                )
                self.__put(key, reply)
        finally:
            await asyncio.shield(asyncio.ensure_future(self.__tell()))
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
        key = self.__key(messages, model_settings, model_request_parameters)
        reply = self.__get(key)
        if reply is None:
            self.misses += 1
            async with self.wrapped.request_stream(
                messages, model_settings, model_request_parameters, run_context
            ) as stream:
                yield stream
            reply = stream.get()
            if reply.state == "complete":
                self.__put(key, reply)
            return
        yield CompletedStreamedResponse(
            reply, model_request_parameters=model_request_parameters, replay_events=True
        )
