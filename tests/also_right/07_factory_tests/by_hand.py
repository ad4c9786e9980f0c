"""A beginner's: try and else, lists of complaints, no pytest.raises, plain loops."""

import json

from openrouter_factory import OPENROUTER_URL

from course.replies import chat_reply
from pydantic_ai import Agent

NAME = "openai/for-this-test"
KEY = "sk-or-v1-for-this-test"


def error_of(function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except ValueError as error:
        return str(error)
    raise AssertionError(f"no error for {args} {kwargs}")


async def ask(model, httpx2_mock):
    wire = httpx2_mock.post().mock(return_value=chat_reply())
    result = await Agent(model).run("Hi")
    assert result.output == "Hello!"
    return wire.calls[-1].request


def test_name_1(create_model):
    assert create_model("openai/gpt-4o", KEY).model_name == "openai/gpt-4o"


def test_name_2(create_model):
    assert create_model("a/b-1.5:free", KEY).model_name == "a/b-1.5:free"


def test_name_3(create_model):
    assert create_model("~a/b-latest", KEY).model_name == "~a/b-latest"


def test_no_provider(create_model):
    message = error_of(create_model, "gpt-4o", KEY)
    assert "gpt-4o" in message
    assert "provider/model" in message
    assert KEY not in message


def test_other_bad_names(create_model):
    complaints = []
    for bad in ["", "OPENAI/gpt", "openai/gpt 4", "openai/gpt\n"]:
        message = error_of(create_model, bad, KEY)
        if "provider/model" not in message:
            complaints.append(bad)
    assert complaints == []


def test_keys(create_model, capsys, caplog):
    for bad in ["", "    ", "sk-or-secret\n"]:
        message = error_of(create_model, NAME, bad)
        assert "key" in message and "sk-or-secret" not in message
    assert "sk-or-secret" not in error_of(create_model, "sk-or-secret", NAME)
    model = create_model(NAME, "sk-or-secret")
    assert "sk-or-secret" not in repr(model)
    printed = capsys.readouterr()
    assert "sk-or-secret" not in printed.out + printed.err
    for record in caplog.records:
        assert "sk-or-secret" not in record.getMessage()


async def test_two_callers(create_model, httpx2_mock):
    hers = create_model(NAME, "sk-or-hers", extra_headers={"X-Title": "Hers"})
    his = create_model(NAME, "sk-or-his", "https://his.example/v1")
    request = await ask(hers, httpx2_mock)
    assert request.headers["Authorization"] == "Bearer sk-or-hers"
    assert request.headers["X-Title"] == "Hers"
    assert str(request.url) == OPENROUTER_URL + "/chat/completions"
    request = await ask(his, httpx2_mock)
    assert request.headers["Authorization"] == "Bearer sk-or-his"
    assert "X-Title" not in request.headers
    assert str(request.url) == "https://his.example/v1/chat/completions"


async def test_settings(create_model, httpx2_mock):
    model = create_model(NAME, KEY, settings={"temperature": 0.25})
    request = await ask(model, httpx2_mock)
    body = json.loads(request.content)
    assert body["temperature"] == 0.25
    assert body["model"] == NAME


def test_headers(create_model):
    mine = {"X-Title": "Mine"}
    create_model(NAME, KEY, extra_headers=mine)
    assert mine == {"X-Title": "Mine"}
    assert "X-Evil" in error_of(create_model, NAME, KEY, extra_headers={"X-Evil": "1"})
    bad = {"X-Title": "Mine\r\nX-Evil: 1"}
    assert "X-Title" in error_of(create_model, NAME, KEY, extra_headers=bad)
