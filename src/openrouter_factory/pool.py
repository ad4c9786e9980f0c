"""One HTTP client for all models of an event loop, so that connections are kept open.

    async with shared_client() as client:
        model = create_openrouter_model(name, key, http_client=client)

The first to enter makes the client, whoever else enters in the same event loop gets
the same one, the last to leave closes it. A client cannot serve two event loops: its
connections belong to the one that opened them.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio
import httpx2
from pydantic_ai.models import create_async_httpx2_client

TIMEOUT = httpx2.Timeout(600, connect=5)
"""Seconds. A long answer takes minutes, which the guide's 30 would cut off."""
LIMITS = httpx2.Limits(max_connections=100, max_keepalive_connections=20)
"""Further requests wait for a connection; 20 stay open between requests."""


@dataclass
class _Shared:
    client: httpx2.AsyncClient
    users: int = 0


_by_loop: dict[asyncio.AbstractEventLoop, _Shared] = {}


@asynccontextmanager
async def shared_client() -> AsyncGenerator[httpx2.AsyncClient]:
    """The client of the running event loop, open until the last user has left."""
    loop = asyncio.get_running_loop()
    shared = _by_loop[loop] = _by_loop.get(loop) or _Shared(_new_client())
    shared.users += 1
    try:
        yield shared.client
    finally:
        shared.users -= 1
        if not shared.users:
            del _by_loop[loop]
            with anyio.CancelScope(shield=True):  # closed even if cancelled
                await shared.client.aclose()


def current_client() -> httpx2.AsyncClient | None:
    """The shared client that is open in the running event loop, if there is one."""
    try:
        shared = _by_loop.get(asyncio.get_running_loop())
    except RuntimeError:  # no event loop is running
        return None
    return shared.client if shared else None


def _new_client() -> httpx2.AsyncClient:
    return create_async_httpx2_client(timeout=TIMEOUT, limits=LIMITS)
