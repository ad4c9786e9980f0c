"""
misconception = "as-old-as-the-question"
fails = [
    "test_the_age_of_a_reply_counts_from_its_arrival",
]
words = ["took 8 s"]
state = "failing"
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from copy import deepcopy
from hashlib import sha256
from typing import Any
from weakref import WeakValueDictionary

from pydantic_ai import RunContext
from pydantic_ai.messages import (
    ModelMessage,
    ModelMessagesTypeAdapter,
    ModelResponse,
)
from pydantic_ai.models import (
    CompletedStreamedResponse,
    Model,
    ModelRequestParameters,
    StreamedResponse,
)
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings
from pydantic_core import to_json

# What PydanticAI adds to messages, anew in each run: no part of the question.
NOISE = ("timestamp", "run_id", "conversation_id")


class CachedModel(WrapperModel):
    """A model that asks `model` once for each question, and remembers the reply.

    Keeps `max_entries` replies, for `ttl` seconds each (`None`: for good).
    """

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
        self._max_entries, self._ttl, self._clock = max_entries, ttl, clock
        # The replies, each with the time it came at; the latest used is the last.
        self._kept: OrderedDict[str, tuple[ModelResponse, float]] = OrderedDict()
        # A lock for each question that is being asked; goes when nobody uses it.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def clear(self) -> None:
        """Forget every reply."""
        self._kept.clear()

    def _key(
        self,
        messages: list[ModelMessage],
        settings: ModelSettings | None,
        parameters: ModelRequestParameters,
    ) -> str:
        """The same text for the same question, and another one for any other."""
        plain = ModelMessagesTypeAdapter.dump_python(messages, mode="json")
        for message in plain:
            for part in (message, *message["parts"]):
                for noise in NOISE:
                    part.pop(noise, None)
        question = [self.model_name, plain, settings, parameters]
        text = to_json(question, fallback=repr)
        return sha256(text).hexdigest()

    def _find(self, key: str) -> ModelResponse | None:
        """The reply that is kept under `key`, if it is still fresh; counts."""
        reply, born = self._kept.pop(key, (None, 0.0))
        if reply is None or self._is_old(born):
            self.misses += 1
            return None
        self._kept[key] = (reply, born)
        self.hits += 1
        return deepcopy(reply)

    def _keep(self, key: str, reply: ModelResponse, born: float | None = None) -> None:
        """Keep a copy of `reply`, and let the least recently used go."""
        self._kept.pop(key, None)
        self._kept[key] = (deepcopy(reply), self._clock() if born is None else born)
        while len(self._kept) > self._max_entries:
            self._kept.popitem(last=False)

    def _is_old(self, born: float) -> bool:
        return self._ttl is not None and self._clock() - born >= self._ttl

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Answer from the cache, else ask the model and keep what it says."""
        key = self._key(messages, model_settings, model_request_parameters)
        async with self._locks.setdefault(key, asyncio.Lock()):
            asked = self._clock()
            reply = self._find(key)
            if reply is None:
                reply = await self.wrapped.request(
                    messages, model_settings, model_request_parameters
                )
                self._keep(key, reply, asked)
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
        key = self._key(messages, model_settings, model_request_parameters)
        if (reply := self._find(key)) is not None:
            yield CompletedStreamedResponse(
                reply,
                model_request_parameters=model_request_parameters,
                replay_events=True,
            )
            return
        async with self.wrapped.request_stream(
            messages, model_settings, model_request_parameters, run_context
        ) as stream:
            yield stream
            if (reply := stream.get()).state == "complete":
                self._keep(key, reply)
