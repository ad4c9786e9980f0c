"""The door: what happens to each request before an endpoint sees it.

The body is read up to a limit, keys in it are masked, the request is recorded, and
faults on order are met here. Whatever goes wrong behind the door leaves as a proper
refusal, never as a traceback.
"""

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openrouter_sim import responses
from openrouter_sim.errors import ApiError
from openrouter_sim.faults import DOOR, FAILURES
from openrouter_sim.record import Received, mask, mask_header, parse
from openrouter_sim.world import World

MAX_BODY = 32_000_000


class DisconnectedError(Exception):
    """The client went away before its request was complete."""


class Door:
    """ASGI middleware around all endpoints of one `world`."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self.app = app
        self.world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets one request in, and its reply out."""
        try:
            raw, too_large = await read(receive)
        except DisconnectedError:
            return
        received = describe(scope, raw)
        self.world.log.add(received)
        scope["received"] = received

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                received.status = message["status"]
            await send(message)

        try:
            if too_large:
                raise ApiError(413)
            await self.let_in(scope, receive, answer)
        except ApiError as error:
            await responses.refusal(error)(scope, receive, answer)

    async def let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Meets the faults on order for any request, then calls the endpoint."""
        if latency := self.world.draw_latency():
            await asyncio.sleep(latency)
        fault = self.world.orders.take(DOOR)
        if fault and fault.kind == "delay":  # one, and what fails after it
            seconds, fault = fault.seconds, self.world.orders.take(FAILURES)
            await asyncio.sleep(seconds)
        if fault and fault.kind == "status":
            raise fault.error()
        if fault:
            scope["drop"]()
        else:
            await self.app(scope, receive, send)


async def read(receive: Receive) -> tuple[bytes, bool]:
    """The body, and whether it was too large: then it is read on, but not kept."""
    kept: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise DisconnectedError
        size += len(message["body"])
        if size <= MAX_BODY:
            kept.append(message["body"])
        if not message["more_body"]:
            return (b"", True) if size > MAX_BODY else (b"".join(kept), False)


def describe(scope: Scope, raw: bytes) -> Received:
    """The request as it may be kept: no whole key in it."""
    headers = [(name, mask_header(name, value)) for name, value in scope["headers"]]
    received = Received(
        method=scope["method"],
        path=mask(scope["path"].encode()).decode(),
        query=mask(scope["query_string"]).decode("latin-1"),
        headers=Headers(raw=headers),
        raw=mask(raw),
        size=len(raw),
        connection=scope.get("state", {}).get("connection", 0),
    )
    try:
        received.body = parse(received.raw) if raw else None
    except ApiError as error:
        received.problem = error
    return received
