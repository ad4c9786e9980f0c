"""One table of cases, one test that is made for each row of it."""

import asyncio
import dataclasses
import json
import logging
from typing import Any

import pytest
from openrouter_factory import ALLOWED_HEADERS, OPENROUTER_URL
from pydantic_ai.direct import model_request
from pydantic_ai.messages import ModelRequest

from course.replies import chat_reply

K, L = "sk-or-K0K0K0K0", "sk-or-L1L1L1L1"
N = "anthropic/any-model"


@dataclasses.dataclass
class Case:
    args: tuple[Any, ...]
    kwargs: dict[str, Any] = dataclasses.field(default_factory=dict)
    says: tuple[str, ...] = ()
    """Words of the error; none: it must work."""
    url: str = OPENROUTER_URL
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    body: dict[str, Any] = dataclasses.field(default_factory=dict)


def header_case(name: str) -> Case:
    value = f"{name} is mine"
    return Case((N, K), {"extra_headers": {name: value}}, headers={name: value})


WORKS = [
    Case((N, K)),
    Case((N, L), headers={"authorization": f"Bearer {L}"}),
    Case((N + ":nitro", K)),
    Case(("~a/b.c_d-9", K)),
    Case((N, K, "https://proxy.example/a/b"), url="https://proxy.example/a/b"),
    Case((N, K), {"base_url": "https://p.example/v1"}, url="https://p.example/v1"),
    Case((N, K), {"settings": {"max_tokens": 99}}, body={"max_tokens": 99}),
    Case((N, K), {"extra_headers": None}),
    *map(header_case, ALLOWED_HEADERS),
]
FAILS = [
    *(
        Case((name, K), says=(repr(name)[1:-1], "provider/model"))
        for name in ("", "gpt", "A/a", "a/A", "a/a a", "a\n/a", "a/a\n", "a/a\n\n")
    ),
    *(Case((N, key), says=("key",)) for key in ("", "  ", f"{K}\n", f"a\n{K}")),
    *(
        Case((N, K), {"extra_headers": {name: "v"}}, says=(name,))
        for name in ("Accept", "Authorization", "Proxy-Authorization", "X-Titel")
    ),
    *(
        Case((N, K), {"extra_headers": {name: "v\nw"}}, says=(name,))
        for name in ALLOWED_HEADERS
    ),
    Case((K, N)),
    Case((K, ""), says=("",)),
]


def pytest_generate_tests(metafunc):
    if "works" in metafunc.fixturenames:
        metafunc.parametrize("works", WORKS, ids=range(len(WORKS)))
    if "fails" in metafunc.fixturenames:
        metafunc.parametrize("fails", FAILS, ids=range(len(FAILS)))


def asked(model, router):
    route = router.post().mock(return_value=chat_reply())
    asyncio.run(model_request(model, [ModelRequest.user_text_prompt("?")]))
    return route.calls[-1].request


def test_works(create_model, httpx2_mock, works: Case):
    given = works.kwargs.get("extra_headers")
    copy = dict(given) if given else given
    model = create_model(*works.args, **works.kwargs)
    stranger = create_model(works.args[0], "sk-or-other")
    assert works.kwargs.get("extra_headers") == copy
    assert model.model_name == works.args[0]
    assert model.base_url == works.url + "/"
    request = asked(model, httpx2_mock)
    assert request.method == "POST"
    assert str(request.url) == works.url + "/chat/completions"
    body = json.loads(request.content)
    assert {"model": works.args[0], **works.body}.items() <= body.items()
    expected = {"authorization": f"Bearer {works.args[1]}", **works.headers}
    for name, value in expected.items():
        assert request.headers[name] == value
    request = asked(stranger, httpx2_mock)
    assert str(request.url) == OPENROUTER_URL + "/chat/completions"
    assert request.headers["authorization"] == "Bearer sk-or-other"
    body = json.loads(request.content)
    assert body["model"] == works.args[0]
    assert not works.body.keys() & body.keys()
    for name, value in works.headers.items():
        assert request.headers.get(name) != value


def test_fails(create_model, fails: Case):
    with pytest.raises(ValueError) as caught:
        create_model(*fails.args, **fails.kwargs)
    for word in fails.says:
        assert word in str(caught.value)
    assert K not in str(caught.value)


@pytest.mark.parametrize("case", WORKS[:2] + FAILS[-3:])
def test_whispers(create_model, case, capfd):
    class Ear(logging.Handler):
        heard = ""

        def emit(self, record):
            Ear.heard += self.format(record)

    Ear.heard = ""
    ear = Ear()
    root = logging.getLogger()
    level = root.level
    root.addHandler(ear)
    root.setLevel(logging.NOTSET)
    try:
        model = create_model(*case.args, **case.kwargs)
        shown = repr(model)
    except Exception as error:
        shown = f"{error} {error!r}"
    finally:
        root.removeHandler(ear)
        root.setLevel(level)
    shown += Ear.heard + "".join(capfd.readouterr())
    assert K not in shown
    assert L not in shown
