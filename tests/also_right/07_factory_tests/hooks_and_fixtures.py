"""The starter, filled in with hooks, an async fixture, `monkeypatch` and `match`."""

import json
import logging
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


pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def make(request: pytest.FixtureRequest) -> CreateModel:
    found: CreateModel = request.getfixturevalue("create_model")
    return found


@pytest.fixture
async def sent(create_model: CreateModel, httpx2_mock: respx.Router) -> httpx.Request:
    return await sent_by(create_model(NAME, KEY), httpx2_mock)


async def test_sent(sent: httpx.Request) -> None:
    assert sent.headers["Authorization"] == f"Bearer {KEY}"


@pytest.fixture(autouse=True)
def no_key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENROUTER_API_KEY", raising=False)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "name" in metafunc.fixturenames:
        names = ["openai/a.b", "mistralai/a_b-c", NAME + ":floor", "~" + NAME]
        metafunc.parametrize("name", names)


def test_a_model_has_the_name_that_was_asked_for(make: CreateModel, name: str) -> None:
    assert make(name, KEY).model_name == name


async def test_name_on_the_wire(
    make: CreateModel, name: str, httpx2_mock: respx.Router
) -> None:
    request = await sent_by(make(name, KEY), httpx2_mock)
    match json.loads(request.content):
        case {"model": sent}:
            assert sent == name
        case other:
            pytest.fail(f"no model in {other}")


@pytest.mark.parametrize(
    ("bad", "shown"),
    [
        ("no-provider", "no-provider"),
        pytest.param("", "", id="empty"),
        ("openai/Capital", "openai/Capital"),
        ("Openai/small", "Openai/small"),
        ("openai/a b", "openai/a b"),
        ("openai/ab\n", r"openai/ab\n"),
    ],
)
def test_a_malformed_name_is_refused(make: CreateModel, bad: str, shown: str) -> None:
    with pytest.raises(ValueError, match="provider/model") as info:
        make(bad, KEY)
    assert shown in info.value.args[0]


async def test_key_and_address_are_on_the_wire(
    make: CreateModel, httpx2_mock: respx.Router
) -> None:
    here = make(NAME, KEY)
    there = make(NAME, KEY + "2", base_url="https://b.example/x/y")
    again = make(NAME, KEY + "3")
    sent = [await sent_by(model, httpx2_mock) for model in (here, there, again, here)]
    default = f"{OPENROUTER_URL}/chat/completions"
    elsewhere = "https://b.example/x/y/chat/completions"
    assert [str(r.url) for r in sent] == [default, elsewhere, default, default]
    keys = [r.headers["Authorization"].removeprefix("Bearer ") for r in sent]
    assert keys == [KEY, KEY + "2", KEY + "3", KEY]
    assert all(r.headers["Authorization"].startswith("Bearer ") for r in sent)
    assert (here.base_url, there.base_url) == (
        OPENROUTER_URL + "/",
        "https://b.example/x/y/",
    )


async def test_settings_reach_the_model(
    make: CreateModel, httpx2_mock: respx.Router
) -> None:
    model = make(NAME, KEY, settings={"max_tokens": 99})
    assert b"99" in (await sent_by(model, httpx2_mock)).content
    assert b"99" not in (await sent_by(make(NAME, KEY), httpx2_mock)).content


@pytest.mark.parametrize("key", ["", " ", "\t ", KEY + "\n", KEY + "\r\n"])
def test_a_malformed_key_is_refused(make: CreateModel, key: str) -> None:
    with pytest.raises(ValueError, match=r"\b[Kk]ey\b"):
        make(NAME, key)


async def test_headers_are_on_the_wire_of_their_own_model(
    make: CreateModel, httpx2_mock: respx.Router
) -> None:
    headers = dict.fromkeys(ALLOWED_HEADERS, "mine")
    one = make(NAME, KEY, extra_headers=headers)
    two = make(NAME, KEY)
    assert headers == dict.fromkeys(ALLOWED_HEADERS, "mine")
    headers.clear()
    first, second = await sent_by(one, httpx2_mock), await sent_by(two, httpx2_mock)
    for header in ALLOWED_HEADERS:
        assert first.headers[header] == "mine"
        assert second.headers.get(header) is None


@pytest.mark.parametrize("extra", [{"X-Secret": "1"}, {"Authorization": "Bearer x"}])
def test_a_header_that_is_not_allowed_is_refused(
    make: CreateModel, extra: dict[str, str]
) -> None:
    with pytest.raises(ValueError) as info:
        make(NAME, KEY, extra_headers=extra)
    assert next(iter(extra)) in str(info.value)


def test_a_line_break_is_refused(make: CreateModel) -> None:
    for header in ALLOWED_HEADERS:
        with pytest.raises(ValueError, match=header):
            make(NAME, KEY, extra_headers={header: "a\nEvil: b"})


def test_the_key_is_shown_nowhere(
    make: CreateModel,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        shown = [repr(make(NAME, KEY))]
        for wrong in [(NAME.upper(), KEY), (NAME, KEY + "\n"), (KEY, NAME)]:
            with pytest.raises(ValueError) as info:
                make(*wrong)
            shown.append(str(info.value))
    out, err = capsys.readouterr()
    shown += [out, err, *(record.getMessage() for record in caplog.records)]
    assert [text for text in shown if KEY in text] == []
