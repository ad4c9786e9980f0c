import asyncio
import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx2
import pytest
import respx
from pydantic_ai import Agent
from pydantic_ai.messages import ModelResponse, TextPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.models.test import TestModel
from pydantic_ai.usage import RequestUsage

from openrouter_factory import (
    Metrics,
    OpenRouterModelWithMetrics,
    create_openrouter_model,
)


@pytest.fixture
def model(key: str) -> OpenRouterModelWithMetrics:
    settings: Any = {"max_retries": 0}
    return OpenRouterModelWithMetrics(
        create_openrouter_model("openai/gpt-4o", key, settings=settings)
    )


async def test_a_request_is_counted_with_its_tokens_and_charge(
    openrouter: respx.Route, answer: Any, model: OpenRouterModelWithMetrics
) -> None:
    openrouter.respond(200, json=answer(tokens=(10, 5), cost=0.1, is_byok=False))
    for _ in range(3):
        await Agent(model).run("Hi")
    assert model.metrics == Metrics(
        request_count=3,
        answered_count=3,
        input_tokens=30,
        output_tokens=15,
        total_cost=Decimal("0.3"),  # as floats it would be 0.30000000000000004
    )
    assert (model.request_count, model.total_tokens) == (3, 45)
    assert model.total_cost == Decimal("0.3")


async def test_it_is_the_model_that_it_wraps_in_everything_else(
    openrouter: respx.Route, model: OpenRouterModelWithMetrics
) -> None:
    result = await Agent(model).run("Hi")
    assert result.output == "Hello."
    assert model.model_name == "openai/gpt-4o"
    assert model.system == "openrouter"


async def test_a_stream_is_counted_when_it_is_closed(
    openrouter: respx.Route,
    stream: Callable[..., str],
    model: OpenRouterModelWithMetrics,
) -> None:
    openrouter.respond(200, text=stream("Hel", "lo", tokens=(7, 2), cost=0.5))
    async with Agent(model).run_stream("Hi") as result:
        assert model.metrics == Metrics(request_count=1)
        assert [text async for text in result.stream_text()][-1] == "Hello"
    assert model.metrics == Metrics(
        request_count=1,
        answered_count=1,
        input_tokens=7,
        output_tokens=2,
        total_cost=Decimal("0.5"),
    )


async def test_an_error_in_mid_stream_counts_as_failed(
    openrouter: respx.Route,
    stream: Callable[..., str],
    model: OpenRouterModelWithMetrics,
) -> None:
    error = {"code": 502, "message": "Provider went away"}
    openrouter.respond(200, text=stream("Hel", error=error))
    with pytest.raises(Exception, match="502"):
        async with Agent(model).run_stream("Hi") as result:
            await result.get_output()
    assert model.metrics == Metrics(request_count=1, failed_count=1)


async def test_a_failed_request_is_counted_and_costs_nothing(
    openrouter: respx.Route, model: OpenRouterModelWithMetrics
) -> None:
    openrouter.respond(503, json={"error": {"code": 503, "message": "Busy"}})
    with pytest.raises(Exception, match="503"):
        await Agent(model).run("Hi")
    assert model.metrics == Metrics(request_count=1, failed_count=1)


async def test_a_cancelled_run_is_counted_as_failed_and_the_next_one_is_not(
    answer: Any, key: str
) -> None:
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slow(request: httpx2.Request) -> httpx2.Response:
        arrived.set()
        await go_on.wait()
        return httpx2.Response(200, json=answer(cost=1))

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(slow)) as client:
        model = OpenRouterModelWithMetrics(
            create_openrouter_model("openai/gpt-4o", key, http_client=client)
        )
        run = asyncio.create_task(Agent(model).run("Hi"))
        await arrived.wait()
        assert model.metrics == Metrics(request_count=1)  # under way
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        assert model.metrics == Metrics(request_count=1, failed_count=1)
        go_on.set()
        await Agent(model).run("Hi")
    assert model.metrics == Metrics(
        request_count=2,
        answered_count=1,
        failed_count=1,
        input_tokens=10,
        output_tokens=5,
        total_cost=Decimal(1),
    )


async def test_an_answer_without_a_known_price_is_counted_apart() -> None:
    model = OpenRouterModelWithMetrics(TestModel())
    await Agent(model).run("Hi")
    assert model.metrics.unpriced_count == 1
    assert model.metrics.total_cost == 0
    assert model.metrics.total_tokens > 0


def test_runs_on_many_threads_are_counted_right() -> None:
    everybody = threading.Barrier(8)

    def reply(messages: Any, info: AgentInfo) -> Any:
        usage = RequestUsage(input_tokens=2, output_tokens=1)
        return ModelResponse(
            [TextPart("x")], usage=usage, provider_details={"cost": 0.1}
        )

    model = OpenRouterModelWithMetrics(FunctionModel(reply))

    async def runs() -> None:
        everybody.wait(timeout=30)
        for _ in range(5):
            await Agent(model).run("Hi")

    threads = [threading.Thread(target=lambda: asyncio.run(runs())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert model.metrics == Metrics(
        request_count=40,
        answered_count=40,
        input_tokens=80,
        output_tokens=40,
        total_cost=Decimal(4),
    )


class Amount(int):
    """A number during whose addition another thread gets its turn."""

    meanwhile: Callable[[], None]

    def __radd__(self, other: int) -> int:
        self.meanwhile()
        return other + int(self)


def test_no_count_is_lost_when_another_thread_counts_in_the_midst_of_it() -> None:
    model = OpenRouterModelWithMetrics(TestModel())
    others: list[threading.Thread] = []

    def count_elsewhere() -> None:
        others.append(threading.Thread(target=model._add, kwargs={"input_tokens": 1}))
        others[0].start()
        others[0].join(timeout=0.05)  # without the lock it would be through by now

    amount = Amount(1)
    amount.meanwhile = count_elsewhere
    model._add(input_tokens=amount)
    others[0].join()
    assert model.metrics.input_tokens == 2
