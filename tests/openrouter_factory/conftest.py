"""What the tests of the factory share: a key, an answer, and OpenRouter mocked."""

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import respx

from openrouter_factory import OPENROUTER_URL, clear_cached_models

Answer = Callable[..., dict[str, Any]]

_LIVE_KEY = os.environ.get("OPENROUTER_API_KEY", "")


@pytest.fixture
def live_key() -> str:
    """Your own key, for the one test that calls the real OpenRouter."""
    return _LIVE_KEY


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def key() -> str:
    """A key that is easily found again wherever it should not be."""
    return "sk-or-v1-" + "5ec2e7" * 8


@pytest.fixture(autouse=True)
def clean_surroundings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> Iterator[None]:
    """No key in the environment, no `.env`, no model left over from another test."""
    for name in ("OPENROUTER_API_KEY", "OPENROUTER_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    clear_cached_models()
    yield
    clear_cached_models()


@pytest.fixture
def answer() -> Answer:
    """Build the body of an answer as OpenRouter sends it."""

    def build(
        text: str = "Hello.",
        *,
        model: str = "openai/gpt-4o",
        tokens: tuple[int, int] = (10, 5),
        **bill: Any,
    ) -> dict[str, Any]:
        usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1]}
        choice = {"index": 0, "finish_reason": "stop", "native_finish_reason": "stop"}
        return {
            "id": "gen-1",
            "object": "chat.completion",
            "created": 1,
            "model": model,
            "provider": "OpenAI",
            "choices": [choice | {"message": {"role": "assistant", "content": text}}],
            "usage": usage | {"total_tokens": sum(tokens)} | bill,
        }

    return build


@pytest.fixture
def stream() -> Callable[..., str]:
    """Build the events of a streamed answer: the pieces of the text, then the bill."""

    def build(
        *pieces: str, tokens: tuple[int, int] = (10, 5), error: Any = None, **bill: Any
    ) -> str:
        usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1]}
        chunks: list[dict[str, Any]] = [
            {
                "choices": [
                    {"index": 0, "delta": {"role": "assistant", "content": piece}}
                ]
            }
            for piece in pieces
        ]
        end = {"index": 0, "delta": {"content": ""}, "finish_reason": "stop"}
        chunks.append(
            {"error": error, "choices": []}
            if error
            else {
                "choices": [end],
                "usage": usage | {"total_tokens": sum(tokens)} | bill,
            }
        )
        return _events(chunks)

    return build


def _events(chunks: list[dict[str, Any]]) -> str:
    head = {
        "id": "gen-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "openai/gpt-4o",
        "provider": "OpenAI",
    }
    events = [f"data: {json.dumps(head | chunk)}\n\n" for chunk in chunks]
    return ": OPENROUTER PROCESSING\n\n" + "".join(events) + "data: [DONE]\n\n"


@pytest.fixture
def openrouter(httpx2_mock: respx.Router, answer: Answer) -> respx.Route:
    """OpenRouter's one address, mocked: `openrouter.calls` holds what was sent."""
    route = httpx2_mock.post(f"{OPENROUTER_URL}/chat/completions")
    return route.mock(return_value=httpx.Response(200, json=answer()))
