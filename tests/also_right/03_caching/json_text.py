"""A separate cache object that keeps JSON; futures for those who ask meanwhile."""

import asyncio
import hashlib
import json
import time
from contextlib import asynccontextmanager

from pydantic import TypeAdapter
from pydantic_ai.messages import ModelMessagesTypeAdapter, ModelResponse
from pydantic_ai.models import CompletedStreamedResponse
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_core import to_jsonable_python

REPLY = TypeAdapter(ModelResponse)


class Store:
    def __init__(self, size, ttl, clock):
        self.size, self.ttl, self.clock = size, ttl, clock
        self.rows = {}

    def read(self, digest):
        if digest not in self.rows:
            return None
        born, text = self.rows.pop(digest)
        if self.ttl is not None and self.clock() >= born + self.ttl:
            return None
        self.rows[digest] = (born, text)
        return REPLY.validate_json(text)

    def write(self, digest, reply):
        self.rows.pop(digest, None)
        self.rows[digest] = (self.clock(), REPLY.dump_json(reply))
        for oldest in list(self.rows)[: -self.size]:
            del self.rows[oldest]


def digest_of(model_name, messages, settings, parameters):
    rows = json.loads(ModelMessagesTypeAdapter.dump_json(messages))
    for row in rows:
        for noisy in [row, *row["parts"]]:
            for name in {"timestamp", "run_id", "conversation_id"} & noisy.keys():
                del noisy[name]
    parts = [model_name, rows, settings, to_jsonable_python(parameters)]
    return hashlib.blake2b(json.dumps(parts, sort_keys=True).encode()).digest()


class CachedModel(WrapperModel):
    def __init__(self, model, *, max_entries=128, ttl=None, clock=time.monotonic):
        super().__init__(model)
        self.store = Store(max_entries, ttl, clock)
        self.waiting = {}
        self.hits, self.misses = 0, 0

    def clear(self):
        self.store.rows = {}

    async def request(self, messages, model_settings, model_request_parameters):
        digest = digest_of(
            self.model_name, messages, model_settings, model_request_parameters
        )
        while digest in self.waiting:
            await asyncio.wait([self.waiting[digest]])
        if (reply := self.store.read(digest)) is not None:
            self.hits += 1
            return reply
        self.misses += 1
        done = self.waiting[digest] = asyncio.get_running_loop().create_future()
        try:
            reply = await self.wrapped.request(
                messages, model_settings, model_request_parameters
            )
            self.store.write(digest, reply)
            return reply
        finally:
            del self.waiting[digest]
            done.set_result(None)

    @asynccontextmanager
    async def request_stream(
        self, messages, model_settings, model_request_parameters, run_context=None
    ):
        digest = digest_of(
            self.model_name, messages, model_settings, model_request_parameters
        )
        if (reply := self.store.read(digest)) is not None:
            self.hits += 1
            yield CompletedStreamedResponse(
                reply,
                model_request_parameters=model_request_parameters,
                replay_events=True,
            )
            return
        self.misses += 1
        async with self.wrapped.request_stream(
            messages, model_settings, model_request_parameters, run_context
        ) as stream:
            try:
                yield stream
            finally:
                reply = stream.get()
                if reply.state == "complete":
                    self.store.write(digest, reply)
