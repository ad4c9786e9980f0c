"""Marks of pytest-asyncio and of one's own, a TestCase that a fixture equips."""

import json
import unittest

import pytest
from pydantic_ai import Agent

from course.replies import chat_reply
from openrouter_factory import ALLOWED_HEADERS, OPENROUTER_URL

KEY = "sk-or-v1-habit"


class Names(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _inject(self, create_model):
        self.create = create_model

    def test_taken(self):
        for name in ("openai/gpt-4.1_x", "a/b:free", "~a/b"):
            self.assertEqual(self.create(name, KEY).model_name, name)

    def test_refused(self):
        for name in ("gpt", "", "openai/GPT", "openai/g pt", "openai/gpt\n"):
            with self.subTest(name=name), self.assertRaises(ValueError) as caught:
                self.create(name, KEY)
            said = str(caught.exception)
            self.assertIn("provider/model", said)
            self.assertIn(name.replace("\n", "\\n"), said)
            self.assertNotIn(KEY, said)

    def test_keys(self):
        for key in ("", "   ", KEY + "\n"):
            with self.assertRaisesRegex(ValueError, "(?i)key") as caught:
                self.create("openai/gpt", key)
            self.assertNotIn(KEY, str(caught.exception))


@pytest.fixture
def ask(httpx2_mock):
    route = httpx2_mock.post().mock(return_value=chat_reply())

    async def asking(model):
        await Agent(model).run("Hello?")
        return route.calls.last.request

    return asking


@pytest.mark.asyncio
async def test_wire(create_model, ask):
    one = create_model("openai/gpt", KEY)
    two = create_model(
        "openai/gpt",
        "sk-or-v1-other",
        base_url="https://two.example/v2",
        settings={"max_tokens": 5},
    )
    first, second = await ask(one), await ask(two)
    assert str(first.url) == f"{OPENROUTER_URL}/chat/completions"
    assert str(second.url) == "https://two.example/v2/chat/completions"
    assert first.headers["Authorization"] == f"Bearer {KEY}"
    assert second.headers["Authorization"] == "Bearer sk-or-v1-other"
    body = json.loads(second.content)
    assert (body["model"], body["max_tokens"]) == ("openai/gpt", 5)
    assert two.base_url == "https://two.example/v2/"


@pytest.mark.headers
class TestHeaders:
    @pytest.mark.asyncio
    async def test_sent(self, create_model, ask):
        mine = {name: "mine" for name in ALLOWED_HEADERS}
        dressed = create_model("openai/gpt", KEY, extra_headers=mine)
        plain = create_model("openai/gpt", KEY)
        assert mine == {name: "mine" for name in ALLOWED_HEADERS}
        sent, other = await ask(dressed), await ask(plain)
        assert all(sent.headers[name] == "mine" for name in mine)
        assert not any(name in other.headers for name in mine)

    def test_refused(self, create_model):
        for header, value in [("X-Spy", "x"), (min(ALLOWED_HEADERS), "x\nX-Spy: x")]:
            with pytest.raises(ValueError, match=header):
                create_model("openai/gpt", KEY, extra_headers={header: value})


@pytest.mark.secret
def test_shown_nowhere(create_model, caplog, capsys):
    caplog.set_level("DEBUG")
    shown = repr(create_model("openai/gpt", KEY))
    with pytest.raises(ValueError) as swapped:
        create_model(KEY, "openai/gpt")
    shown += str(swapped.value) + caplog.text + "".join(capsys.readouterr())
    assert KEY not in shown
