"""Real clients take the simulator for the real service: only the base URL changes."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import httpx
import httpx2
import openai
import pytest
from pydantic import BaseModel, Field
from pydantic_ai import Agent, NativeOutput, PromptedOutput, ToolOutput
from pydantic_ai.exceptions import ModelHTTPError, ModelRateLimitError
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.models.openrouter import OpenRouterModel
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.providers.openrouter import OpenRouterProvider

from openrouter_sim import Simulator

NAME = "anthropic/claude-sonnet-5"
MESSAGES: Any = [{"role": "user", "content": "Say hello"}]
HELLO = f"{NAME} says: I read 'Say hello'."


@pytest.fixture
async def sdk(openrouter: Simulator) -> AsyncIterator[openai.AsyncOpenAI]:
    """The OpenAI SDK, pointed at the simulator; it does not retry."""
    async with openai.AsyncOpenAI(
        api_key=openrouter.api_key, base_url=openrouter.base_url, max_retries=0
    ) as client:
        yield client


@pytest.fixture
def model(sdk: openai.AsyncOpenAI) -> OpenRouterModel:
    """PydanticAI's OpenRouter model, over that client."""
    return OpenRouterModel(NAME, provider=OpenRouterProvider(openai_client=sdk))


@pytest.mark.parametrize("library", [httpx, httpx2])
def test_httpx_and_httpx2(openrouter, library):
    headers = {"Authorization": f"Bearer {openrouter.api_key}"}
    with library.Client(base_url=openrouter.base_url, headers=headers) as client:
        body = {"model": NAME, "messages": MESSAGES}
        reply = client.post("/chat/completions", json=body).json()
        with client.stream(
            "POST", "/chat/completions", json=body | {"stream": True}
        ) as streamed:
            lines = [line for line in streamed.iter_lines() if line]
    assert reply["choices"][0]["message"]["content"] == HELLO
    assert lines[-1] == "data: [DONE]"


def test_the_openai_sdk_in_a_plain_program(openrouter):
    with openai.OpenAI(
        api_key=openrouter.api_key, base_url=openrouter.base_url
    ) as client:
        reply = client.chat.completions.create(model=NAME, messages=MESSAGES)
        names = [model.id for model in client.models.list()]
    assert reply.choices[0].message.content == HELLO
    assert NAME in names


async def test_the_openai_sdk_streams(sdk):
    stream = await sdk.chat.completions.create(
        model=NAME, messages=MESSAGES, stream=True
    )
    chunks = [chunk async for chunk in stream]
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text == HELLO
    assert chunks[-1].usage.total_tokens > 0


async def test_the_openai_sdk_sees_a_rate_limit(sdk, openrouter):
    openrouter.fail_next(429, retry_after=7)
    with pytest.raises(openai.RateLimitError) as caught:
        await sdk.chat.completions.create(model=NAME, messages=MESSAGES)
    assert caught.value.response.headers["Retry-After"] == "7"


async def test_the_openai_sdk_tries_again_by_itself(sdk, openrouter):
    openrouter.fail_next(503, retry_after=0.01, times=2)
    reply = await sdk.with_options(max_retries=2).chat.completions.create(
        model=NAME, messages=MESSAGES
    )
    assert reply.choices[0].message.content == HELLO
    assert [request.status for request in openrouter.requests] == [503, 503, 200]


async def test_pydantic_ai_runs(model):
    result = await Agent(model).run("Say hello")
    assert result.output == HELLO
    details = result.all_messages()[-1].provider_details
    assert details["downstream_provider"] == "Anthropic"
    assert details["finish_reason"] == "end_turn"
    assert details["cost"] > 0
    assert result.usage.output_tokens > 0


async def test_pydantic_ai_streams(model):
    async with Agent(model).run_stream("Say hello") as result:
        stream = result.stream_text(delta=True, debounce_by=None)
        pieces = [piece async for piece in stream]
    assert "".join(pieces) == HELLO
    assert len(pieces) > 3
    assert result.usage.output_tokens > 0


async def test_pydantic_ai_runs_over_the_openai_model_too(sdk):
    model = OpenAIChatModel(NAME, provider=OpenAIProvider(openai_client=sdk))
    assert (await Agent(model).run("Say hello")).output == HELLO


async def test_pydantic_ai_calls_tools_and_uses_the_result(model):
    agent = Agent(model)

    @agent.tool_plain
    def get_weather(city: str, days: int = 3) -> str:
        return f"Snow in {city} for {days} days"

    expected = f"{NAME} says: get_weather told me 'Snow in Oslo for 3 days'."
    assert (await agent.run("The weather in Oslo?")).output == expected
    async with agent.run_stream("The weather in Oslo?") as result:
        assert await result.get_output() == expected


class City(BaseModel):
    name: str
    people: Annotated[int, Field(ge=1)]
    river: str | None = None


class Refusal(BaseModel):
    reason: Literal["unknown", "secret"]


@pytest.mark.parametrize(
    "wanted",
    [
        City,
        NativeOutput(City),
        PromptedOutput(City),
        ToolOutput(City),
        [City, Refusal],
        NativeOutput([City, Refusal]),
    ],
    ids=["tool", "native", "prompted", "named", "union", "native union"],
)
async def test_pydantic_ai_gets_its_output_types(model, wanted):
    result = await Agent(model, output_type=wanted).run("Of Rome, with 2800000 people")
    assert result.output == City(name="Rome", people=2_800_000)


async def test_pydantic_ai_streams_an_output_type(model):
    agent = Agent(model, output_type=City)
    async with agent.run_stream("Of Rome, with 2800000 people") as result:
        assert await result.get_output() == City(name="Rome", people=2_800_000)


@pytest.mark.parametrize("name", [NAME, "openai/gpt-4o"])
async def test_pydantic_ai_calls_a_tool_before_its_output_type(sdk, name):
    model = OpenRouterModel(name, provider=OpenRouterProvider(openai_client=sdk))
    agent = Agent(model, output_type=ToolOutput(City))

    @agent.tool_plain
    def look_up(name: str) -> str:
        return f"{name} it is"

    result = await agent.run("Look up Rome")
    assert isinstance(result.output, City)
    parts = [part for message in result.all_messages() for part in message.parts]
    names = [part.tool_name for part in parts if part.part_kind == "tool-call"]
    assert names == ["look_up", "final_result"]


async def test_pydantic_ai_sees_a_rate_limit(model, openrouter):
    openrouter.fail_next(429)
    with pytest.raises(ModelRateLimitError):
        await Agent(model).run("Say hello")


async def test_pydantic_ai_sees_an_error_inside_a_200(model, openrouter):
    openrouter.fail_next(502, inside_200=True)
    with pytest.raises(ModelHTTPError) as caught:
        await Agent(model).run("Say hello")
    assert caught.value.status_code == 502


NEEDS_CLIENTS = "a large client: install it with `uv sync --group clients`"


@pytest.mark.filterwarnings("ignore:.*DEPRECATED:DeprecationWarning")
def test_the_official_sdk(openrouter):
    sdk = pytest.importorskip("openrouter", reason=NEEDS_CLIENTS)
    with sdk.OpenRouter(
        api_key=openrouter.api_key, server_url=openrouter.base_url
    ) as client:
        reply = client.chat.send(model=NAME, messages=MESSAGES)
        assert reply.choices[0].message.content == HELLO
        with client.chat.send(model=NAME, messages=MESSAGES, stream=True) as stream:
            chunks = list(stream)
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
        assert text == HELLO
        assert chunks[-1].usage.cost == reply.usage.cost
        listed = client.models.list().result
        assert NAME in {model.id for model in listed.data}
        assert client.models.count().data.count == listed.total_count
        page = client.endpoints.list(author="openai", slug="gpt-4o")
        assert page.data.endpoints[0].provider_name == "OpenAI"
        past = client.generations.get_generation(id=reply.id)
        assert past.data.total_cost == reply.usage.cost
        spent = client.credits.get_credits().data.total_usage
        assert client.api_keys.get_current_key_metadata().data.usage == spent > 0
        openrouter.fail_next(429)
        with pytest.raises(sdk.errors.TooManyRequestsResponseError):
            client.chat.send(model=NAME, messages=MESSAGES, retries=None)


def test_langchain(openrouter):
    langchain = pytest.importorskip("langchain_openai", reason=NEEDS_CLIENTS)
    chat = langchain.ChatOpenAI(
        model=NAME,
        api_key=openrouter.api_key,
        base_url=openrouter.base_url,
        max_retries=0,
    )
    assert chat.invoke("Say hello").content == HELLO
    assert "".join(piece.content for piece in chat.stream("Say hello")) == HELLO
    for method in ("json_schema", "function_calling"):
        typed = chat.with_structured_output(City, method=method)
        city = typed.invoke("Of Rome, with 2800000 people")
        assert (city.name, city.people) == ("Rome", 2_800_000)
