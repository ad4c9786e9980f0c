import json
from collections.abc import Callable
from typing import Any

import pytest
import respx
from pydantic_ai import Agent
from pydantic_ai.models.openrouter import OpenRouterModel

from openrouter_factory import (
    OPENROUTER_URL,
    create_adaptive_model,
    create_budget_model,
    create_chatbot_model,
    create_task_optimized_model,
)
from openrouter_factory.selection import tagged_with_task

CREATORS: list[tuple[Callable[..., OpenRouterModel], Any, str]] = [
    (create_chatbot_model, "openai", "openai/gpt-4o"),
    (create_budget_model, 0.01, "anthropic/claude-sonnet-5"),
    (create_task_optimized_model, "research", "anthropic/claude-sonnet-5"),
]


@pytest.mark.parametrize(("create", "wish", "name"), CREATORS)
def test_the_chosen_model_is_made_with_the_callers_arguments(
    key: str, create: Callable[..., OpenRouterModel], wish: Any, name: str
) -> None:
    model = create(wish, api_key=key, base_url="http://127.0.0.1:9/v1")
    assert model.model_name == name
    assert model.client.api_key == key
    assert model.base_url.rstrip("/") == "http://127.0.0.1:9/v1"


@pytest.mark.parametrize(("create", "wish", "name"), CREATORS)
def test_without_a_key_it_comes_from_the_settings_and_nothing_else_does(
    key: str,
    monkeypatch: pytest.MonkeyPatch,
    create: Callable[..., OpenRouterModel],
    wish: Any,
    name: str,
) -> None:
    monkeypatch.setenv("OPENROUTER_API_KEY", key)
    monkeypatch.setenv("OPENROUTER_BASE_URL", "http://from-the-environment/v1")
    model = create(wish)
    assert model.client.api_key == key
    assert model.base_url.rstrip("/") == OPENROUTER_URL


@pytest.mark.parametrize(("create", "wish", "name"), CREATORS)
def test_without_any_key_the_error_says_where_to_put_one(
    create: Callable[..., OpenRouterModel], wish: Any, name: str
) -> None:
    with pytest.raises(ValueError, match="OPENROUTER_API_KEY"):
        create(wish)


async def test_an_adaptive_model_is_awaited_as_in_the_guide(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = await create_adaptive_model("The latest news?", api_key=key)
    assert model.model_name == "perplexity/sonar"
    monkeypatch.setenv("OPENROUTER_API_KEY", key)
    model = await create_adaptive_model("Hello", settings={"temperature": 0})
    assert model.settings == {"temperature": 0}


async def test_the_task_goes_out_as_metadata_beside_the_callers_own(
    openrouter: respx.Route, key: str
) -> None:
    settings = {"temperature": 0, "extra_body": {"metadata": {"team": "a"}, "seed": 7}}
    model = create_task_optimized_model("code", api_key=key, settings=settings)
    await Agent(model).run("Hi")
    body = json.loads(openrouter.calls.last.request.content)
    assert body["metadata"] == {"team": "a", "task_type": "code"}
    assert body["temperature"] == 0
    assert body["seed"] == 7


def test_the_callers_settings_are_left_as_they_were() -> None:
    settings: Any = {"extra_body": {"metadata": {"team": "a"}}}
    tagged_with_task(settings, "code")
    assert settings == {"extra_body": {"metadata": {"team": "a"}}}


@pytest.mark.parametrize("task", ["", "x" * 513, None, 3])
def test_a_task_that_the_service_would_refuse_is_refused_here(
    key: str, task: Any
) -> None:
    with pytest.raises(ValueError, match="a text of 1 to 512 characters was wanted"):
        create_task_optimized_model(task, api_key=key)


@pytest.mark.parametrize("task", ["x", "x" * 512])
def test_the_shortest_and_the_longest_task_are_sent(task: str) -> None:
    assert tagged_with_task(None, task) == {
        "extra_body": {"metadata": {"task_type": task}}
    }
