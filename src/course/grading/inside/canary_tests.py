"""Tests of the tests: no answer has a part in them, unless it meddles.

Words and numbers are fresh in each run. Those called `test_fails_…` must
fail, all others must pass. Never imported: it is run beside the tests of an exercise,
under names that nobody knows.
"""

import asyncio
import json
import random
import time
from secrets import token_hex as fresh
from typing import Any

import httpx2
import pytest
import respx
from pydantic_ai import Agent
from pydantic_ai.models.openrouter import OpenRouterModel
from pydantic_ai.providers.openrouter import OpenRouterProvider

from course.expect import Outcome, call, call_async, fail, same
from course.fake_time import FakeTime
from course.replies import chat_reply

WHY, LOOK = "It is a canary.", "nothing of yours."


class FreshError(Exception):
    """Nobody else's."""


def echo(value: Any) -> Any:
    """Return what came."""
    return value


def refuse(word: str) -> None:
    """Raise what nobody else raises."""
    raise FreshError(word)


def test_what_is_the_same_is_taken() -> None:
    word = fresh()
    call(echo, word).returns(word, why=WHY, look=LOOK)
    call(echo, [word, 1]).returns([word, 1], why=WHY, look=LOOK)
    call(refuse, word).raises(FreshError, naming=[word], why=WHY, look=LOOK)
    assert same({word: 1}, {word: 1})
    assert not same(word, fresh())
    assert not same(fresh(), word)
    assert word != fresh()
    with pytest.raises(FreshError):
        refuse(word)


def test_clocks_move_and_chance_is_chance() -> None:
    before, now = time.perf_counter(), time.monotonic()
    time.sleep(0.0001)
    assert time.perf_counter() > before
    assert time.monotonic() >= now
    seed = fresh()
    one, other = random.Random(seed), random.Random(seed)
    assert one.random() == other.random()
    assert one.random() != random.Random(fresh()).random()
    assert len({one.random() for _ in range(9)}) == 9


async def test_time_that_is_made_up_moves_as_it_should() -> None:
    fake, seconds = FakeTime(), len(fresh()) + 0.5
    before = fake.now()
    await fake.sleep(seconds)
    assert fake.now() == before + seconds
    await asyncio.sleep(0)


async def test_a_reply_of_the_mock_is_what_arrives(
    httpx2_mock: respx.MockRouter,
) -> None:
    said, asked = fresh(), fresh()
    wire = httpx2_mock.post(path="/api/v1/chat/completions").mock(
        return_value=chat_reply(said)
    )
    provider = OpenRouterProvider(api_key=f"sk-or-v1-{said}")
    model = OpenRouterModel(f"openai/{asked}", provider=provider)
    outcome = await call_async(Agent(model).run, asked)
    assert outcome.error is None
    assert outcome.value.output == said
    assert wire.call_count == 1
    body = json.loads(wire.calls.last.request.content)
    assert body["model"] == f"openai/{asked}"
    assert asked in json.dumps(body["messages"])


async def test_each_request_is_seen_as_it_was_sent(
    httpx2_mock: respx.MockRouter,
) -> None:
    path, said = f"/{fresh()}", fresh()
    wire = httpx2_mock.get(path=path).respond(203, text=said)
    async with httpx2.AsyncClient(base_url="https://canary.example") as client:
        reply = await client.get(path, headers={"x-canary": said})
    assert (reply.status_code, reply.text) == (203, said)
    assert wire.calls.last.request.headers["x-canary"] == said


def test_fails_where_words_differ() -> None:
    assert fresh() == fresh()


def test_fails_where_another_value_comes_back() -> None:
    call(echo, fresh()).returns(fresh(), why=WHY, look=LOOK)


def test_fails_where_a_value_within_differs() -> None:
    word = fresh()
    call(echo, {"a": [word]}).returns({"a": [fresh()]}, why=WHY, look=LOOK)


def test_fails_where_nothing_is_raised() -> None:
    call(echo, fresh()).raises(FreshError, why=WHY, look=LOOK)


def test_fails_where_another_error_is_raised() -> None:
    Outcome("x()", error=ValueError(fresh())).raises(FreshError, why=WHY, look=LOOK)


def test_fails_where_the_error_names_another_word() -> None:
    call(refuse, fresh()).raises(FreshError, naming=[fresh()], why=WHY, look=LOOK)


def test_fails_when_it_says_so() -> None:
    fail("x()", fresh(), fresh(), why=WHY, look=LOOK)


def test_fails_when_pytest_says_so() -> None:
    pytest.fail(fresh())


def test_fails_where_raises_sees_nothing() -> None:
    with pytest.raises(FreshError):
        echo(fresh())


def test_fails_by_an_error_of_its_own() -> None:
    refuse(fresh())


async def test_fails_where_something_is_awaited() -> None:
    await asyncio.sleep(0)
    assert same(fresh(), fresh())


def test_fails_where_a_route_was_never_called(httpx2_mock: respx.MockRouter) -> None:
    httpx2_mock.get(path=f"/{fresh()}").respond(200)


async def test_fails_where_no_route_fits(httpx2_mock: respx.MockRouter) -> None:
    httpx2_mock.get(path=f"/{fresh()}").respond(200)
    async with httpx2.AsyncClient(base_url="https://canary.example") as client:
        await client.get(f"/{fresh()}")
