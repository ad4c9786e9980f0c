import asyncio
from typing import Any

import pytest
from pydantic_ai import Agent
from pydantic_ai.messages import ModelResponse, TextPart
from pydantic_ai.models.function import FunctionModel

from openrouter_factory import BatchItem, run_batch


def prompt_of(messages: list[Any]) -> str:
    return str(messages[-1].parts[-1].content)


def echo(messages: list[Any], info: Any) -> ModelResponse:
    prompt = prompt_of(messages)
    if prompt == "bad":
        raise RuntimeError("I cannot")
    return ModelResponse([TextPart(f"echo {prompt}")])


async def test_answers_come_in_the_order_of_the_prompts_whichever_is_first() -> None:
    turns = {"a": asyncio.Event(), "b": asyncio.Event(), "c": asyncio.Event()}
    turns["c"].set()

    async def in_reverse(messages: list[Any], info: Any) -> ModelResponse:
        prompt = prompt_of(messages)
        await turns[prompt].wait()
        turns[{"c": "b", "b": "a", "a": "a"}[prompt]].set()
        return ModelResponse([TextPart(prompt.upper())])

    items = await run_batch(Agent(FunctionModel(in_reverse)), ["a", "b", "c"])
    assert [(item.prompt, item.output) for item in items] == [
        ("a", "A"),
        ("b", "B"),
        ("c", "C"),
    ]


async def test_a_failure_stands_beside_the_successes() -> None:
    items = await run_batch(Agent(FunctionModel(echo)), ["x", "bad", "y"])
    assert [item.error is None for item in items] == [True, False, True]
    assert items[2].output == "echo y"
    assert items[1].result is None
    with pytest.raises(RuntimeError, match="I cannot"):
        _ = items[1].output


async def test_never_more_than_the_limit_are_under_way() -> None:
    under_way, most = 0, 0

    async def count(messages: list[Any], info: Any) -> ModelResponse:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        for _ in range(5):
            await asyncio.sleep(0)
        under_way -= 1
        return ModelResponse([TextPart("x")])

    agent = Agent(FunctionModel(count))
    items = await run_batch(agent, (str(n) for n in range(20)), max_concurrency=3)
    assert len(items) == 20
    assert most == 3


async def test_a_cancelled_batch_cancels_what_is_under_way() -> None:
    started, stopped = [], []
    both_started = asyncio.Event()

    async def forever(messages: list[Any], info: Any) -> ModelResponse:
        started.append(prompt_of(messages))
        if len(started) == 2:
            both_started.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.append(prompt_of(messages))
        raise AssertionError("never reached")

    agent = Agent(FunctionModel(forever))
    batch = asyncio.create_task(run_batch(agent, ["a", "b", "c"], max_concurrency=2))
    await both_started.wait()
    batch.cancel()
    with pytest.raises(asyncio.CancelledError):
        await batch
    assert sorted(stopped) == sorted(started) == ["a", "b"]


async def test_a_limit_of_one_runs_one_after_the_other() -> None:
    items = await run_batch(Agent(FunctionModel(echo)), ["x", "y"], max_concurrency=1)
    assert [item.output for item in items] == ["echo x", "echo y"]


async def test_no_prompts_give_no_answers() -> None:
    assert await run_batch(Agent(FunctionModel(echo)), []) == []


@pytest.mark.parametrize(
    ("prompts", "limit"), [("one text", 8), (["x"], 0), (["x"], -1)]
)
async def test_what_cannot_be_run_is_refused(prompts: Any, limit: int) -> None:
    with pytest.raises(ValueError, match="a list of texts"):
        await run_batch(Agent(FunctionModel(echo)), prompts, max_concurrency=limit)


def test_an_item_that_was_never_run_has_no_output() -> None:
    with pytest.raises(LookupError, match="not run"):
        _ = BatchItem[str]("x").output
