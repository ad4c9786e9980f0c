"""Whatever comes in, what goes out is a proper refusal: no traceback, no 500."""

import json
import random
import socket
from typing import Any

import httpx2
import pytest

from openrouter_sim.door import MAX_BODY

USER = [{"role": "user", "content": "Hi"}]
WHOLE = b'{"model":"openai/gpt-4o","messages":[{"role":"user","content":"Hi"}],'


@pytest.fixture
def refused(client):
    def refused(response):
        assert response.headers["content-type"] == "application/json"
        error = response.json()["error"]
        assert error["code"] == response.status_code
        assert "Traceback" not in response.text
        return response.status_code, error["message"]

    return refused


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"hello",
        b"{",
        b"\xff\xfe",
        WHOLE + b'"seed":NaN}',
        WHOLE + b'"extra":1e999}',
        b"[" * 100_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b"9" * 5_000,
    ],
    ids=lambda raw: repr(raw[:20]),
)
def test_a_body_that_is_no_json_is_refused(client, refused, raw):
    assert refused(client.post("/chat/completions", content=raw))[0] == 400


@pytest.mark.parametrize("body", [None, 1, "text", True, [], [1], {}, 0.5])
def test_a_body_that_is_no_chat_request_is_refused(client, refused, body):
    assert refused(client.post("/chat/completions", json=body))[0] == 400


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"messages": None}, "messages"),
    ({"messages": []}, "messages"),
    ({"messages": {}}, "messages"),
    ({"messages": ["Hi"]}, "messages[0]"),
    ({"messages": [{"content": "Hi"}]}, "messages[0].role"),
    ({"messages": [{"role": "king", "content": "Hi"}]}, "messages[0].role"),
    ({"messages": [{"role": ["user"], "content": "Hi"}]}, "messages[0].role"),
    ({"messages": [{"role": "user"}]}, "messages[0].content"),
    ({"messages": [{"role": "user", "content": 5}]}, "messages[0].content"),
    ({"messages": [{"role": "user", "content": [5]}]}, "messages[0].content[0]"),
    ({"messages": [{"role": "user", "content": [{}]}]}, "messages[0].content[0].type"),
    ({"messages": [{"role": "tool", "content": "x"}]}, "messages[0].tool_call_id"),
    (
        {"messages": [{"role": "assistant", "tool_calls": [{"id": "1"}]}]},
        "messages[0].tool_calls[0].function",
    ),
    ({"model": 5}, "model"),
    ({"models": "openai/gpt-4o"}, "models"),
    ({"models": [5]}, "models[0]"),
    ({"stream": "yes"}, "stream"),
    ({"max_tokens": 0}, "max_tokens"),
    ({"max_tokens": "5"}, "max_tokens"),
    ({"max_tokens": 1.5}, "max_tokens"),
    ({"max_tokens": True}, "max_tokens"),
    ({"temperature": 3}, "temperature"),
    ({"temperature": "hot"}, "temperature"),
    ({"top_p": -1}, "top_p"),
    ({"stop": 5}, "stop"),
    ({"stop": ["a", "b", "c", "d", "e"]}, "stop"),
    ({"tools": {}}, "tools"),
    ({"tools": [5]}, "tools[0]"),
    ({"tools": [{"type": "function"}]}, "tools[0].function"),
    ({"tools": [{"type": "function", "function": {}}]}, "tools[0].function.name"),
    ({"tool_choice": 5}, "tool_choice"),
    ({"tool_choice": "maybe"}, "tool_choice"),
    ({"response_format": "json"}, "response_format"),
    ({"response_format": {"type": "xml"}}, "response_format.type"),
    ({"provider": []}, "provider"),
    ({"reasoning": "high"}, "reasoning"),
]


@pytest.mark.parametrize(("change", "where"), WRONG, ids=str)
def test_a_wrong_type_is_named(client, hello, refused, change, where):
    status, message = refused(client.post("/chat/completions", json=hello | change))
    assert status == 400
    assert where in message


def test_no_model_at_all_is_refused(client, refused):
    response = client.post("/chat/completions", json={"messages": USER})
    assert refused(response) == (400, "No models provided")


def test_a_body_that_is_too_large_is_refused_and_not_kept(client, refused, openrouter):
    def body():
        for _ in range(50):
            yield b"x" * 1_000_000

    for content in (b"x" * (MAX_BODY + 1), body()):
        assert refused(client.post("/chat/completions", content=content))[0] == 413
        assert openrouter.requests[-1].body is None


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/models/", 404),
        ("GET", "/models/%00/%ff/endpoints", 404),
        ("GET", "/../../etc/passwd", 404),
        ("GET", "/chat/completions", 405),
        ("DELETE", "/chat/completions", 405),
        ("POST", "/models", 405),
        ("PUT", "/key", 405),
    ],
)
def test_an_unknown_path_or_method_is_refused(client, refused, method, path, status):
    response = client.request(method, path)
    assert refused(response)[0] == status
    assert ("allow" in response.headers) == (status == 405)


def test_a_method_that_nobody_knows_is_refused(client, refused):
    """By uvicorn's parser or by the routes, after which of its parsers is installed."""
    assert refused(client.request("BREW", "/key"))[0] in (400, 405)


def test_half_a_letter_in_a_string_does_no_harm(client):
    raw = rb'{"model":"openai/gpt-4o","messages":[{"role":"user","content":"\ud83d"}]}'
    response = client.post("/chat/completions", content=raw)
    assert response.status_code == 200
    raw = rb'{"model":"x\ud83d/y","messages":[{"role":"user","content":"Hi"}]}'
    assert client.post("/chat/completions", content=raw).status_code == 400


def test_what_is_no_http_is_answered_and_nothing_is_printed(openrouter, capfd):
    port = int(openrouter.base_url.split(":")[2].split("/")[0])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
        raw.sendall(b"\x16\x03\x01 not http\r\n\r\n")
        assert b"400" in raw.recv(1_000)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
        raw.sendall(b"POST /api/v1/chat/completions HTTP/1.1\r\nHost: x\r\n")
    assert httpx2.get(openrouter.base_url + "/models/count").status_code == 200
    assert capfd.readouterr() == ("", "")


PIECES: list[Any] = [None, True, 0, -1, 10**30, 0.5, "", "user", "\x00", [], {}, [[]]]
PIECES += [{"type": "function"}, {"role": "user", "content": "Hi"}, [{"type": "text"}]]


def twisted(value: Any, chance: random.Random) -> Any:
    """`value` with something in it replaced, removed or doubled."""
    if chance.random() < 0.02:
        return chance.choice(PIECES)
    if isinstance(value, dict):
        kept = {
            k: twisted(v, chance) for k, v in value.items() if chance.random() < 0.97
        }
        if chance.random() < 0.05:
            kept[chance.choice(["type", "stop", "n", "$ref"])] = chance.choice(PIECES)
        return kept
    if isinstance(value, list):
        return [twisted(item, chance) for item in value] * chance.choice([1, 1, 1, 2])
    return value


FULL: dict[str, Any] = {
    "model": "openai/gpt-4o",
    "models": ["anthropic/claude-sonnet-5", "openrouter/auto"],
    "messages": [
        {"role": "system", "content": "Answer in JSON."},
        {"role": "user", "content": [{"type": "text", "text": "Hi 5"}]},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {
                    "id": "call_1",
                    "type": "function",
                    "function": {"name": "add", "arguments": "{}"},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "5"},
    ],
    "tools": [
        {
            "type": "function",
            "function": {
                "name": "add",
                "description": "Adds.",
                "parameters": {
                    "type": "object",
                    "properties": {"a": {"type": "integer", "minimum": 3}},
                    "required": ["a"],
                },
            },
        }
    ],
    "tool_choice": {"type": "function", "function": {"name": "add"}},
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": "x", "schema": {"anyOf": [{"type": "string"}]}},
    },
    "provider": {"order": ["openai"], "sort": "price", "only": None},
    "reasoning": {"effort": "low", "max_tokens": 5},
    "stop": ["x"],
    "max_tokens": 50,
    "stream": False,
    "stream_options": {"include_usage": True},
    "usage": {"include": True},
}


def some_of(body: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """`body` with half of its optional fields."""
    needed = {"model", "messages"}
    return {k: v for k, v in body.items() if k in needed or chance.random() < 0.5}


@pytest.mark.parametrize("seed", range(10))
def test_no_twisted_request_causes_a_500(client, seed):
    chance = random.Random(seed)
    for _ in range(60):
        body = twisted(some_of(FULL, chance), chance)
        response = client.post("/chat/completions", json=body)
        assert response.status_code in (200, 400, 404), json.dumps(body)
