"""LiteLLM takes the simulator for the real service.

LiteLLM wants the OpenAI SDK 2, this project 3: it needs an environment of its own.

    PYTHONPATH=src uv run --no-project
        --with litellm,mcp,starlette,uvicorn,jsonschema,httpx2,pytest
        python -m pytest -c /dev/null --rootdir . -p openrouter_sim.pytest_plugin
        tests/openrouter_sim/test_client_litellm.py
"""

import json
import os

import pytest

# Else it fetches a list of prices when it is imported.
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
litellm = pytest.importorskip(
    "litellm", reason="needs an environment of its own: see the top of this file"
)

NAME = "anthropic/claude-sonnet-5"
HELLO = f"{NAME} says: I read 'Say hello'."


@pytest.fixture
def complete(openrouter):
    def complete(text="Say hello", **more):
        return litellm.completion(
            model=f"openrouter/{NAME}",
            api_key=openrouter.api_key,
            api_base=openrouter.base_url,
            messages=[{"role": "user", "content": text}],
            **more,
        )

    return complete


def test_it_chats(complete):
    reply = complete()
    assert reply.choices[0].message.content == HELLO
    assert reply.usage.total_tokens > 0


def test_it_streams(complete):
    pieces = [chunk.choices[0].delta.content or "" for chunk in complete(stream=True)]
    assert "".join(pieces) == HELLO


def test_it_calls_tools(complete):
    parameters = {"type": "object", "properties": {"city": {"type": "string"}}}
    function = {"name": "get_weather", "parameters": parameters}
    tools = [{"type": "function", "function": function}]
    reply = complete("The weather in Oslo?", tools=tools)
    [call] = reply.choices[0].message.tool_calls
    assert json.loads(call.function.arguments) == {"city": "Oslo"}


def test_it_sees_a_rate_limit(complete, openrouter):
    openrouter.fail_next(429)
    with pytest.raises(litellm.RateLimitError):
        complete(num_retries=0)
