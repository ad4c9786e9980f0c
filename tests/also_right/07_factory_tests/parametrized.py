"""`parametrize`, fixtures of its own, a class of tests, the wire mocked by hand."""

import json
import logging

import httpx
import pytest
from pydantic_ai import Agent
from pydantic_ai.models.openrouter import OpenRouterModel

from openrouter_factory import ALLOWED_HEADERS, OPENROUTER_URL

KEY = "sk-or-v1-aaaabbbbccccdddd"
OTHER = "sk-or-v1-1111222233334444"
GOOD = "mistralai/mistral-test-1.5"


def answer(request):
    asked = json.loads(request.content)["model"]
    body = {
        "id": "gen-7",
        "object": "chat.completion",
        "created": 1760000000,
        "model": asked,
        "provider": "Test",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "Yes."},
                "finish_reason": "stop",
                "native_finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
    return httpx.Response(200, json=body)


@pytest.fixture
def ask(httpx2_mock):
    route = httpx2_mock.route(method="POST").mock(side_effect=answer)

    async def _ask(model):
        await Agent(model).run("?")
        return route.calls.last.request

    return _ask


@pytest.mark.parametrize(
    "name",
    ["a/b", "openai/gpt-4.1-mini", "x/y_z", "google/gemma:free", "~openai/latest"],
)
def test_good_names(create_model, name):
    model = create_model(name, KEY)
    assert isinstance(model, OpenRouterModel)
    assert model.model_name == name


@pytest.mark.parametrize("name", ["gpt", "", "A/b", "a/B", "a/b\n", "a /b", "a/b c"])
def test_bad_names(create_model, name):
    with pytest.raises(ValueError, match="provider/model") as info:
        create_model(name, KEY)
    assert name.strip() in str(info.value)
    assert KEY not in str(info.value)


class TestWire:
    @pytest.mark.parametrize("host", ["one.example", "two.example"])
    async def test_address(self, create_model, ask, host):
        model = create_model(GOOD, KEY, base_url=f"https://{host}/api/v1")
        request = await ask(model)
        assert request.url.host == host
        assert request.url.path == "/api/v1/chat/completions"

    async def test_default_address(self, create_model, ask):
        request = await ask(create_model(GOOD, KEY))
        assert str(request.url).startswith(OPENROUTER_URL)

    async def test_each_its_own_key(self, create_model, ask):
        models = {key: create_model(GOOD, key) for key in (KEY, OTHER)}
        for key, model in models.items():
            request = await ask(model)
            assert request.headers["authorization"].split() == ["Bearer", key]

    async def test_settings(self, create_model, ask):
        request = await ask(create_model(GOOD, KEY, settings={"max_tokens": 99}))
        assert json.loads(request.content)["max_tokens"] == 99
        assert json.loads(request.content)["model"] == GOOD


@pytest.mark.parametrize("key", ["", " ", "   ", KEY + "\n", "\n" + KEY])
def test_bad_keys(create_model, key):
    with pytest.raises(ValueError, match="key") as info:
        create_model(GOOD, key)
    assert KEY not in str(info.value)


@pytest.mark.parametrize("header", ALLOWED_HEADERS)
async def test_allowed_headers(create_model, ask, header):
    given = {header: "abc"}
    tagged, plain = (create_model(GOOD, KEY, extra_headers=h) for h in (given, None))
    assert given == {header: "abc"}
    assert (await ask(tagged)).headers[header] == "abc"
    assert (await ask(plain)).headers.get(header) is None


@pytest.mark.parametrize("header", ["X-Task-Type", "Cookie", "Authorization"])
def test_other_headers(create_model, header):
    with pytest.raises(ValueError, match=header):
        create_model(GOOD, KEY, extra_headers={header: "abc"})


@pytest.mark.parametrize("value", ["a\nb: c", "a\r\nb: c", "a\rb"])
def test_injection(create_model, value):
    with pytest.raises(ValueError, match="X-Title"):
        create_model(GOOD, KEY, extra_headers={"X-Title": value})


def test_swapped(create_model):
    with pytest.raises(ValueError) as info:
        create_model(KEY, GOOD)
    assert KEY not in str(info.value)


def test_quiet(create_model, caplog, capfd):
    with caplog.at_level(logging.DEBUG):
        model = create_model(GOOD, KEY)
    out, err = capfd.readouterr()
    for text in (repr(model), str(model), caplog.text, out, err):
        assert KEY not in text
