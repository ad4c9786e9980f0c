"""Streams are made from whole answers, so there is one way to ask; LRU in two lists."""

import asyncio
import pickle
import time
from collections import defaultdict
from contextlib import asynccontextmanager
from dataclasses import fields, is_dataclass, replace

from pydantic_ai.models import CompletedStreamedResponse
from pydantic_ai.models.wrapper import WrapperModel

NOISE = {"timestamp", "run_id", "conversation_id"}


def quiet(message):
    """The message without what each run adds, by way of its dataclass."""
    parts = [freeze(part) for part in message.parts]
    return (freeze(replace(message, parts=[])), tuple(parts))


def freeze(thing):
    if is_dataclass(thing):
        names = [f.name for f in fields(thing) if f.name not in NOISE]
        values = tuple((name, freeze(getattr(thing, name))) for name in names)
        return (type(thing).__name__, values)
    if isinstance(thing, dict):
        return tuple(sorted((str(key), freeze(value)) for key, value in thing.items()))
    if isinstance(thing, list | tuple | set):
        return tuple(freeze(inner) for inner in thing)
    return repr(thing)


class CachedModel(WrapperModel):
    def __init__(self, model, *, max_entries=128, ttl=None, clock=time.monotonic):
        super().__init__(model)
        self._size, self._ttl, self._clock = max_entries, ttl, clock
        self.hits = 0
        self.misses = 0
        self._keys, self._values = [], []
        self._busy = defaultdict(int)
        self._changed = asyncio.Condition()

    def clear(self):
        self._keys, self._values = [], []

    def _get(self, key):
        if key in self._keys:
            at = self._keys.index(key)
            born, data = self._values.pop(at)
            self._keys.pop(at)
            if self._ttl is None or self._clock() < born + self._ttl:
                self._put(key, data, born)
                self.hits += 1
                return pickle.loads(data)
        self.misses += 1
        return None

    def _put(self, key, data, born):
        self._keys.append(key)
        self._values.append((born, data))
        self._keys, self._values = (
            self._keys[-self._size :],
            self._values[-self._size :],
        )

    async def request(self, messages, model_settings, model_request_parameters):
        key = (
            self.wrapped.model_id,
            tuple(quiet(message) for message in messages),
            freeze(dict(model_settings or {})),
            freeze(model_request_parameters),
        )
        async with self._changed:
            await self._changed.wait_for(lambda: not self._busy[key])
            self._busy[key] = 1
        try:
            reply = self._get(key)
            if reply is None:
                reply = await super().request(
                    messages, model_settings, model_request_parameters
                )
                self._put(key, pickle.dumps(reply), self._clock())
            return reply
        finally:
            self._busy.pop(key)
            async with self._changed:
                self._changed.notify_all()

    @asynccontextmanager
    async def request_stream(
        self, messages, model_settings, model_request_parameters, run_context=None
    ):
        reply = await self.request(messages, model_settings, model_request_parameters)
        yield CompletedStreamedResponse(
            reply, model_request_parameters=model_request_parameters, replay_events=True
        )
