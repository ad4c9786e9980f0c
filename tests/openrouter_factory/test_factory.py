import json
from typing import Any

import httpx
import httpx2
import pytest
import respx
from pydantic import SecretStr
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.models.openrouter import OpenRouterModel

from openrouter_factory import (
    OPENROUTER_URL,
    create_openrouter_model,
    validate_base_url,
)


def test_the_model_is_pydantic_ais_and_knows_where_it_goes(key: str) -> None:
    model = create_openrouter_model("openai/gpt-4o", key)
    assert isinstance(model, OpenRouterModel)
    assert isinstance(model, OpenAIChatModel)
    assert model.model_name == "openai/gpt-4o"
    assert model.system == "openrouter"
    assert model.base_url.rstrip("/") == OPENROUTER_URL
    assert model.provider is not None
    assert model.provider.base_url == OPENROUTER_URL


def test_the_base_url_is_the_callers(key: str) -> None:
    model = create_openrouter_model("openai/gpt-4o", key, "http://127.0.0.1:9/api/v1/")
    assert model.base_url.rstrip("/") == "http://127.0.0.1:9/api/v1"


async def test_name_key_and_headers_go_out_on_the_wire(
    openrouter: respx.Route, key: str
) -> None:
    model = create_openrouter_model(
        "anthropic/claude-sonnet-5",
        SecretStr(key),
        extra_headers={"HTTP-Referer": "https://myapp.com", "X-Title": "My App"},
    )
    result = await Agent(model).run("Hi")
    assert result.output == "Hello."
    request = openrouter.calls.last.request
    assert json.loads(request.content)["model"] == "anthropic/claude-sonnet-5"
    assert request.headers["Authorization"] == f"Bearer {key}"
    assert request.headers["HTTP-Referer"] == "https://myapp.com"
    assert request.headers["X-Title"] == "My App"


async def test_the_environment_adds_nothing_to_a_request(
    openrouter: respx.Route, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "OPENROUTER_API_KEY",
        "OPENROUTER_APP_URL",
        "OPENROUTER_APP_TITLE",
        "OPENAI_API_KEY",
        "OPENAI_ADMIN_KEY",
        "OPENAI_ORG_ID",
        "OPENAI_PROJECT_ID",
    ):
        monkeypatch.setenv(name, "from-the-environment")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Evil: from-the-environment")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://from-the-environment")
    await Agent(create_openrouter_model("openai/gpt-4o", key)).run("Hi")
    request = openrouter.calls.last.request
    assert "from-the-environment" not in str(request.headers.multi_items())
    assert "from-the-environment" not in str(request.url)


async def test_a_client_of_the_callers_is_used_and_left_open(
    key: str, answer: Any
) -> None:
    seen: list[httpx2.Request] = []

    def reply(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json=answer())

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(reply)) as client:
        model = create_openrouter_model("openai/gpt-4o", key, http_client=client)
        async with Agent(model) as agent:
            await agent.run("Hi")
        assert len(seen) == 1
        assert not client.is_closed


async def test_a_client_of_the_models_own_is_closed_with_the_agent(
    openrouter: respx.Route, key: str
) -> None:
    model = create_openrouter_model("openai/gpt-4o", key)
    async with Agent(model) as agent:
        await agent.run("Hi")
        assert not model.client._client.is_closed
    assert model.client._client.is_closed


async def test_settings_reach_pydantic_ai(openrouter: respx.Route, key: str) -> None:
    model = create_openrouter_model("openai/gpt-4o", key, settings={"temperature": 0.5})
    await Agent(model).run("Hi")
    assert json.loads(openrouter.calls.last.request.content)["temperature"] == 0.5


@pytest.mark.parametrize(
    "wrong",
    [
        {"model_name": "gpt-4o"},
        {"api_key": ""},
        {"base_url": "openrouter.ai"},
        {"extra_headers": {"X-Task-Type": "code"}},
    ],
)
def test_whatever_is_malformed_is_refused_before_a_request(
    key: str, wrong: dict[str, Any]
) -> None:
    right: dict[str, Any] = {"model_name": "openai/gpt-4o", "api_key": key}
    with pytest.raises(ValueError):  # noqa: PT011 - which one, other tests ask
        create_openrouter_model(**right | wrong)


@pytest.mark.parametrize(
    "url",
    [
        "https://openrouter.ai/api/v1",
        "http://127.0.0.1:8000/api/v1",
        "http://localhost",
        "http://[::1]:8000/v1",
    ],
)
def test_an_address_is_accepted_with_or_without_a_slash_at_its_end(url: str) -> None:
    assert validate_base_url(url) == validate_base_url(f"{url}/") == url


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("", "is missing"),
        (None, "is missing"),
        ("  ", "is missing"),
        ("https://openrouter.ai/api/v1\n", "line break"),
        ("https://open router.ai", "a space"),
        ("https://οpenrouter.ai", "outside ASCII"),  # noqa: RUF001 - a Greek o
        ("openrouter.ai/api/v1", "does not start with"),
        ("ftp://openrouter.ai", "does not start with"),
        ("https://", "does not start with"),
        ("https://openrouter.ai:notaport/", "cannot be read"),
        ("https://[openrouter.ai", "cannot be read"),
        ("https://me:pass@openrouter.ai", "a user name"),
        ("https://openrouter.ai/api/v1?key=x", "a user name, a `\\?`"),
        ("https://openrouter.ai/api/v1#x", "a user name, a `\\?` or a `#`"),
        ("https://openrouter.ai/api/v1/chat/completions", "is added for you"),
        ("https://openrouter.ai/api/v1/chat/completions/", "is added for you"),
    ],
)
def test_what_is_no_base_url_is_refused_with_the_fault(url: Any, fault: str) -> None:
    with pytest.raises(ValueError, match=fault) as caught:
        validate_base_url(url)
    assert str(caught.value).isprintable()
    assert "pass@" not in str(caught.value)


def test_an_address_is_shown_on_one_line_and_not_at_length() -> None:
    with pytest.raises(ValueError, match=r"^'openrouter\.ai' is not a base URL"):
        validate_base_url("openrouter.ai")
    with pytest.raises(ValueError, match="is not a base URL") as caught:
        validate_base_url("x" * 10_000)
    assert len(str(caught.value)) < 300


def test_a_key_in_place_of_the_address_is_not_shown(key: str) -> None:
    with pytest.raises(ValueError, match="not shown") as caught:
        create_openrouter_model("openai/gpt-4o", "https://openrouter.ai/api/v1", key)
    assert key not in str(caught.value)


async def test_an_error_of_the_service_holds_no_key(
    openrouter: respx.Route, key: str
) -> None:
    openrouter.mock(httpx.Response(401, json={"error": {"code": 401, "message": "No"}}))
    with pytest.raises(Exception, match="401") as caught:
        await Agent(create_openrouter_model("openai/gpt-4o", key)).run("Hi")
    assert key not in repr(caught.value) + str(caught.value)
