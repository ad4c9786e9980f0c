"""Every kind of answer, checked against the official OpenAPI description.

Skipped where that file is absent: `OPENROUTER_SPEC` names it. It is not part of this
project; the shapes that matter have tests of their own beside this one.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

SPEC = Path(os.environ.get("OPENROUTER_SPEC", "openapi.json"))
pytestmark = pytest.mark.skipif(
    not SPEC.is_file(),
    reason="OPENROUTER_SPEC does not name the official OpenAPI description",
)
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}
CHATS: dict[str, dict[str, Any]] = {
    "plain": {},
    "cut": {"max_tokens": 2},
    "tools": {"tools": [WEATHER]},
    "reasoning": {"reasoning": {"effort": "high"}},
    "free": {"model": "google/gemma-4-31b-it:free"},
    "json": {"response_format": {"type": "json_object"}},
}
STATUSES = [400, 401, 402, 403, 404, 408, 413, 422, 429, 500, 502, 503, 524, 529]


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(SPEC.read_text("utf-8"))
    return loaded


@pytest.fixture
def check(spec):
    """Validates an answer as the description of `method path` wants it."""
    resource = DRAFT202012.create_resource(spec)
    registry = Registry().with_resource("spec", resource)

    def check(path, status, body, *, method="get", media="application/json"):
        escaped = path.replace("~", "~0").replace("/", "~1")
        media = media.replace("/", "~1")
        pointer = f"paths/{escaped}/{method}/responses/{status}/content/{media}/schema"
        wanted = {"$ref": f"spec#/{pointer}"}
        Draft202012Validator(wanted, registry=registry).validate(body)

    return check


@pytest.mark.parametrize("kind", CHATS)
def test_chats(client, hello, check, kind):
    reply = client.post("/chat/completions", json=hello | CHATS[kind])
    check("/chat/completions", 200, reply.json(), method="post")


@pytest.mark.parametrize("kind", CHATS)
def test_streams(client, hello, check, kind):
    body = hello | CHATS[kind] | {"stream": True}
    lines = client.post("/chat/completions", json=body).text.split("\n\n")
    chunks = [json.loads(line[6:]) for line in lines if line.startswith("data: {")]
    for chunk in chunks:
        event = {"data": chunk}
        media = "text/event-stream"
        check("/chat/completions", 200, event, method="post", media=media)


def test_a_stream_with_an_error(client, hello, check, openrouter):
    openrouter.break_stream_next("error")
    lines = client.post("/chat/completions", json=hello | {"stream": True}).text
    chunk = json.loads(lines.split("\n\n")[-3][6:])
    media = "text/event-stream"
    check("/chat/completions", 200, {"data": chunk}, method="post", media=media)
    assert chunk["error"]


@pytest.mark.parametrize("status", STATUSES)
def test_errors(client, hello, check, openrouter, status):
    openrouter.fail_next(status)
    body = client.post("/chat/completions", json=hello).json()
    check("/chat/completions", status, body, method="post")


def test_error_types(client, hello, openrouter, spec):
    known = spec["components"]["schemas"]["ApiErrorType"]["enum"]
    for status in STATUSES:
        openrouter.fail_next(status)
        error = client.post("/chat/completions", json=hello).json()["error"]
        assert error["metadata"]["error_type"] in known


@pytest.mark.parametrize(
    ("described", "path"),
    [
        ("/models", "/models"),
        ("/models", "/models?limit=3"),
        ("/models/count", "/models/count"),
        ("/models/user", "/models/user"),
        ("/model/{author}/{slug}", "/model/openai/gpt-4o"),
        (
            "/models/{author}/{slug}/endpoints",
            "/models/meta-llama/llama-3.3-70b-instruct/endpoints",
        ),
        ("/models/{author}/{slug}/endpoints", "/models/openai/gpt-4/endpoints"),
        ("/key", "/key"),
        ("/credits", "/credits"),
    ],
)
def test_pages(client, check, openrouter, described, path):
    check(described, 200, client.get(path).json())
    openrouter.limit(credit=5, free_per_day=50)
    check(described, 200, client.get(path).json())


def test_generations(client, hello, check):
    reply = client.post("/chat/completions", json=hello)
    page = client.get("/generation?id=" + reply.headers["X-Generation-Id"])
    check("/generation", 200, page.json())
