import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import respx
from pydantic_ai import Agent
from pydantic_ai.exceptions import (
    FallbackExceptionGroup,
    ModelAPIError,
    ModelHTTPError,
    ModelRequestTimeout,
    UserError,
)
from pydantic_ai.models.fallback import FallbackModel

from openrouter_factory import (
    FallbackModelChain,
    create_fallback_model,
    is_worth_a_fallback,
)

NAMES = ["openai/gpt-4o", "anthropic/claude-sonnet-5"]
ONCE: Any = {"max_retries": 0}  # or the HTTP client would try three times, and wait

Run = Callable[[str], Any]


@pytest.fixture(params=["by hand", "built in"])
def run(request: pytest.FixtureRequest, key: str) -> Run:
    """Run a prompt through both models, in either of the two ways."""
    if request.param == "by hand":
        return FallbackModelChain(NAMES, key, settings=ONCE).run
    return Agent(create_fallback_model(NAMES, key, settings=ONCE)).run


def error(status: int) -> httpx.Response:
    return httpx.Response(status, json={"error": {"code": status, "message": "No."}})


def error_inside_a_200(code: int) -> httpx.Response:
    return httpx.Response(200, json={"error": {"code": code, "message": "No."}})


def asked(openrouter: respx.Route) -> list[str]:
    return [json.loads(call.request.content)["model"] for call in openrouter.calls]


async def test_the_first_model_answers_if_it_can(
    openrouter: respx.Route, run: Run
) -> None:
    assert (await run("Hi")).output == "Hello."
    assert asked(openrouter) == NAMES[:1]


@pytest.mark.parametrize(
    "failure",
    [
        *(error(status) for status in (408, 429, 500, 502, 503, 504, 524, 529)),
        *(error_inside_a_200(code) for code in (408, 429, 500, 502, 503)),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("too slow"),
    ],
    ids=str,
)
async def test_the_second_model_answers_where_it_may_do_better(
    openrouter: respx.Route, answer: Any, run: Run, failure: Any
) -> None:
    openrouter.side_effect = [failure, httpx.Response(200, json=answer("From two."))]
    assert (await run("Hi")).output == "From two."
    assert asked(openrouter) == NAMES


@pytest.mark.parametrize("inside_a_200", [False, True])
@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422])
async def test_a_mistake_of_yours_is_not_repeated_with_the_second_model(
    openrouter: respx.Route, run: Run, status: int, inside_a_200: bool
) -> None:
    reply = error_inside_a_200(status) if inside_a_200 else error(status)
    openrouter.side_effect = [reply]
    with pytest.raises(ModelHTTPError) as caught:
        await run("Hi")
    assert caught.value.status_code == status
    assert asked(openrouter) == NAMES[:1]


async def test_a_bug_is_not_hidden(openrouter: respx.Route, run: Run) -> None:
    openrouter.side_effect = ZeroDivisionError("a bug")
    with pytest.raises(ZeroDivisionError):
        await run("Hi")
    assert len(openrouter.calls) <= 1


async def test_when_all_fail_all_causes_are_shown(
    openrouter: respx.Route, key: str, run: Run
) -> None:
    openrouter.side_effect = [error(429), error_inside_a_200(502)]
    with pytest.raises(FallbackExceptionGroup) as caught:
        await run("Hi")
    causes: Any = caught.value.exceptions
    assert [cause.status_code for cause in causes] == [429, 502]
    assert [cause.model_name for cause in causes] == NAMES
    assert key not in repr(caught.value)


async def test_the_chain_by_hand_says_all_causes_in_one_line(
    openrouter: respx.Route, key: str
) -> None:
    openrouter.side_effect = [error(429), error(503)]
    with pytest.raises(FallbackExceptionGroup, match=r"gpt-4o.*429.*sonnet-5.*503"):
        await FallbackModelChain(NAMES, key, settings=ONCE).run("Hi")


async def test_a_cancelled_run_does_not_go_on_to_the_second_model(
    openrouter: respx.Route, run: Run
) -> None:
    requests = []

    def cancelled(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        raise asyncio.CancelledError

    openrouter.side_effect = cancelled
    with pytest.raises(asyncio.CancelledError):
        await run("Hi")
    assert len(requests) == 1
    openrouter.side_effect = None
    assert (await run("Hi")).output == "Hello."


async def test_the_built_in_one_streams(
    openrouter: respx.Route, stream: Callable[..., str], key: str
) -> None:
    openrouter.side_effect = [error(503), httpx.Response(200, text=stream("Two."))]
    model = create_fallback_model(NAMES, key, settings=ONCE)
    async with Agent(model).run_stream("Hi") as result:
        assert await result.get_output() == "Two."


@pytest.mark.parametrize("create", [FallbackModelChain, create_fallback_model])
@pytest.mark.parametrize("names", [[], (), "openai/gpt-4o", None])
def test_without_models_there_is_nothing_to_fall_back_on(
    key: str, create: Any, names: Any
) -> None:
    with pytest.raises(ValueError, match="at least one"):
        create(names, key)


@pytest.mark.parametrize("create", [FallbackModelChain, create_fallback_model])
def test_every_name_is_checked_at_once(key: str, create: Any) -> None:
    with pytest.raises(ValueError, match="Did you mean `openai/gpt-4o`"):
        create(["openai/gpt-4.1", "gpt-4o"], key)


def test_the_models_are_made_in_order_with_the_same_arguments(key: str) -> None:
    url = "http://127.0.0.1:9/v1"
    chain = FallbackModelChain(NAMES, key, base_url=url)
    built_in = create_fallback_model(NAMES, key, base_url=url)
    assert isinstance(built_in, FallbackModel)
    for models in (chain.models, built_in.models):
        assert [model.model_name for model in models] == NAMES
        assert {str(model.base_url).rstrip("/") for model in models} == {url}


def test_an_error_without_a_status_is_judged_by_its_kind() -> None:
    assert is_worth_a_fallback(ModelAPIError("openai/gpt-4o", "no choices, no error"))
    assert is_worth_a_fallback(
        ModelRequestTimeout("openai/gpt-4o", setting="request_timeout", timeout=1)
    )
    assert not is_worth_a_fallback(UserError("a mistake"))
    assert not is_worth_a_fallback(ValueError("a bug"))
