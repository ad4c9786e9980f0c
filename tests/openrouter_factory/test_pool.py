import asyncio
import gc

import anyio
import anyio.lowlevel
import httpx2
import pytest
import respx
from pydantic_ai import Agent

from openrouter_factory import create_openrouter_model, pool, shared_client


async def test_all_users_in_an_event_loop_share_one_client() -> None:
    async with shared_client() as first, shared_client() as second:
        assert first is second


async def test_the_last_one_to_leave_closes_the_client() -> None:
    async with shared_client() as client:
        async with shared_client():
            pass
        assert not client.is_closed
    assert client.is_closed
    assert pool._by_loop == {}


async def test_whoever_comes_later_gets_a_new_client() -> None:
    async with shared_client() as first:
        pass
    async with shared_client() as second:
        assert second is not first
        assert not second.is_closed


async def test_two_tasks_may_leave_in_any_order() -> None:
    first_left = asyncio.Event()
    clients = []

    async def first() -> None:
        async with shared_client() as client:
            clients.append(client)
            await asyncio.sleep(0)
        first_left.set()

    async def second() -> None:
        async with shared_client() as client:
            clients.append(client)
            await first_left.wait()
            assert not client.is_closed

    await asyncio.gather(first(), second())
    assert clients[0] is clients[1]
    assert clients[0].is_closed


def test_every_event_loop_has_a_client_of_its_own() -> None:
    async def use() -> httpx2.AsyncClient:
        async with shared_client() as client:
            return client

    first, second = asyncio.run(use()), asyncio.run(use())
    assert first is not second
    assert first.is_closed
    assert second.is_closed


async def test_an_error_closes_the_client_too() -> None:
    with pytest.raises(KeyError, match="x"):
        async with shared_client() as client:
            raise KeyError("x")
    assert client.is_closed


async def test_a_cancelled_user_still_closes_the_client(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closing = pool._new_client()
    original = closing.aclose

    async def slow_close() -> None:
        await anyio.lowlevel.checkpoint()  # where a cancelled scope would strike again
        await original()

    monkeypatch.setattr(closing, "aclose", slow_close)
    monkeypatch.setattr(pool, "_new_client", lambda: closing)
    with anyio.CancelScope() as scope:
        async with shared_client():
            scope.cancel()
            await anyio.lowlevel.checkpoint()
    assert closing.is_closed


async def test_the_client_waits_longer_than_a_long_answer_takes() -> None:
    async with shared_client() as client:
        assert client.timeout.read == 600
        assert client.timeout.connect == 5


async def test_models_speak_through_the_shared_client(
    openrouter: respx.Route, key: str
) -> None:
    async with shared_client() as client:
        model = create_openrouter_model("openai/gpt-4o", key, http_client=client)
        async with Agent(model) as agent:
            assert (await agent.run("Hi")).output == "Hello."
        assert not client.is_closed


def test_outside_an_event_loop_there_is_no_client() -> None:
    assert pool.loop_client() is None


async def test_the_client_of_the_loop_is_the_shared_one_while_that_is_open() -> None:
    async with shared_client() as client:
        assert pool.loop_client() is client
    assert client.is_closed
    assert pool.loop_client() is not client


def test_the_client_of_the_loop_is_closed_when_the_loop_ends(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def use() -> httpx2.AsyncClient | None:
        client = pool.loop_client()
        gc.collect()  # nothing but the pool holds on to it
        assert pool.loop_client() is client
        async with shared_client() as shared:
            assert shared is client
        assert not shared.is_closed
        return client

    client = asyncio.run(use())
    assert client is not None
    assert client.is_closed
    assert pool._by_loop == {}
    assert not caplog.records  # where asyncio would complain of a generator
