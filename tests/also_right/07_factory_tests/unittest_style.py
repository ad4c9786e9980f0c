"""Small helpers, `match` with regular expressions, keyword calls, sets of faults."""

import json
from contextlib import contextmanager

import pytest
from course.replies import chat_reply
from openrouter_factory import BALANCED, FAST, OPENROUTER_URL
from pydantic_ai import ModelRequest
from pydantic_ai.direct import model_request

KEYS = ("sk-or-v1-alice", "sk-or-v1-bob")


@contextmanager
def refusing(*words):
    with pytest.raises(ValueError) as info:
        yield
    text = str(info.value)
    assert [w for w in words if w not in text] == []
    assert [k for k in KEYS if k in text] == []


async def post(model, mock):
    route = mock.post(host__regex=".+").mock(return_value=chat_reply())
    await model_request(model, [ModelRequest.user_text_prompt("Hello?")])
    sent = route.calls.last.request
    return sent, json.loads(sent.content)


async def test_it_all_on_the_wire(create_model, httpx2_mock):
    headers = {"X-OpenRouter-Categories": "cli-agent"}
    for name, key in [(FAST, KEYS[0]), (BALANCED, KEYS[1]), (FAST, KEYS[1])]:
        model = create_model(name, key, extra_headers=headers, settings={"seed": 3})
        sent, body = await post(model, httpx2_mock)
        assert body["model"] == model.model_name == name
        assert body["seed"] == 3
        assert sent.headers["Authorization"] == "Bearer " + key
        assert sent.headers["X-OpenRouter-Categories"] == "cli-agent"
        assert sent.url == OPENROUTER_URL + "/chat/completions"
    assert headers == {"X-OpenRouter-Categories": "cli-agent"}
    sent, _ = await post(create_model(FAST, KEYS[0]), httpx2_mock)
    assert "X-OpenRouter-Categories" not in sent.headers


async def test_elsewhere(create_model, httpx2_mock):
    model = create_model(FAST, KEYS[0], base_url="http://localhost:1234/api/v1/")
    sent, _ = await post(model, httpx2_mock)
    assert sent.url.host == "localhost"
    assert sent.url.port == 1234
    assert sent.url.path == "/api/v1/chat/completions"


def test_names(create_model):
    for good in ("a/b", "a-b/c.d", "a/b_c", "a/b:free", "~a/b"):
        assert create_model(good, KEYS[0]).model_name == good
    for bad in ("ab", "A/b", "a/b c"):
        with refusing(bad, "provider/model"):
            create_model(bad, KEYS[0])
    for bad in ("", "a/b\n"):
        with refusing("provider/model"):
            create_model(bad, KEYS[0])


def test_keys(create_model):
    for bad in ("", " ", KEYS[0] + "\n"):
        with refusing("key"):
            create_model(FAST, bad)
    with refusing():
        create_model(KEYS[0], FAST)


def test_headers(create_model):
    for name, value in {"X-Api-Version": "1", "X-Title": "a\nb"}.items():
        with refusing(name):
            create_model(FAST, KEYS[0], extra_headers={name: value})


def test_shows_nothing(create_model, caplog, capsys):
    text = repr(create_model(FAST, KEYS[0])) + caplog.text + "".join(capsys.readouterr())
    assert KEYS[0] not in text
