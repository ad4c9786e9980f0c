"""A beginner's: few functions, loops over lists, `try` and `else`, all by itself."""

import json
import logging

import pytest
from course.replies import chat_reply
from openrouter_factory import ALLOWED_HEADERS, OPENROUTER_URL
from pydantic_ai import Agent

KEY1 = "sk-or-v1-first-caller"
KEY2 = "sk-or-v1-second-caller"

good_names = [
    "openai/gpt-x",
    "a/b",
    "meta-llama/llama-3.3-70b",
    "under-score/under_score",
    "x-ai/grok:free",
    "~openai/latest",
    "a1-b2/c3.d4:online",
]
bad_names = [
    "",
    "gpt-x",
    "OpenAI/gpt-x",
    "openai/Gpt-x",
    "openai/gpt-X",
    "openai/gpt x",
    " openai/gpt-x",
    "openai/gpt-x ",
    "openai/gpt-x\n",
    "openai\n/gpt-x",
    "openai/gpt\nx",
]


def refused(make):
    """What the ValueError says; no other error and no success will do."""
    try:
        make()
    except ValueError as problem:
        return str(problem)
    pytest.fail("nothing was refused")


def test_good_names(create_model):
    for name in good_names:
        model = create_model(name, KEY1)
        assert model.model_name == name, name


def test_bad_names(create_model):
    for name in bad_names:
        text = refused(lambda name=name: create_model(name, KEY1))
        assert name.replace("\n", "\\n") in text
        assert "provider/model" in text
        assert KEY1 not in text


async def test_names_on_the_wire(create_model, httpx2_mock):
    route = httpx2_mock.post().mock(return_value=chat_reply())
    for name in good_names[3:6]:
        await Agent(create_model(name, KEY1)).run("Hi")
        body = json.loads(route.calls.last.request.content)
        assert body["model"] == name


async def test_two_keys(create_model, httpx2_mock):
    route = httpx2_mock.post().mock(return_value=chat_reply())
    one = create_model("a/b", KEY1)
    two = create_model("a/b", KEY2)
    for model, key in [(one, KEY1), (two, KEY2), (one, KEY1)]:
        await Agent(model).run("Hi")
        sent = route.calls.last.request.headers.get_list("Authorization")
        assert sent == ["Bearer " + key]


def test_bad_keys(create_model):
    for key in ["", " ", "     ", KEY1 + "\n", "sk-or-\nabc", "\n" + KEY1]:
        text = refused(lambda key=key: create_model("a/b", key))
        assert "key" in text
        if key.strip():
            assert key.strip() not in text
            assert KEY1 not in text


def test_wrong_order(create_model):
    text = refused(lambda: create_model(KEY1, "a/b"))
    assert KEY1 not in text


async def test_address(create_model, httpx2_mock):
    route = httpx2_mock.post().mock(return_value=chat_reply())
    await Agent(create_model("a/b", KEY1)).run("Hi")
    assert str(route.calls.last.request.url) == OPENROUTER_URL + "/chat/completions"

    model = create_model("a/b", KEY1, "https://other.example/api/v9")
    assert model.base_url == "https://other.example/api/v9/"
    await Agent(model).run("Hi")
    url = str(route.calls.last.request.url)
    assert url == "https://other.example/api/v9/chat/completions"

    # and the first address still stands
    await Agent(create_model("a/b", KEY1)).run("Hi")
    assert str(route.calls.last.request.url) == OPENROUTER_URL + "/chat/completions"


async def test_settings(create_model, httpx2_mock):
    route = httpx2_mock.post().mock(return_value=chat_reply())
    model = create_model("a/b", KEY1, settings={"max_tokens": 11, "temperature": 0.5})
    for _ in range(2):
        await Agent(model).run("Hi")
        body = json.loads(route.calls.last.request.content)
        assert body["temperature"] == 0.5
        assert 11 in (body.get("max_tokens"), body.get("max_completion_tokens"))
    await Agent(create_model("a/b", KEY1)).run("Hi")
    assert "temperature" not in json.loads(route.calls.last.request.content)


async def test_headers(create_model, httpx2_mock):
    route = httpx2_mock.post().mock(return_value=chat_reply())
    for header in ALLOWED_HEADERS:
        mine = {header: "https://mine.example"}
        with_it = create_model("a/b", KEY1, extra_headers=mine)
        assert mine == {header: "https://mine.example"}
        without = create_model("a/b", KEY1)
        await Agent(with_it).run("Hi")
        assert route.calls.last.request.headers[header] == "https://mine.example"
        await Agent(without).run("Hi")
        assert route.calls.last.request.headers.get(header) != "https://mine.example"


async def test_all_headers_together(create_model, httpx2_mock):
    route = httpx2_mock.post().mock(return_value=chat_reply())
    mine = {"HTTP-Referer": "https://me.example", "X-OpenRouter-Categories": "chat"}
    await Agent(create_model("a/b", KEY1, extra_headers=mine)).run("Hi")
    for header, value in mine.items():
        assert route.calls.last.request.headers[header] == value


def test_bad_headers(create_model):
    for header in ["Authorization", "X-Mine", "Cookie", "Host", "X-Titles", "Referer"]:
        text = refused(
            lambda header=header: create_model("a/b", KEY1, extra_headers={header: "v"})
        )
        assert header in text
        text = refused(
            lambda header=header: create_model(
                "a/b", KEY1, extra_headers={"X-Title": "fine", header: "v"}
            )
        )
        assert header in text
    for value in ["a\nb", "a\r\nb", "a\n", "\nX-Mine: 1"]:
        text = refused(
            lambda value=value: create_model("a/b", KEY1, extra_headers={"X-Title": value})
        )
        assert "X-Title" in text


def test_secret(create_model, capfd, caplog):
    caplog.set_level(logging.DEBUG)
    model = create_model("a/b", KEY1, extra_headers={"X-Title": "t"})
    assert KEY1 not in repr(model)
    assert KEY1 not in str(model)
    for wrong in [("", KEY1), (KEY1, "a/b"), ("a/b", KEY1 + "\n")]:
        assert KEY1 not in refused(lambda wrong=wrong: create_model(*wrong))
    text = refused(lambda: create_model("a/b", KEY1, extra_headers={"No": "v"}))
    assert KEY1 not in text
    out, err = capfd.readouterr()
    assert KEY1 not in out + err + caplog.text
