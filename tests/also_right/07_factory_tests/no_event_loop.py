"""Every test is a plain function: `run_sync`, a handler that notes what came."""

import contextlib
import io
import json
import re

import pytest
from openrouter_factory import OPENROUTER_URL
from pydantic_ai import Agent
from pydantic_ai.exceptions import ModelHTTPError

from course.replies import chat_reply

ANNA, BERT = "sk-or-v1-anna", "sk-or-v1-bert"


@pytest.fixture
def ask(httpx2_mock):
    """Asks a model, and gives (url, headers, body) of what went out."""
    noted = []

    def handler(request):
        noted.append(request)
        return chat_reply("42")

    httpx2_mock.post(url__regex=".*").mock(side_effect=handler)

    def ask(model):
        assert Agent(model).run_sync("6 x 7?").output == "42"
        request = noted.pop()
        assert not noted
        return str(request.url), request.headers, json.loads(request.content)

    yield ask
    noted.clear()


@pytest.fixture(params=["some-one/m_1.0:free", "~x-ai/grok-latest"])
def name(request):
    return request.param


def test_name(create_model, ask, name):
    model = create_model(model_name=name, api_key=ANNA)
    url, headers, body = ask(model)
    assert model.model_name == body["model"] == name
    assert url == f"{OPENROUTER_URL}/chat/completions"
    assert headers["Authorization"] == f"Bearer {ANNA}"


@pytest.mark.parametrize("bad", ["", "o", "Openai/o", "openai/O", "a b/c", "a/b c", "a/b\n"])
def test_bad_name(create_model, bad):
    with pytest.raises(ValueError, match=re.escape(bad.replace("\n", "\\n"))) as it:
        create_model(bad, ANNA)
    assert "provider/model" in str(it.value)
    assert ANNA not in str(it.value)
    assert ANNA not in repr(it.value)


@pytest.mark.parametrize("bad", ["", "   ", "sk-or-one\ntwo", "sk-or-one\n"])
def test_bad_key(create_model, bad, name):
    with pytest.raises(ValueError, match=r"\bkey\b") as it:
        create_model(name, bad)
    assert "sk-or-one" not in str(it.value)


def test_swapped(create_model, name):
    with pytest.raises(ValueError) as it:
        create_model(ANNA, name)
    assert ANNA not in str(it.value)


def test_models_share_nothing(create_model, ask, name):
    headers = {"X-Title": "Anna's", "HTTP-Referer": "https://anna.example"}
    kept = headers.copy()
    anna = create_model(
        name,
        ANNA,
        "https://anna.example/api",
        headers,
        settings={"max_tokens": 7},
    )
    bert = create_model(name, BERT)
    url, sent, body = ask(anna)
    assert url == "https://anna.example/api/chat/completions"
    assert anna.base_url == "https://anna.example/api/"
    assert sent["Authorization"] == "Bearer " + ANNA
    assert sent["X-Title"] == "Anna's"
    assert sent["HTTP-Referer"] == "https://anna.example"
    assert body["max_tokens"] == 7
    url, sent, body = ask(bert)
    assert url == OPENROUTER_URL + "/chat/completions"
    assert sent["Authorization"] == "Bearer " + BERT
    assert sent.get("X-Title") != "Anna's"
    assert sent.get("HTTP-Referer") != "https://anna.example"
    assert "max_tokens" not in body
    assert headers == kept


@pytest.mark.parametrize("header", ["X-Api-Key", "Authorization", "X_Title", "X-Forwarded-For"])
def test_other_headers(create_model, header, name):
    with pytest.raises(ValueError, match=header):
        create_model(name, ANNA, extra_headers={header: "yes"})


@pytest.mark.parametrize("header", ["X-Title", "HTTP-Referer", "X-OpenRouter-Title"])
def test_value_of_two_lines(create_model, header, name):
    with pytest.raises(ValueError, match=header):
        create_model(name, ANNA, extra_headers={header: "one\r\ntwo"})
    with pytest.raises(ValueError, match=header):
        create_model(name, ANNA, extra_headers={header: "one\ntwo"})


@pytest.mark.parametrize("header", ["X-OpenRouter-Title", "X-OpenRouter-Categories", "X-Title"])
def test_each_allowed_header_alone(create_model, ask, header):
    _, sent, _ = ask(create_model("a/b", ANNA, extra_headers={header: "mine"}))
    assert sent[header] == "mine"


def test_key_is_kept_quiet(create_model, ask, caplog):
    caplog.set_level("DEBUG")
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        model = create_model("a/b", ANNA)
        print(model, repr(model), [model])
        ask(model)
        for arguments in [("x", ANNA), (ANNA, "x/y"), ("a/b", ANNA + "\n")]:
            try:
                create_model(*arguments)
            except ValueError as error:
                print(error, repr(error), error.args)
        with pytest.raises(ValueError) as it:
            create_model("a/b", ANNA, extra_headers={"Set-Cookie": "1"})
        print(it.value)
    assert ANNA not in out.getvalue()
    assert ANNA not in caplog.text


def test_key_is_kept_quiet_when_the_service_is_cross(create_model, httpx2_mock):
    wrong = chat_reply()
    wrong.status_code = 401
    httpx2_mock.post().mock(return_value=wrong)
    with pytest.raises(ModelHTTPError) as it:
        Agent(create_model("a/b", ANNA)).run_sync("?")
    assert ANNA not in str(it.value)
