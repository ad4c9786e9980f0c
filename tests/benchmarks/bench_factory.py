"""What the factory costs and what pool, cache and batch gain: ratios, in one run.

    uv run pytest tests/benchmarks/bench_factory.py

Not collected by default: its name does not start with `test_`. Seconds differ between
machines; the ratio of two things measured in turns on one machine differs little.
"""

import gc
import time
from collections.abc import Awaitable, Callable, Iterator

import pytest
from pydantic_ai import Agent
from pydantic_ai.models.openrouter import OpenRouterModel
from pydantic_ai.providers.openrouter import OpenRouterProvider

from openrouter_factory import (
    clear_cached_models,
    create_openrouter_model,
    get_cached_model,
    run_batch,
    shared_client,
)
from openrouter_sim import Simulator

NAME = "openai/gpt-4o"
REQUESTS = 200


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> Callable[[str, float], None]:
    """Print a ratio past pytest's capture."""

    def show(what: str, ratio: float) -> None:
        with capsys.disabled():
            print(f"\n  {what}: {ratio:.3f}")

    return show


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """No garbage collection in the midst of a measurement."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()
    clear_cached_models()


def ratio(first: Callable[[], object], second: Callable[[], object]) -> float:
    """Seconds of `first` by seconds of `second`: the best of many turns of each."""
    best = [float("inf"), float("inf")]
    for _ in range(40):
        for index, run in enumerate((first, second)):
            began = time.perf_counter()
            for _ in range(5):
                run()
            best[index] = min(best[index], time.perf_counter() - began)
    return best[0] / best[1]


async def seconds(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


def test_making_a_model_through_the_factory_or_directly(
    report: Callable[[str, float], None],
) -> None:
    result = ratio(
        lambda: create_openrouter_model(NAME, "sk-or-v1-key"),
        lambda: OpenRouterModel(NAME, provider=OpenRouterProvider(api_key="sk-key")),
    )
    report("factory / PydanticAI alone (at most 1.10)", result)
    assert result <= 1.10


async def test_making_a_model_with_a_client_through_the_factory_or_directly(
    report: Callable[[str, float], None],
) -> None:
    async with shared_client() as client:
        result = ratio(
            lambda: create_openrouter_model(NAME, "sk-or-v1-key", http_client=client),
            lambda: OpenRouterModel(
                NAME,
                provider=OpenRouterProvider(api_key="sk-key", http_client=client),
            ),
        )
    report("factory / PydanticAI alone, with a shared client", result)
    assert result <= 1.5  # checks of some microseconds, beside almost nothing


def test_a_cached_model_or_a_fresh_one(report: Callable[[str, float], None]) -> None:
    result = ratio(
        lambda: get_cached_model(NAME, "sk-or-v1-key"),
        lambda: create_openrouter_model(NAME, "sk-or-v1-key"),
    )
    report("cached model / fresh model", result)
    assert result < 0.2


async def test_requests_through_one_client_or_a_client_for_each(
    report: Callable[[str, float], None],
) -> None:
    with Simulator() as sim:

        async def through_the_pool() -> None:
            async with shared_client() as client:
                for _ in range(REQUESTS):
                    model = create_openrouter_model(
                        NAME, sim.api_key, sim.base_url, http_client=client
                    )
                    await Agent(model).run("Hi")

        async def a_client_for_each() -> None:
            for _ in range(REQUESTS):
                model = create_openrouter_model(NAME, sim.api_key, sim.base_url)
                async with model:
                    await Agent(model).run("Hi")

        await through_the_pool()  # warm
        result = await seconds(through_the_pool) / await seconds(a_client_for_each)
    report(f"{REQUESTS} requests, one client / a client for each", result)
    assert result < 1


async def test_a_batch_or_one_after_the_other(
    report: Callable[[str, float], None],
) -> None:
    prompts = [f"Question {number}" for number in range(REQUESTS)]
    with Simulator(latency=0.05) as sim:
        async with shared_client() as client:
            model = create_openrouter_model(
                NAME, sim.api_key, sim.base_url, http_client=client
            )
            agent = Agent(model)
            await agent.run("Hi")  # warm

            async def one_after_the_other() -> None:
                for prompt in prompts:
                    await agent.run(prompt)

            result = await seconds(
                lambda: run_batch(agent, prompts, max_concurrency=50)
            ) / await seconds(one_after_the_other)
    report(f"batch of {REQUESTS}, 50 at a time / one after the other at 50 ms", result)
    assert result < 0.25
