"""
misconception = "one-example-is-enough"
fails = [
    "test_faults_with_names_are_caught",
]
words = ["`~` in front"]
state = "failing"
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


_NO_PROVIDER = "for-this-test"


def _refused(
    says: str, create_model: CreateModel, *args: object, **kwargs: object
) -> str:
    """The text of the ValueError that `create_model` raises; `says` is in it."""
    with pytest.raises(ValueError, match=says) as error:
        create_model(*args, **kwargs)
    return str(error.value)


def test_a_model_has_the_name_that_was_asked_for(create_model: CreateModel) -> None:
    """Names with dots, variants and a `~` are names too."""
    for name in (NAME, "some-lab/model-4.5_b:free"):
        assert create_model(name, KEY).model_name == name


def test_a_malformed_name_is_refused(create_model: CreateModel) -> None:
    """An early, clear error is better than a request that cannot succeed."""
    for name in (_NO_PROVIDER, "", f"{NAME}X", f"{NAME}\n", f"{NAME} x"):
        _refused("provider/model", create_model, name, KEY)


async def test_key_and_address_are_on_the_wire(
    create_model: CreateModel, httpx2_mock: respx.Router
) -> None:
    """Two callers, two keys, two addresses."""
    elsewhere = {"base_url": "https://two.example/api/v1"}
    for key, address in [(KEY, elsewhere), (f"{KEY}-of-another", {})]:
        request = await sent_by(create_model(NAME, key, **address), httpx2_mock)
        url = address.get("base_url", OPENROUTER_URL)
        assert request.url == f"{url}/chat/completions"
        assert request.headers["Authorization"] == f"Bearer {key}"
        assert json.loads(request.content)["model"] == NAME


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
        _refused("key", create_model, NAME, key)


async def test_headers_are_on_the_wire_of_their_own_model(
    create_model: CreateModel, httpx2_mock: respx.Router
) -> None:
    """What one caller asks for is no other caller's business."""
    headers = {name: f"my {name}" for name in ALLOWED_HEADERS}
    mine = create_model(NAME, KEY, extra_headers=headers)
    theirs = create_model(NAME, KEY)
    assert set(headers) == set(ALLOWED_HEADERS)
    request = await sent_by(mine, httpx2_mock)
    assert all(request.headers[name] == f"my {name}" for name in headers)
    request = await sent_by(theirs, httpx2_mock)
    assert not any(name in request.headers for name in headers)


def test_a_header_that_is_not_allowed_is_refused(create_model: CreateModel) -> None:
    """Neither sent nor dropped in silence."""
    for name in ALLOWED_HEADERS:
        for headers in ({f"{name}-Too": NAME}, {name: f"{NAME}\r\nCookie: b"}):
            [refused] = headers
            _refused(refused, create_model, NAME, KEY, extra_headers=headers)


def test_an_error_says_what_came_and_what_was_wanted(create_model: CreateModel) -> None:
    """An error is read by somebody who has to mend it."""
    text = _refused("provider/model", create_model, _NO_PROVIDER, KEY)
    assert _NO_PROVIDER in text


def test_the_key_is_shown_nowhere(
    create_model: CreateModel,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Not by the model, not in an error, not in a log."""
    caplog.set_level("DEBUG")
    shown = [repr(create_model(NAME, KEY))]
    for name, key in [(_NO_PROVIDER, KEY), (NAME, f"{KEY}\n"), (KEY, NAME)]:
        shown.append(_refused(r"\w", create_model, name, key))
    shown += [*capsys.readouterr(), caplog.text]
    assert not any(KEY in text for text in shown)
