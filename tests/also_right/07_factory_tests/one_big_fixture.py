"""One fixture asks once for all wire tests; `asyncio.run` in plain tests; a seed."""

import asyncio
import random
import re
import string

import pytest
from openrouter_factory import OPENROUTER_URL
from pydantic_ai.direct import model_request
from pydantic_ai.messages import ModelRequest
from pydantic_ai.models import Model

from course.replies import chat_reply

rng = random.Random(5)
SECRET = "sk-or-v1-" + "".join(rng.choices(string.ascii_lowercase, k=24))


@pytest.fixture
def requests(create_model, httpx2_mock):
    """The requests of three models, by their name."""
    wire = httpx2_mock.post(url__regex=".*").mock(return_value=chat_reply("ok"))
    dress = {"HTTP-Referer": "https://a.example", "X-OpenRouter-Title": "A"}
    copy = dict(dress)
    models: dict[str, Model] = {
        "first": create_model("lab/model", SECRET + "1", extra_headers=dress),
        "second": create_model("lab/model", SECRET + "2"),
        "third": create_model(
            model_name="lab/model",
            api_key=SECRET + "3",
            base_url="http://127.0.0.1:1/v1",
            settings={"max_tokens": 12},
        ),
    }
    assert dress == copy
    found = {}
    for name, model in models.items():
        asyncio.run(model_request(model, [ModelRequest.user_text_prompt("hello")]))
        found[name] = wire.calls.last.request
    return found


def test_auth(requests):
    keys = [r.headers["Authorization"][-1] for r in requests.values()]
    assert keys == ["1", "2", "3"]
    bearer = f"Bearer {SECRET}"
    assert all(r.headers["Authorization"].startswith(bearer) for r in requests.values())


def test_urls(requests):
    urls = [str(r.url) for r in requests.values()]
    usual = f"{OPENROUTER_URL}/chat/completions"
    assert urls == [usual, usual, "http://127.0.0.1:1/v1/chat/completions"]


def test_bodies(requests):
    assert b'"max_tokens":12' in requests["third"].content.replace(b" ", b"")
    assert b"lab/model" in requests["first"].content


def test_attribution(requests):
    assert requests["first"].headers["http-referer"] == "https://a.example"
    assert requests["first"].headers["x-openrouter-title"] == "A"
    assert "http-referer" not in requests["second"].headers


@pytest.mark.parametrize("seed", range(5))
def test_random_good_names(create_model, seed):
    dice = random.Random(seed)
    signs = string.ascii_lowercase + string.digits
    part = lambda: "".join(dice.choices(signs, k=dice.randint(1, 9)))
    name = f"{part()}-{part()}/{part()}.{part()}_{part()}:{part()}"
    name = dice.choice(["", "~"]) + name if seed else f"~{name}"
    assert create_model(name, SECRET).model_name == name


def test_bad(create_model, capsys, caplog):
    caplog.set_level("DEBUG")
    said = [repr(create_model("lab/model", SECRET))]
    for name in "model", "", "Lab/model", "lab/MODEL", "lab/mo del", "lab/model\n":
        with pytest.raises(ValueError) as caught:
            create_model(name, SECRET)
        assert "provider/model" in str(caught.value)
        assert re.search(re.escape(name.strip()), str(caught.value))
        said.append(str(caught.value))
    for bad in (
        {"api_key": ""},
        {"api_key": "  "},
        {"api_key": SECRET + "\n"},
        {"model_name": SECRET, "api_key": "lab/model"},
        {"extra_headers": {"Set-Cookie": "x"}},
        {"extra_headers": {"X-Title": "x\r\ny: z"}},
    ):
        good = {"model_name": "lab/model", "api_key": SECRET}
        with pytest.raises(ValueError) as caught:
            create_model(**{**good, **bad})
        said.append(str(caught.value))
        assert "api_key" not in bad or "model_name" in bad or "key" in said[-1]
        for header in bad.get("extra_headers", ()):
            assert header in said[-1]
    captured = capsys.readouterr()
    said += [caplog.text, captured.out, captured.err]
    assert SECRET not in "".join(said)
