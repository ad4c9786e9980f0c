"""Keys are JSON digests, streams are teed, callers at once share a future."""

import asyncio
import hashlib
import json
import time
from contextlib import asynccontextmanager
from copy import deepcopy

from pydantic import TypeAdapter
from pydantic_ai.messages import ModelMessagesTypeAdapter
from pydantic_ai.models import CompletedStreamedResponse, ModelRequestParameters
from pydantic_ai.models.wrapper import WrapperModel

PARAMETERS = TypeAdapter(ModelRequestParameters)


def scrub(node):
    """`node` of JSON, without what each run adds to messages and their parts."""
    for message in node:
        for one in [message, *message["parts"]]:
            for noise in ("timestamp", "run_id", "conversation_id"):
                one.pop(noise, None)
    return node


class CachedModel(WrapperModel):
    """A model with a memory."""

    def __init__(self, model, *, max_entries=128, ttl=None, clock=time.monotonic):
        super().__init__(model)
        self.hits, self.misses = 0, 0
        self.__size, self.__ttl, self.__clock = max_entries, ttl, clock
        self.__kept = []  # (digest, reply, events, time), the latest used first
        self.__asked = {}

    def clear(self):
        """Forget all."""
        self.__kept.clear()

    def __digest(self, messages, settings, parameters):
        text = json.dumps(
            [
                self.model_name,
                scrub(ModelMessagesTypeAdapter.dump_python(messages, mode="json")),
                repr(sorted((settings or {}).items(), key=lambda item: item[0])),
                PARAMETERS.dump_python(parameters, mode="json", fallback=repr),
            ],
            sort_keys=False,
        )
        return hashlib.blake2b(text.encode()).digest()

    def __get(self, digest):
        for row in self.__kept:
            if row[0] == digest:
                self.__kept.remove(row)
                if self.__ttl is not None and self.__clock() > row[3] + self.__ttl:
                    return None
                self.__kept.insert(0, row)
                return deepcopy(row[1]), deepcopy(row[2])
        return None

    def __put(self, digest, reply, events=True):
        self.__kept = [row for row in self.__kept if row[0] != digest]
        row = (digest, deepcopy(reply), events, self.__clock())
        self.__kept.insert(0, row)
        del self.__kept[self.__size :]

    async def request(self, messages, model_settings, model_request_parameters):
        question = (messages, model_settings, model_request_parameters)
        digest = self.__digest(*question)
        if found := self.__get(digest):
            self.hits += 1
            return found[0]
        if shared := self.__asked.get(digest):
            await asyncio.wait([shared])
            if not shared.cancelled():
                reply = deepcopy(shared.result())
                self.hits += 1
                return reply
            return await self.request(*question)
        self.misses += 1
        shared = self.__asked[digest] = asyncio.get_running_loop().create_future()
        try:
            reply = await self.wrapped.request(*question)
        except Exception as error:
            shared.set_exception(error)
            shared.exception()  # somebody has seen it
            raise
        except BaseException:
            shared.cancel()
            raise
        else:
            self.__put(digest, reply)
            shared.set_result(deepcopy(reply))
            return reply
        finally:
            del self.__asked[digest]

    @asynccontextmanager
    async def request_stream(
        self, messages, model_settings, model_request_parameters, run_context=None
    ):
        digest = self.__digest(messages, model_settings, model_request_parameters)
        if found := self.__get(digest):
            self.hits += 1
            yield CompletedStreamedResponse(
                found[0],
                model_request_parameters=model_request_parameters,
                replay_events=found[1],
            )
            return
        self.misses += 1
        async with self.wrapped.request_stream(
            messages, model_settings, model_request_parameters, run_context
        ) as stream:
            heard, ended = [], []

            async def tee(events):
                async for event in events:
                    heard.append(deepcopy(event))
                    yield event
                ended.append(True)

            stream._event_iterator = tee(aiter(stream))
            yield stream
            if ended:
                self.__put(digest, stream.get())
