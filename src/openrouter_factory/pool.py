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
    keeper: AsyncGenerator[None] | None = None


_by_loop: dict[asyncio.AbstractEventLoop, _Shared] = {}


@asynccontextmanager
async def shared_client() -> AsyncGenerator[httpx2.AsyncClient]:
    """The client of the running event loop, open until the last user has left."""
    loop = asyncio.get_running_loop()
    shared = _enter(loop)
    try:
        yield shared.client
    finally:
        await _leave(loop)


def loop_client() -> httpx2.AsyncClient | None:
    """The client of the running event loop, for who cannot say when to close it.

    It is closed by the last user of `shared_client`; without any, when the event loop
    ends. None if no event loop is running.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return None
    if loop not in _by_loop:
        _open_until_the_end_of(loop)
    return _by_loop[loop].client


def _enter(loop: asyncio.AbstractEventLoop) -> _Shared:
    shared = _by_loop[loop] = _by_loop.get(loop) or _Shared(_new_client())
    shared.users += 1
    return shared


async def _leave(loop: asyncio.AbstractEventLoop) -> None:
    shared = _by_loop[loop]
    shared.users -= 1
    if not shared.users:
        del _by_loop[loop]
        with anyio.CancelScope(shield=True):  # closed even if cancelled
            await shared.client.aclose()


def _open_until_the_end_of(loop: asyncio.AbstractEventLoop) -> None:
    keeper = _keep_open(loop)
    try:
        keeper.__anext__().send(None)  # up to its `yield`, without waiting for anything
    except StopIteration:
        _by_loop[loop].keeper = keeper


async def _keep_open(loop: asyncio.AbstractEventLoop) -> AsyncGenerator[None]:
    """Stop in the midst: `asyncio.run` closes such generators before its loop ends."""
    _enter(loop)
    try:
        yield
    finally:
        await _leave(loop)


def _new_client() -> httpx2.AsyncClient:
    return create_async_httpx2_client(timeout=TIMEOUT, limits=LIMITS)
