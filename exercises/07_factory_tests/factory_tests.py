"""Tests for a factory of OpenRouter models.

`create_model` is the factory under test. It is called like `create_openrouter_model`.
"""

import json
from collections.abc import Callable

import httpx
import pytest
import respx
from pydantic_ai import ModelRequest
from pydantic_ai.direct import model_request
from pydantic_ai.models.openrouter import OpenRouterModel

from course.replies import chat_reply
from openrouter_factory import ALLOWED_HEADERS, OPENROUTER_URL

CreateModel = Callable[..., OpenRouterModel]
NAME = "openai/for-this-test"
KEY = "sk-or-v1-for-this-test"


async def sent_by(model: OpenRouterModel, httpx2_mock: respx.Router) -> httpx.Request:
    """Let `model` ask a question, and return the request that it sent."""
    wire = httpx2_mock.post().mock(return_value=chat_reply())
    await model_request(model, [ModelRequest.user_text_prompt("Hello?")])
    request: httpx.Request = wire.calls.last.request
    return request


def test_a_model_has_the_name_that_was_asked_for(create_model: CreateModel) -> None:
    """Names with dots, variants and a `~` are names too."""
    model = create_model(NAME, KEY)
    raise NotImplementedError("TODO task 1: what must be true of `model`?")


def test_a_malformed_name_is_refused(create_model: CreateModel) -> None:
    """An early, clear error is better than a request that cannot succeed."""
    raise NotImplementedError("TODO task 1: which names are malformed?")


async def test_key_and_address_are_on_the_wire(
    create_model: CreateModel, httpx2_mock: respx.Router
) -> None:
    """Two callers, two keys, two addresses."""
    request = await sent_by(create_model(NAME, KEY), httpx2_mock)
    raise NotImplementedError("TODO task 2: what must be true of `request`?")


async def test_settings_reach_the_model(
    create_model: CreateModel, httpx2_mock: respx.Router
) -> None:
    """`settings` are for every request of the model."""
    raise NotImplementedError("TODO task 2: what do settings change on the wire?")


def test_a_malformed_key_is_refused(create_model: CreateModel) -> None:
    """A key that is missing, or cannot stand in a header."""
    raise NotImplementedError("TODO task 2: which keys can be refused?")


async def test_headers_are_on_the_wire_of_their_own_model(
    create_model: CreateModel, httpx2_mock: respx.Router
) -> None:
    """What one caller asks for is no other caller's business."""
    raise NotImplementedError("TODO task 3: make two models, with and without.")


def test_a_header_that_is_not_allowed_is_refused(create_model: CreateModel) -> None:
    """Neither sent nor dropped in silence."""
    raise NotImplementedError("TODO task 3: `pytest.raises`, and what it says.")


def test_an_error_says_what_came_and_what_was_wanted(create_model: CreateModel) -> None:
    """An error is read by somebody who has to mend it."""
    raise NotImplementedError("TODO task 4: look at `error.value`.")


def test_the_key_is_shown_nowhere(
    create_model: CreateModel,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Not by the model, not in an error, not in a log."""
    raise NotImplementedError("TODO task 4: where could a key turn up?")
