"""One write for what is said in one breath.

Uvicorn writes the head of a reply and its body apart. Each write is a system call, and
they are most of what a reply costs here; this holds them back to the end of the event
loop's turn and writes them together.
"""

import asyncio
import itertools
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from openrouter_sim.errors import ApiError
from openrouter_sim.wire import dumps

NUMBERS = itertools.count(1)


class CorkedTransport:
    """A transport whose writes of one turn of the loop leave together."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._waiting: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Holds `data` back until the end of this turn."""
        if not self._waiting:
            self._loop.call_soon(self.flush)
        self._waiting.append(data)

    def flush(self) -> None:
        """Writes what was held back."""
        if self._waiting:
            self._transport.write(b"".join(self._waiting))
            self._waiting.clear()

    def close(self) -> None:
        """Closes the connection after what was held back."""
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        """Whatever else a transport can do."""
        return getattr(self._transport, name)


class CorkedProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """Uvicorn's HTTP protocol, over a corked transport."""

    transport: Any
    app_state: dict[str, Any]

    def connection_made(self, transport: Any) -> None:
        """Corks the connection and numbers it, in the `state` of its requests."""
        self.app_state = {**self.app_state, "connection": next(NUMBERS)}
        super().connection_made(CorkedTransport(transport))

    def send_400_response(self, msg: str) -> None:
        """Refuses what is no HTTP, with a body like any other refusal."""
        body = dumps(ApiError(400, msg).body())
        head = (
            "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()
