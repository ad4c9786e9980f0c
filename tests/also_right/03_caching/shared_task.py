"""One task for each question under way, shielded from those who wait for it."""

import asyncio
import copy
import logging
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pydantic import TypeAdapter
from pydantic_ai.messages import ModelMessagesTypeAdapter, ModelResponse
from pydantic_ai.models import CompletedStreamedResponse, ModelRequestParameters
from pydantic_ai.models.wrapper import WrapperModel

_log = logging.getLogger(__name__)
_parameters = TypeAdapter(ModelRequestParameters)


@dataclass
class _Entry:
    reply: ModelResponse
    born: float
    used: int


def _without_noise(value):
    if isinstance(value, dict):
        return {
            key: _without_noise(inner)
            for key, inner in value.items()
            if key not in ("timestamp", "run_id", "conversation_id")
        }
    if isinstance(value, list):
        return [_without_noise(inner) for inner in value]
    return value


class CachedModel(WrapperModel):
    def __init__(self, model, *, max_entries=128, ttl=None, clock=time.monotonic):
        super().__init__(model)
        self._limit, self._ttl, self._clock = max_entries, ttl, clock
        self.clear()

    def clear(self):
        self.hits = self.misses = self._uses = 0
        self._entries: dict[str, _Entry] = {}
        self._under_way: dict[str, asyncio.Task[ModelResponse]] = {}

    def _name(self, messages, settings, parameters):
        plain = ModelMessagesTypeAdapter.dump_python(messages, mode="json")
        return "\n".join(
            [
                self.model_name,
                repr(_without_noise(plain)),
                repr(sorted((settings or {}).items())),
                _parameters.dump_json(parameters).decode(),
            ]
        )

    def _recall(self, name):
        entry = self._entries.get(name)
        if entry and self._ttl is not None and self._clock() - entry.born > self._ttl:
            entry = None
        if entry is None:
            return None
        self._uses += 1
        entry.used = self._uses
        self.hits += 1
        _log.info("hit")
        return copy.deepcopy(entry.reply)

    def _remember(self, name, reply):
        self._uses += 1
        self._entries[name] = _Entry(copy.deepcopy(reply), self._clock(), self._uses)
        while len(self._entries) > self._limit:
            del self._entries[min(self._entries, key=lambda n: self._entries[n].used)]

    async def _fetch(self, name, question):
        try:
            reply = await self.wrapped.request(*question)
            self._remember(name, reply)
            return reply
        finally:
            self._under_way.pop(name, None)

    async def request(self, messages, model_settings, model_request_parameters):
        question = (messages, model_settings, model_request_parameters)
        name = self._name(*question)
        if (reply := self._recall(name)) is not None:
            return reply
        self.misses += 1
        if name not in self._under_way:
            self._under_way[name] = asyncio.create_task(self._fetch(name, question))
        return copy.deepcopy(await asyncio.shield(self._under_way[name]))

    @asynccontextmanager
    async def request_stream(
        self, messages, model_settings, model_request_parameters, run_context=None
    ):
        name = self._name(messages, model_settings, model_request_parameters)
        reply = self._recall(name)
        if reply is not None:
            yield CompletedStreamedResponse(
                reply,
                model_request_parameters=model_request_parameters,
                replay_events=True,
            )
            return
        self.misses += 1
        async with super().request_stream(
            messages, model_settings, model_request_parameters, run_context
        ) as stream:
            yield stream
        if stream.get().state == "complete":
            self._remember(name, stream.get())
