"""The factory against the local OpenRouter: many runs, cancelled ones, event loops."""

import asyncio
import gc
import threading
from collections.abc import Iterator
from decimal import Decimal

import pytest
from pydantic_ai import Agent

from openrouter_factory import (
    OpenRouterModelWithMetrics,
    create_openrouter_model,
    current_models,
    get_cached_model,
    run_batch,
    shared_client,
)
from openrouter_sim import Simulator


@pytest.fixture(scope="module")
def running() -> Iterator[Simulator]:
    with Simulator() as sim:
        yield sim


@pytest.fixture
def sim(running: Simulator) -> Simulator:
    running.reset()
    return running


def counted_model(sim: Simulator) -> OpenRouterModelWithMetrics:
    model = get_cached_model("openai/gpt-4o", sim.api_key, sim.base_url)
    return OpenRouterModelWithMetrics(model)


async def test_a_thousand_runs_at_once_are_counted_to_the_last_cent(
    sim: Simulator,
) -> None:
    async with shared_client():
        model = counted_model(sim)
        prompts = [f"What is {number} squared?" for number in range(1000)]
        items = await run_batch(Agent(model), prompts, max_concurrency=1000)
    assert [item.prompt for item in items] == prompts
    assert all(item.error is None for item in items)
    answers = [item.result.response for item in items if item.result]
    charged = [Decimal(str((a.provider_details or {})["cost"])) for a in answers]
    assert model.metrics.answered_count == model.request_count == 1000
    assert model.total_cost == sum(charged)
    assert model.total_tokens == sum(a.usage.total_tokens for a in answers)
    assert len(sim.requests) == 1000


async def test_each_answer_belongs_to_its_prompt(sim: Simulator) -> None:
    async with shared_client():
        prompts = [f"prompt number {number}." for number in range(50)]
        items = await run_batch(Agent(counted_model(sim)), prompts, max_concurrency=50)
    assert all(item.prompt in item.output for item in items)


async def test_half_of_the_runs_cancelled_leave_the_other_half_right(
    sim: Simulator,
) -> None:
    go_on = threading.Event()
    sim.reply(
        lambda request: "Hello." if go_on.wait(timeout=30) else "Late.", times=101
    )
    async with shared_client() as client:
        model = counted_model(sim)
        agent = Agent(model)
        runs = [asyncio.create_task(agent.run(f"Hi {n}")) for n in range(100)]
        while model.request_count < 100:  # noqa: ASYNC110 - the model has no event
            await asyncio.sleep(0)
        for run in runs[::2]:
            run.cancel()
        go_on.set()
        results = await asyncio.gather(*runs, return_exceptions=True)
        cancelled = sum(isinstance(r, asyncio.CancelledError) for r in results)
        assert (await agent.run("Still there?")).output
        assert not client.is_closed
    assert cancelled == 50
    assert model.metrics.failed_count == 50
    assert model.metrics.answered_count == 51


def test_event_loops_on_many_threads_do_not_disturb_each_other(sim: Simulator) -> None:
    totals: list[int] = []

    async def runs() -> None:
        async with shared_client():
            model = counted_model(sim)
            await run_batch(Agent(model), ["Hi"] * 25, max_concurrency=5)
            totals.append(model.metrics.answered_count)

    threads = [threading.Thread(target=lambda: asyncio.run(runs())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert totals == [25] * 4
    assert len(sim.requests) == 100


def test_cached_models_leave_nothing_open_behind(sim: Simulator) -> None:
    async def run() -> None:
        assert (await Agent(counted_model(sim)).run("Hi")).output

    for _ in range(2):
        asyncio.run(run())  # an open connection would be a ResourceWarning …
        gc.collect()  # … here, and so an error


async def test_a_shared_client_keeps_its_connections(sim: Simulator) -> None:
    async with shared_client() as client:
        agent = Agent(counted_model(sim))
        for _ in range(20):
            await agent.run("Hi")
        pool = client._transport._pool  # type: ignore[attr-defined]
        assert len(pool.connections) == 1


async def test_every_model_of_the_table_answers(sim: Simulator) -> None:
    async with shared_client() as client:
        for info in current_models():
            model = create_openrouter_model(
                info.name, sim.api_key, sim.base_url, http_client=client
            )
            assert (await Agent(model).run("Hi")).output
