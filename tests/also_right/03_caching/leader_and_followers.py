"""Rows of a dataclass in a plain dict; one asks, the others wait for its event."""

import asyncio
import copy
import dataclasses
import time
from contextlib import asynccontextmanager
from typing import Any

from pydantic_ai.messages import ModelResponse
from pydantic_ai.models import CompletedStreamedResponse, StreamedResponse
from pydantic_ai.models.wrapper import WrapperModel

LEFT_OUT = {"timestamp", "run_id", "conversation_id"}


@dataclasses.dataclass
class Row:
    reply: ModelResponse
    born: float


def frozen(thing: Any, leave_out=frozenset()) -> Any:
    """`thing` as nested tuples, which can be the key of a dict."""
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        return (
            type(thing).__name__,
            *(
                (field.name, frozen(getattr(thing, field.name), leave_out))
                for field in dataclasses.fields(thing)
                if field.name not in leave_out
            ),
        )
    if isinstance(thing, dict):
        return ("dict", *((key, frozen(thing[key], leave_out)) for key in thing))
    if isinstance(thing, (list, tuple)):
        return ("list", *(frozen(one, leave_out) for one in thing))
    if isinstance(thing, (set, frozenset)):
        return ("set", *sorted(map(repr, thing)))
    if isinstance(thing, (str, bytes, int, float, bool, type(None))):
        return (type(thing).__name__, thing)
    return repr(thing)


class CachedModel(WrapperModel):
    def __init__(self, model, *, max_entries=128, ttl=None, clock=time.monotonic):
        super().__init__(model)
        self.max_entries = max_entries
        self.ttl = ttl
        self.clock = clock
        self.hits = 0
        self.misses = 0
        self.rows: dict[Any, Row] = {}
        self.being_asked: dict[Any, asyncio.Event] = {}

    def clear(self):
        self.rows = {}
        self.hits = self.misses = 0

    def question(self, messages, settings, parameters):
        return (
            self.wrapped.model_name,
            frozen(messages, LEFT_OUT),
            frozen(settings),
            frozen(parameters),
        )

    def look_up(self, question):
        row = self.rows.pop(question, None)
        if row is None or (self.ttl is not None and self.clock() - row.born > self.ttl):
            return None
        self.rows[question] = row  # at the end: it was used last
        self.hits += 1
        return copy.deepcopy(row.reply)

    def remember(self, question, reply):
        self.rows.pop(question, None)
        self.rows[question] = Row(copy.deepcopy(reply), self.clock())
        while len(self.rows) > self.max_entries:
            oldest = next(iter(self.rows))
            del self.rows[oldest]

    async def request(self, messages, model_settings, model_request_parameters):
        question = self.question(messages, model_settings, model_request_parameters)
        while question in self.being_asked:
            await self.being_asked[question].wait()
        known = self.look_up(question)
        if known is not None:
            return known
        self.misses += 1
        self.being_asked[question] = asyncio.Event()
        try:
            reply = await self.wrapped.request(
                messages, model_settings, model_request_parameters
            )
            self.remember(question, reply)
        finally:
            self.being_asked.pop(question).set()
        return reply

    @asynccontextmanager
    async def request_stream(
        self, messages, model_settings, model_request_parameters, run_context=None
    ):
        question = self.question(messages, model_settings, model_request_parameters)
        known = self.look_up(question)
        if known is not None:
            yield CompletedStreamedResponse(
                known,
                model_request_parameters=model_request_parameters,
                replay_events=True,
            )
            return
        self.misses += 1
        async with self.wrapped.request_stream(
            messages, model_settings, model_request_parameters, run_context
        ) as stream:
            watched = Watched(stream)
            yield watched
            if watched.ended:
                self.remember(question, stream.get())


class Watched(StreamedResponse):
    """Passes everything on, and notices the end."""

    def __init__(self, stream):
        self.__dict__["stream"] = stream
        self.__dict__["ended"] = False

    def __getattribute__(self, name):
        own = object.__getattribute__(self, "__dict__")
        if name in ("ended", "__dict__", "__class__", "_get_event_iterator"):
            return object.__getattribute__(self, name)
        return getattr(own["stream"], name)

    def __setattr__(self, name, value):
        setattr(self.__dict__["stream"], name, value)

    def __aiter__(self):
        return self._pass_on()

    async def _get_event_iterator(self):
        async for event in self.__dict__["stream"]:
            yield event

    def _pass_on(self):
        raise NotImplementedError

    model_name = provider_name = provider_url = timestamp = property(lambda self: None)


async def _all_of(watched):
    async for event in watched.__dict__["stream"]:
        yield event
    watched.__dict__["ended"] = True


Watched.__aiter__ = lambda self: _all_of(self)
del Watched._pass_on
