"""A streamed reply: server-sent events, paced, and cut at odd byte borders.

A network cuts where it likes, so what is written here ends in the middle of a line or
of a letter: a client that takes each read for an event fails on this machine already.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from itertools import islice

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from openrouter_sim import wire
from openrouter_sim.errors import ApiError
from openrouter_sim.faults import Fault
from openrouter_sim.generation import Generation
from openrouter_sim.responses import ALWAYS

COMMENT = b": OPENROUTER PROCESSING\n\n"
# Without a pace, so many events leave in one write.
TOGETHER = 5
DONE = b"data: [DONE]\n\n"


def event(chunk: wire.Json) -> bytes:
    """`chunk` as one server-sent event."""
    return b"data: " + wire.dumps(chunk) + b"\n\n"


def events(generation: Generation) -> Iterator[bytes]:
    """The whole stream, event by event, with comments before and between the data."""
    yield COMMENT
    for number, chunk in enumerate(wire.chunks(generation)):
        yield event(chunk)
        if number % 8 == 3:
            yield COMMENT
    yield DONE


def broken(whole: Iterator[bytes], fault: Fault, made: Generation) -> Iterator[bytes]:
    """The stream as `fault` leaves it: `after` so many data events, trouble."""
    seen = 0
    for piece in whole:
        if piece != COMMENT:
            seen += 1
        if seen > fault.after or piece == DONE:
            break
        yield piece
    if fault.kind in ("error", "status in 200"):
        yield from (error_event(made, fault.error()), DONE)
    elif fault.kind == "garbage":
        yield from (b'data: {"id": "gen-broken", "choices": [{"de\n\n', DONE)


def error_event(made: Generation, error: ApiError) -> bytes:
    """An error in mid-stream: HTTP 200 is long sent, so it comes as a chunk."""
    end = wire.choice({"role": "assistant", "content": ""}) | {"finish_reason": "error"}
    chunk = wire.head(made, "chat.completion.chunk")
    return event(chunk | {"error": error.error(), "choices": [end]})


def grouped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in fewer pieces."""
    while piece := b"".join(islice(pieces, TOGETHER)):
        yield piece


def recut(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, each write ending a third into the event after it."""
    rest = b""
    for piece in pieces:
        border = len(piece) // 3
        yield rest + piece[:border]
        rest = piece[border:]
    yield rest


class EventStream(Response):
    """Sends a generation as a stream, `pace` seconds between two writes."""

    def __init__(
        self,
        made: Generation,
        headers: Mapping[str, str],
        *,
        pace: float,
        fault: Fault | None,
    ) -> None:
        super().__init__(headers={**ALWAYS, "Cache-Control": "no-cache", **headers})
        del self.headers["content-length"]
        self.headers["content-type"] = "text/event-stream"
        self.made = made
        self.pace = pace
        self.fault = fault

    async def writes(self) -> AsyncIterator[bytes]:
        """What is written, one by one, in its own time."""
        pieces = events(self.made)
        if self.fault:
            pieces = broken(pieces, self.fault, self.made)
        for written in recut(pieces if self.pace else grouped(pieces)):
            yield written
            await asyncio.sleep(self.pace)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the stream; one that "stops" is dropped without its end."""
        start = {"type": "http.response.start", "status": 200}
        await send(start | {"headers": self.raw_headers})
        async for written in self.writes():
            await send(
                {"type": "http.response.body", "body": written, "more_body": True}
            )
        if self.fault and self.fault.kind == "stop":
            scope["drop"]()
        else:
            await send({"type": "http.response.body", "body": b""})
