"""A key is looked for wherever it could turn up by mistake."""

import logging
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import respx
from pydantic import SecretStr
from pydantic_ai import Agent

from openrouter_factory import (
    FallbackModelChain,
    OpenRouterModelWithMetrics,
    Settings,
    batch,
    create_budget_model,
    create_chatbot_model,
    create_fallback_model,
    create_openrouter_model,
    create_task_optimized_model,
    get_cached_model,
    get_model_info,
    mask_api_key,
    model_cache,
    run_batch,
    validate_api_key,
    validate_base_url,
    validate_headers,
    validate_model_name,
)


def made_with(key: str) -> list[object]:
    """One of everything that is made with a key."""
    names = ["openai/gpt-4o", "anthropic/claude-sonnet-5"]
    model = create_openrouter_model(names[0], key)
    return [
        model,
        model.provider,
        model.client,
        model.settings,
        create_chatbot_model("openai", api_key=key),
        create_budget_model(1, api_key=key),
        create_task_optimized_model("code", api_key=SecretStr(key)),
        get_cached_model(names[0], key),
        model_cache._models,
        FallbackModelChain(names, key),
        create_fallback_model(names, key),
        OpenRouterModelWithMetrics(model),
        OpenRouterModelWithMetrics(model).metrics,
        Agent(model),
        batch.BatchItem("Hi"),
        Settings(openrouter_api_key=SecretStr(key)),
        validate_api_key(key),
        mask_api_key(key),
    ]


def test_no_repr_and_no_text_of_anything_holds_the_key(key: str) -> None:
    for thing in made_with(key):
        assert key not in repr(thing), type(thing)
        assert key not in str(thing), type(thing)
        assert key not in f"{thing}", type(thing)


MISTAKES: list[Callable[[str], object]] = [
    lambda key: create_openrouter_model(key, "openai/gpt-4o"),
    lambda key: create_openrouter_model("openai/gpt-4o", f"{key}\n"),
    lambda key: create_openrouter_model("openai/gpt-4o", "k", key),
    lambda key: create_openrouter_model("openai/gpt-4o", key, f"https://a:{key}@b.c"),
    lambda key: create_openrouter_model(
        "openai/gpt-4o", key, f"https://b.c/?key={key}"
    ),
    lambda key: create_openrouter_model(f"openai/{key}!", key),
    lambda key: create_openrouter_model("gpt-4o", key),
    lambda key: create_openrouter_model(
        "openai/gpt-4o", key, extra_headers={"Authorization": f"Bearer {key}"}
    ),
    lambda key: create_openrouter_model(
        "openai/gpt-4o", key, extra_headers={"X-Title": f"{key}\n"}
    ),
    lambda key: create_chatbot_model("acme", api_key=key),
    lambda key: create_budget_model(0, api_key=key),
    lambda key: create_task_optimized_model("", api_key=key),
    lambda key: get_cached_model("gpt-4o", key),
    lambda key: FallbackModelChain([], key),
    lambda key: create_fallback_model("openai/gpt-4o", key),
    get_model_info,
    validate_model_name,
    validate_base_url,
    lambda key: validate_model_name(key.encode()),  # type: ignore[arg-type]
    lambda key: validate_headers({"X-Evil": key}),
]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_no_error_message_holds_the_key(
    key: str, mistake: Callable[[str], object]
) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        mistake(key)
    shown = "".join(traceback.format_exception_only(caught.value))
    for form in (shown, repr(caught.value), repr(caught.value.args)):
        assert key not in form


async def test_no_log_record_and_no_error_of_a_run_holds_the_key(
    openrouter: respx.Route, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    once: Any = {"max_retries": 0}
    model = create_openrouter_model("openai/gpt-4o", key, settings=once)
    for status in (200, 401, 500):
        error = {"code": status, "message": "No"}
        openrouter.mock(httpx.Response(status, json={"error": error}))
        [item] = await run_batch(Agent(model), ["Hi"])
        assert key not in repr(item)
        assert item.error is not None
        assert key not in "".join(traceback.format_exception(item.error))
    assert "openrouter.ai" in caplog.text
    for record in caplog.records:
        assert key not in record.getMessage() + repr(record.args)


def test_the_cache_is_asked_by_a_digest_of_the_key(key: str) -> None:
    get_cached_model("openai/gpt-4o", key)
    [(_, *asked_by)] = list[Any](model_cache._models)
    assert key.encode() not in pickle.dumps(asked_by)
