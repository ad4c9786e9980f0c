"""
misconception = "one-example-is-enough"
fails = [
    "test_faults_with_headers_are_caught",
    "test_errors_that_do_not_help_are_caught",
]
words = ["begins another header"]
state = "failing"
"""

import json
from collections.abc import Callable

import httpx
import pytest
import respx
from pydantic_ai import Agent
from pydantic_ai.models.openrouter import OpenRouterModel

from course.replies import chat_reply
from openrouter_factory import OPENROUTER_URL

CreateModel = Callable[..., OpenRouterModel]
NAME = "openai/for-this-test"
KEY = "sk-or-v1-for-this-test"


async def sent_by(model: OpenRouterModel, httpx2_mock: respx.Router) -> httpx.Request:
    """Let `model` ask a question, and return the request that it sent."""
    wire = httpx2_mock.post().mock(return_value=chat_reply())
    await Agent(model).run("Hello?")
    request: httpx.Request = wire.calls.last.request
    return request


def test_a_model_has_the_name_that_was_asked_for(create_model: CreateModel) -> None:
    """Names with dots, variants and a `~` are names too."""
    for name in (NAME, "some-lab/model-4.5_b:free", "~some-lab/model-latest"):
        assert create_model(name, KEY).model_name == name


def test_a_malformed_name_is_refused(create_model: CreateModel) -> None:
    """An early, clear error is better than a request that cannot succeed."""
    for name in ("no-provider", "", "OpenAI/GPT", f"{NAME}\n", "openai/for this"):
        with pytest.raises(ValueError, match="provider/model"):
            create_model(name, KEY)


async def test_key_and_address_are_on_the_wire(
    create_model: CreateModel, httpx2_mock: respx.Router
) -> None:
    """Two callers, two keys, two addresses."""
    request = await sent_by(create_model(NAME, KEY), httpx2_mock)
    assert request.url == f"{OPENROUTER_URL}/chat/completions"
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert json.loads(request.content)["model"] == NAME
    other = create_model(NAME, "sk-or-v1-other", base_url="https://two.example/api/v1")
    request = await sent_by(other, httpx2_mock)
    assert request.url == "https://two.example/api/v1/chat/completions"
    assert request.headers["Authorization"] == "Bearer sk-or-v1-other"


async def test_settings_reach_the_model(
    create_model: CreateModel, httpx2_mock: respx.Router
) -> None:
    """`settings` are for every request of the model."""
    model = create_model(NAME, KEY, settings={"max_tokens": 7})
    request = await sent_by(model, httpx2_mock)
    assert json.loads(request.content)["max_tokens"] == 7


def test_a_malformed_key_is_refused(create_model: CreateModel) -> None:
    """A key that is missing, or cannot stand in a header."""
    for key in ("", "  ", f"{KEY}\n"):
        with pytest.raises(ValueError, match="key"):
            create_model(NAME, key)


async def test_headers_are_on_the_wire_of_their_own_model(
    create_model: CreateModel, httpx2_mock: respx.Router
) -> None:
    """What one caller asks for is no other caller's business."""
    headers = {"X-OpenRouter-Title": "My app", "HTTP-Referer": "https://app.example"}
    mine = create_model(NAME, KEY, extra_headers=headers)
    theirs = create_model(NAME, KEY)
    assert len(headers) == 2
    request = await sent_by(mine, httpx2_mock)
    assert headers.items() <= {key: request.headers.get(key) for key in headers}.items()
    request = await sent_by(theirs, httpx2_mock)
    assert not set(request.headers) & {"x-openrouter-title", "http-referer"}


def test_a_header_that_is_not_allowed_is_refused(create_model: CreateModel) -> None:
    """Neither sent nor dropped in silence."""
    for headers in ({"X-Task-Type": "a"}, {"Cookie": "b"}):
        with pytest.raises(ValueError, match=next(iter(headers))):
            create_model(NAME, KEY, extra_headers=headers)


def test_an_error_says_what_came_and_what_was_wanted(create_model: CreateModel) -> None:
    """An error is read by somebody who has to mend it."""
    with pytest.raises(ValueError, match="provider/model") as error:
        create_model("no-provider", KEY)
    assert "no-provider" in str(error.value)
    with pytest.raises(ValueError, match="X-Task-Type"):
        create_model(NAME, KEY, extra_headers={"X-Task-Type": "code"})


def test_the_key_is_shown_nowhere(
    create_model: CreateModel,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Not by the model, not in an error, not in a log."""
    caplog.set_level(0)
    shown = [repr(create_model(NAME, KEY))]
    for name, key in [("no-provider", KEY), (NAME, f"{KEY}\n"), (KEY, NAME)]:
        with pytest.raises(ValueError, match=r"\w") as error:
            create_model(name, key)
        shown.append(str(error.value))
    shown += [*capsys.readouterr(), caplog.text]
    assert not any(KEY in text for text in shown)
