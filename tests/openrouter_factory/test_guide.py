"""Every code sample of the guide, in its order: its fault first, then how it is done.

The guide that the course started from was written for an older PydanticAI and for the
OpenRouter of 2024. A test is named after the heading that its sample stands under. What
begins with `guides_` or `Guides` is the guide's own code.
"""

import asyncio
import gc
import inspect
import json
import logging
import os
import re
import threading
import weakref
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any, get_type_hints

import httpx
import httpx2
import pydantic_ai.models.openai
import pytest
import respx
from pydantic import SecretStr
from pydantic_ai import Agent
from pydantic_ai.exceptions import FallbackExceptionGroup, ModelHTTPError
from pydantic_ai.messages import ModelResponse, TextPart
from pydantic_ai.models.function import FunctionModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.models.openrouter import OpenRouterModel
from pydantic_ai.models.wrapper import WrapperModel

from openrouter_factory import (
    OPENROUTER_URL,
    FallbackModelChain,
    OpenRouterModelWithMetrics,
    Settings,
    create_adaptive_model,
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
    shared_client,
    validate_headers,
    validate_model_name,
)
from openrouter_sim import Simulator


def sent(openrouter: respx.Route) -> Any:
    """The body of the last request."""
    return json.loads(openrouter.calls.last.request.content)


# Key Concepts

GUIDES_CLASS = "OpenAIModel"


async def test_openai_compatibility(openrouter: respx.Route, key: str) -> None:
    with pytest.raises(ImportError, match="was removed"):
        getattr(pydantic_ai.models.openai, GUIDES_CLASS)

    model = create_openrouter_model("openai/gpt-4o", key, base_url=OPENROUTER_URL)
    assert isinstance(model, OpenAIChatModel)
    await Agent(model).run("Hi")
    assert (
        str(openrouter.calls.last.request.url) == f"{OPENROUTER_URL}/chat/completions"
    )


def test_openai_compatibility_by_changing_just_the_base_url(key: str) -> None:
    with Simulator() as sim:

        async def ask() -> str:
            async with shared_client() as client:
                model = create_openrouter_model(
                    "openai/gpt-4o", key, sim.base_url, http_client=client
                )
                return (await Agent(model).run("Hi")).output

        assert asyncio.run(ask())
        assert [request.path for request in sim.requests] == [
            "/api/v1/chat/completions"
        ]


@pytest.mark.parametrize(
    "name",
    [
        "anthropic/claude-3.5-sonnet",
        "openai/gpt-4o",
        "meta-llama/llama-3.1-70b-instruct",
    ],
)
def test_model_naming_convention(name: str) -> None:
    provider, _, model = name.partition("/")
    assert provider
    assert model
    assert validate_model_name(name) == name


def test_validation_philosophy(key: str) -> None:
    def guides_check(model_name: str) -> None:
        if "/" not in model_name:
            raise ValueError("OpenRouter models should be in 'provider/model' format")

    guides_check("/")  # the fault: a slash is enough for it
    guides_check("https://openrouter.ai")

    for name in ("gpt-4o", "/", "https://openrouter.ai"):
        with pytest.raises(ValueError, match="not an OpenRouter model name"):
            create_openrouter_model(name, key)


# Decision Rationale


def test_why_use_openaimodel(key: str) -> None:
    model = create_openrouter_model("openai/gpt-4o", key)
    assert type(model) is OpenRouterModel  # PydanticAI has a class for it by now
    assert isinstance(model, OpenAIChatModel)  # which is still an OpenAI model


async def test_why_extra_headers(openrouter: respx.Route, key: str) -> None:
    model = create_openrouter_model(
        "openai/gpt-4o",
        key,
        extra_headers={"HTTP-Referer": "https://myapp.com", "X-Title": "My App"},
    )
    await Agent(model).run("Hi")
    headers = openrouter.calls.last.request.headers
    assert headers["HTTP-Referer"] == "https://myapp.com"
    assert headers["X-Title"] == "My App"


def test_why_static_model_info() -> None:
    info = get_model_info("openai/gpt-4o")  # with the network off, as in all tests
    assert info.as_of is not None  # a static price is only true on a day
    assert (info.input_price, info.output_price) == (Decimal("2.50"), Decimal(10))


# Real-World Applications


def test_multi_provider_chatbot(key: str) -> None:
    guides_models = {
        ("anthropic", "premium"): "anthropic/claude-3-opus",
        ("anthropic", "standard"): "anthropic/claude-3.5-sonnet",
        ("openai", "premium"): "openai/gpt-4",
        ("openai", "standard"): "openai/gpt-4o",
        ("meta", "standard"): "meta-llama/llama-3.1-70b-instruct",
    }
    retired = [name for name in guides_models.values() if get_model_info(name).retired]
    assert len(retired) == 4  # the fault: of its five models, one is left

    for provider, quality in guides_models:
        model = create_chatbot_model(provider, quality, api_key=key)
        assert not get_model_info(model.model_name).retired
    assert create_chatbot_model("openai", api_key=key).model_name == "openai/gpt-4o"
    with pytest.raises(ValueError, match="anthropic/premium"):
        create_chatbot_model("meta", "premium", api_key=key)


def test_multi_provider_chatbot_with_a_key_from_nowhere(key: str) -> None:
    def guides_create_chatbot_model(provider: str) -> Any:
        return create_openrouter_model(f"{provider}/gpt-4o", api_key)  # type: ignore[name-defined] # noqa: F821

    with pytest.raises(NameError):  # the fault: whose `api_key`?
        guides_create_chatbot_model("openai")
    with pytest.raises(ValueError, match="OPENROUTER_API_KEY"):
        create_chatbot_model("openai")
    assert create_chatbot_model("openai", api_key=key).client.api_key == key


def test_cost_aware_model_selection(key: str) -> None:
    guides_usd_per_1k_tokens = {"openai/gpt-4o": 1.00, "anthropic/claude-3-haiku": 0.25}
    real = get_model_info("openai/gpt-4o").output_price
    assert real == 10  # USD per million tokens
    too_dear = Decimal(guides_usd_per_1k_tokens["openai/gpt-4o"]) * 1000 / real
    assert too_dear == 100  # the fault: its prices are a hundredfold
    assert float("0.0000001") * 1e6 != 0.1  # and floats lose a price per token

    assert create_budget_model(0.01, api_key=key).model_name == FIRST_AT_TEN_USD
    for budget in (0.0001, 0.001, 0.01, 0.75):
        name = create_budget_model(budget, api_key=key).model_name
        info = get_model_info(name)
        assert info.output_price is not None
        assert info.output_price <= Decimal(str(budget)) * 1000
        assert not info.retired
        assert ":" not in name
    with pytest.raises(ValueError, match="No model costs"):
        create_budget_model(0.000001, api_key=key)


FIRST_AT_TEN_USD = "anthropic/claude-sonnet-5"


async def test_task_specific_model_router(openrouter: respx.Route, key: str) -> None:
    allowed_headers = {"HTTP-Referer", "X-Title"}
    guides_headers = {"X-Task-Type": "research"}
    kept = {k: v for k, v in guides_headers.items() if k in allowed_headers}
    assert kept == {}  # the fault: its own allow-list drops its router's header

    model = create_task_optimized_model("research", "quality", api_key=key)
    assert model.model_name == "perplexity/sonar"
    await Agent(model).run("Hi")
    assert sent(openrouter)["metadata"] == {"task_type": "research"}
    assert "X-Task-Type" not in openrouter.calls.last.request.headers
    other = create_task_optimized_model("knitting", api_key=key)
    assert other.model_name == "openai/gpt-4o"


# Common Pitfalls


def test_forgetting_provider_prefix(key: str) -> None:
    with pytest.raises(ValueError, match="Did you mean `openai/gpt-4o`"):
        create_openrouter_model("gpt-4o", key)
    assert create_openrouter_model("openai/gpt-4o", key)


async def test_assuming_all_models_support_all_features() -> None:
    def my_tool() -> str:
        return "42"

    def agent_for(name: str, sim: Simulator, client: httpx2.AsyncClient) -> Any:
        model = create_openrouter_model(
            name, sim.api_key, sim.base_url, http_client=client
        )
        tools = [my_tool] if get_model_info(name)["supports_tools"] else []
        return Agent(model, tools=tools)

    with Simulator() as sim:
        async with shared_client() as client:
            model = create_openrouter_model(
                "perplexity/sonar", sim.api_key, sim.base_url, http_client=client
            )
            with pytest.raises(ModelHTTPError, match="tool use"):  # the pitfall
                await Agent(model, tools=[my_tool]).run("Hi")

            await agent_for("perplexity/sonar", sim, client).run("Hi")
            assert "tools" not in (sim.requests[-1].body or {})
            await agent_for("openai/gpt-4o", sim, client).run("Hi")
            assert "tools" in (sim.requests[-1].body or {})


def test_hardcoding_api_configuration(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENROUTER_API_KEY", key)
    monkeypatch.setenv("OPENROUTER_BASE_URL", "http://127.0.0.1:9/v1")
    config = Settings()
    assert config.openrouter_api_key is not None
    model = create_openrouter_model(
        config.get_model_for_task("research"),
        config.openrouter_api_key,
        config.openrouter_base_url,
    )
    assert model.model_name == "anthropic/claude-sonnet-5"
    assert model.base_url == "http://127.0.0.1:9/v1/"
    assert key not in repr(config)


# Best Practices


def test_always_validate_early(key: str) -> None:
    with pytest.raises(ValueError, match="model name is missing"):
        create_openrouter_model("", key)


def test_provide_helpful_error_messages(key: str) -> None:
    with pytest.raises(ValueError, match="provider/model") as caught:
        create_openrouter_model("claude", key)
    for part in ("`claude`", "provider/model", "openai/gpt-4o"):  # came, wanted, as in
        assert part in str(caught.value)


def test_use_type_hints() -> None:
    hints = get_type_hints(create_openrouter_model)
    assert hints["model_name"] is str
    assert hints["return"] is OpenRouterModel
    parameters = inspect.signature(create_openrouter_model).parameters
    guides = ["model_name", "api_key", "base_url", "extra_headers", "kwargs"]
    assert [name for name in parameters if name in guides] == guides
    assert parameters["base_url"].default == OPENROUTER_URL


def test_use_type_hints_which_are_not_checked_at_runtime(key: str) -> None:
    def guides_factory(model_name: str) -> str:
        return model_name

    assert guides_factory(4) == 4  # type: ignore[arg-type, comparison-overlap]
    with pytest.raises(ValueError, match="a int came"):
        create_openrouter_model(4, key)  # type: ignore[arg-type]


# Security Considerations


def test_api_key_handling(key: str, caplog: pytest.LogCaptureFixture) -> None:
    short = "abcd"
    guides_mask = f"sk-or-...{short[-4:]}"
    assert short in guides_mask  # the fault: a short key is shown whole

    assert short not in mask_api_key(short)
    assert mask_api_key(key).endswith(key[-4:])
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("app").info("Creating a model with %s", SecretStr(key))
        model = create_openrouter_model("openai/gpt-4o", SecretStr(key))
    assert key not in caplog.text + repr(model) + repr(model.provider)


@pytest.mark.parametrize(
    "value", ["https://a.b\r\nX-Evil: 1", "https://a.b\nX-Evil: 1", "My App\x00"]
)
def test_header_injection(key: str, value: str) -> None:
    guides_headers = {"HTTP-Referer": value, "x-title": "My App", "X-Evil": "1"}
    allowed_headers = {"HTTP-Referer", "X-Title"}
    kept = {k: v for k, v in guides_headers.items() if k in allowed_headers}
    assert kept["HTTP-Referer"] == value  # the fault: values are not looked at,
    assert "x-title" not in kept  # a name in other letters is lost in silence

    with pytest.raises(ValueError, match="line break"):
        create_openrouter_model(
            "openai/gpt-4o", key, extra_headers={"HTTP-Referer": value}
        )
    with pytest.raises(ValueError, match="X-Evil"):
        validate_headers({"X-Evil": "1"})
    assert validate_headers({"x-title": "My App"}) == {"X-Title": "My App"}


def test_model_name_validation() -> None:
    guides_pattern = r"^[a-z0-9-]+/[a-z0-9-]+$"
    assert not re.match(guides_pattern, "anthropic/claude-3.5-sonnet")  # a real name
    assert not re.match(guides_pattern, "google/gemma-4-31b-it:free")  # another one
    assert re.match(guides_pattern, "openai/gpt-4\n")  # and `$` lets a newline pass

    assert validate_model_name("anthropic/claude-3.5-sonnet")
    assert validate_model_name("google/gemma-4-31b-it:free")
    for hostile in ("openai/gpt-4\n", "openai/../gpt-4", "openai/gpt%34", "x" * 10_000):
        with pytest.raises(ValueError, match="not an OpenRouter model name"):
            validate_model_name(hostile)


# Performance Optimization


class Key(str):
    """A key that can be watched: whether anyone still holds it."""

    __slots__ = ("__weakref__",)


def test_model_caching(key: str) -> None:
    @lru_cache(maxsize=10)
    def guides_get_cached_model(model_name: str, api_key: str) -> object:
        return object()

    watched = Key(key)
    is_held = weakref.ref(watched)
    guides_get_cached_model("openai/gpt-4o", watched)
    del watched
    gc.collect()
    assert is_held() == key  # the fault: the cache keeps the key as its key

    first = get_cached_model("openai/gpt-4o", key)
    assert get_cached_model("openai/gpt-4o", key) is first
    assert key not in repr(list(model_cache._models))


def test_model_caching_of_a_model_that_belongs_to_one_event_loop(key: str) -> None:
    guides_get_cached_model = lru_cache(maxsize=10)(create_openrouter_model)

    async def models() -> tuple[Any, Any]:
        return (
            guides_get_cached_model("openai/gpt-4o", key),
            get_cached_model("openai/gpt-4o", key),
        )

    guides_first, first = asyncio.run(models())
    guides_second, second = asyncio.run(models())
    assert guides_first is guides_second  # the fault: connections cannot move along
    assert first is not second


async def test_connection_pooling(openrouter: respx.Route, key: str) -> None:
    guides_http_client: Any = httpx.Client(
        timeout=30.0, limits=httpx.Limits(max_keepalive_connections=5)
    )
    with guides_http_client, pytest.raises(TypeError, match="AsyncClient"):
        # the fault: a model is async, and so must its client be
        create_openrouter_model("openai/gpt-4o", key, http_client=guides_http_client)

    async with shared_client() as http_client:
        models = [
            create_openrouter_model(name, key, http_client=http_client)
            for name in ("openai/gpt-4o", "anthropic/claude-sonnet-5")
        ]
        for model in models:
            assert (await Agent(model).run("Hi")).output == "Hello."
    assert http_client.is_closed


async def test_batch_requests() -> None:
    def reply(messages: list[Any], info: Any) -> ModelResponse:
        return ModelResponse([TextPart(f"<{messages[-1].parts[-1].content}>")])

    agent = Agent(FunctionModel(reply))
    prompts = ["Red?", "Blue?", "Green?"]
    guides_result = await agent.run("\n".join(prompts))
    assert guides_result.output == "<Red?\nBlue?\nGreen?>"  # the fault: one answer

    items = await run_batch(agent, prompts, max_concurrency=2)
    assert [item.output for item in items] == ["<Red?>", "<Blue?>", "<Green?>"]


# Testing Strategies


def test_unit_testing() -> None:
    model = create_openrouter_model("anthropic/claude-3.5-sonnet", "test-api-key")
    assert model is not None
    assert not hasattr(model, "model")  # what the guide asserts on
    assert model.model_name == "anthropic/claude-3.5-sonnet"


def test_error_testing() -> None:
    with pytest.raises(ValueError, match="provider/model"):
        create_openrouter_model("invalid-model", "test-key")


async def test_integration_testing_reads_the_output(
    openrouter: respx.Route, answer: Any, key: str
) -> None:
    openrouter.respond(200, json=answer("Test successful"))
    result = await Agent(create_openrouter_model("openai/gpt-4o", key)).run("Say it")
    with pytest.raises(AttributeError):
        _ = result.lower()  # type: ignore[attr-defined] # the fault: it is no text
    assert "test successful" in result.output.lower()


@pytest.mark.integration
@pytest.mark.skipif(
    os.environ.get("COURSE_LIVE") != "1" or not os.environ.get("OPENROUTER_API_KEY"),
    reason="calls the real OpenRouter: set COURSE_LIVE=1 and OPENROUTER_API_KEY",
)
async def test_integration_testing(live_key: str) -> None:
    model = create_openrouter_model("openai/gpt-4o-mini", live_key)
    async with Agent(model) as agent:
        result = await agent.run("Say 'test successful'")
    assert "test successful" in result.output.lower()


# Advanced Topics


class GuidesModelWithMetrics(WrapperModel):
    """The guide's class, in today's form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request_count = 0
        self.total_tokens = 0

    async def request(self, *args: Any, **kwargs: Any) -> ModelResponse:
        self.request_count += 1
        result = await super().request(*args, **kwargs)
        if hasattr(result, "usage"):
            self.total_tokens += result.usage.total_tokens
        return result


async def test_custom_model_classes(
    openrouter: respx.Route, answer: Any, stream: Callable[..., str], key: str
) -> None:
    wrapped = create_openrouter_model("openai/gpt-4o", key)
    guides, ours = GuidesModelWithMetrics(wrapped), OpenRouterModelWithMetrics(wrapped)
    openrouter.respond(200, text=stream("Hel", "lo", tokens=(7, 2), cost=0.1))
    for model in (guides, ours):
        async with Agent(model).run_stream("Hi") as result:
            assert await result.get_output() == "Hello"
    assert guides.request_count == 0  # the fault: streams go another way
    assert (ours.request_count, ours.total_tokens) == (1, 9)

    openrouter.respond(200, json=answer(tokens=(10, 5), cost=0.2))
    await Agent(ours).run("Hi")
    assert (ours.request_count, ours.total_tokens) == (2, 24)
    assert ours.total_cost == Decimal("0.3")


class UsageInTheMidst:
    """Usage that is read by two threads at the same moment."""

    input_tokens, output_tokens = 3, 4

    def __init__(self) -> None:
        self.both_are_here = threading.Barrier(2, timeout=30)

    @property
    def total_tokens(self) -> int:
        self.both_are_here.wait()
        return 7


def test_custom_model_classes_under_concurrency() -> None:
    response = ModelResponse([TextPart("Hello.")])
    response.usage = UsageInTheMidst()  # type: ignore[assignment]

    class Always(FunctionModel):
        async def request(self, *args: Any, **kwargs: Any) -> ModelResponse:
            return response

    def two_requests(model: WrapperModel) -> None:
        request: Any = model.request
        threads = [
            threading.Thread(target=lambda: asyncio.run(request([], None, None)))
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    wrapped = Always(lambda messages, info: response)
    guides, ours = GuidesModelWithMetrics(wrapped), OpenRouterModelWithMetrics(wrapped)
    two_requests(guides)
    assert guides.total_tokens == 7  # the fault: of 14 tokens, half are lost
    two_requests(ours)
    assert ours.total_tokens == 14


async def test_dynamic_model_selection(key: str) -> None:
    def guides_needs_internet(initial_prompt: str) -> bool:
        words = ["latest", "current", "today"]
        return any(word in initial_prompt.lower() for word in words)

    prompt = "We are currently closed."
    assert guides_needs_internet(prompt)  # the fault: "current" in "currently"

    async def choice(text: str) -> str:
        return (await create_adaptive_model(text, api_key=key)).model_name

    assert await choice(prompt) == "openai/gpt-4o"
    assert await choice("What is the latest news?") == "perplexity/sonar"
    assert await choice("Mend ```x = 1```") == "anthropic/claude-sonnet-5"
    assert await choice("word " * 501) == "anthropic/claude-opus-4.8"


class GuidesFallbackModelChain:
    """The guide's class, given its models ready made."""

    def __init__(self, models: list[Any]) -> None:
        self.models = models

    async def run(self, prompt: str) -> Any:
        for i, model in enumerate(self.models):
            try:
                agent = Agent(model)
                return await agent.run(prompt)
            except Exception:
                if i == len(self.models) - 1:
                    raise
        return None  # where the guide's function ends, without a word


def bug(messages: list[Any], info: Any) -> ModelResponse:
    raise ZeroDivisionError("a bug")


def greet(messages: list[Any], info: Any) -> ModelResponse:
    return ModelResponse([TextPart("Hello.")])


async def test_fallback_chains(openrouter: respx.Route, answer: Any, key: str) -> None:
    names = ["openai/gpt-4o", "anthropic/claude-sonnet-5"]
    once: Any = {"max_retries": 0}
    busy = httpx.Response(429, json={"error": {"code": 429, "message": "Busy"}})
    well = httpx.Response(200, json=answer("From the second."))
    for run in (
        FallbackModelChain(names, key, settings=once).run,
        Agent(create_fallback_model(names, key, settings=once)).run,
    ):
        openrouter.side_effect = [busy, well]
        result: Any = await run("Hi")
        assert result.output == "From the second."
        assert sent(openrouter)["model"] == names[1]


async def test_fallback_chains_that_hide_a_bug(
    openrouter: respx.Route, key: str
) -> None:
    guides = GuidesFallbackModelChain([FunctionModel(bug), FunctionModel(greet)])
    assert (await guides.run("Hi")).output == "Hello."  # the fault: no one hears of it

    chain = FallbackModelChain(["openai/gpt-4o", "openai/gpt-4.1"], key)
    chain.models[0] = FunctionModel(bug)  # type: ignore[call-overload]
    with pytest.raises(ZeroDivisionError):
        await chain.run("Hi")
    assert (await Agent(chain.models[1]).run("Hi")).output == "Hello."


async def test_fallback_chains_of_no_models(key: str) -> None:
    assert await GuidesFallbackModelChain([]).run("Hi") is None  # the fault

    with pytest.raises(ValueError, match="at least one"):
        FallbackModelChain([], key)
    with pytest.raises(ValueError, match="at least one"):
        create_fallback_model([], key)


async def test_fallback_chains_that_fail_to_the_last(
    openrouter: respx.Route, key: str
) -> None:
    names = ["openai/gpt-4o", "anthropic/claude-sonnet-5"]
    once: Any = {"max_retries": 0}
    openrouter.respond(503, json={"error": {"code": 503, "message": "Down"}})
    guides = GuidesFallbackModelChain(
        [create_openrouter_model(name, key, settings=once) for name in names]
    )
    with pytest.raises(ModelHTTPError) as caught:
        await guides.run("Hi")
    assert names[0] not in str(caught.value)  # the fault: only the last cause is shown

    with pytest.raises(FallbackExceptionGroup) as all_causes:
        await FallbackModelChain(names, key, settings=once).run("Hi")
    assert all(name in str(all_causes.value) for name in names)
