"""Classes with an autouse fixture, methods that are coroutines, asserts in helpers."""

from __future__ import annotations

import json
import random
import string

import pytest
from openrouter_factory import OPENROUTER_URL
from pydantic_ai.direct import model_request
from pydantic_ai.messages import ModelRequest
from pydantic_ai.models.openrouter import OpenRouterModel

from course.replies import chat_reply

ALLOWED = ("HTTP-Referer", "X-Title", "X-OpenRouter-Title", "X-OpenRouter-Categories")


def fresh_key() -> str:
    return "sk-or-" + "".join(random.choices(string.ascii_letters, k=24))


class Factory:
    """The parts that the test classes share."""

    pytestmark = pytest.mark.httpx2(assert_all_called=False)

    @pytest.fixture(autouse=True)
    def _under_test(self, create_model, httpx2_mock):
        self.create = create_model
        self.key = fresh_key()
        self.wire = httpx2_mock.route(method="POST", name="chat").mock(
            side_effect=lambda request: chat_reply("Yes.")
        )
        yield
        del self.create

    async def ask(self, model):
        reply = await model_request(model, [ModelRequest.user_text_prompt("Well?")])
        assert reply.parts
        return self.wire.calls.last.request

    def complain(self, *args, **kwargs) -> str:
        with pytest.raises(ValueError) as caught:
            self.create(*args, **kwargs)
        told = f"{caught.value} {caught.value!r}"
        assert self.key not in told
        return str(caught.value)


class TestNames(Factory):
    async def test_goes_through(self):
        for name in ("z/z", "a-b/e-f.g_h:i", "~a/b", "a/b:free", "0/1"):
            model = self.create(name, self.key)
            assert isinstance(model, OpenRouterModel)
            assert model.model_name == name
            assert json.loads((await self.ask(model)).read())["model"] == name

    async def test_needs_a_provider(self):
        for name in ("", "b", "/b", "a/"):
            assert "provider/model" in self.complain(name, self.key)

    async def test_is_small_and_tight(self):
        for name in ("A/b", "a/B", "a/b c", "a /b", "a/b\n", "\na/b", "a/b ", " a/b"):
            said = self.complain(name, self.key)
            assert "provider/model" in said
            assert name.replace("\n", r"\n") in said
            assert "\n" not in said


class TestWire(Factory):
    async def test_callers_are_strangers(self):
        other = fresh_key()
        mine, theirs = self.create("a/b", self.key), self.create("a/b", other)
        assert (await self.ask(mine)).headers["authorization"] == "Bearer " + self.key
        assert (await self.ask(theirs)).headers["authorization"] == "Bearer " + other
        assert (await self.ask(mine)).headers["authorization"] == "Bearer " + self.key

    async def test_goes_home(self):
        model = self.create("a/b", self.key)
        assert model.base_url.rstrip("/") == OPENROUTER_URL
        assert (await self.ask(model)).url == f"{OPENROUTER_URL}/chat/completions"

    @pytest.mark.parametrize("end", ["", "/"])
    async def test_goes_elsewhere(self, end):
        model = self.create("a/b", self.key, base_url="http://127.0.0.1:9/v7" + end)
        assert model.base_url == "http://127.0.0.1:9/v7/"
        sent = await self.ask(model)
        assert sent.url == "http://127.0.0.1:9/v7/chat/completions"

    async def test_settings_stay(self):
        model = self.create("a/b", self.key, settings={"max_tokens": 3, "seed": 4})
        for _ in "ab":
            body = json.loads((await self.ask(model)).content)
            assert (body["max_tokens"], body["seed"]) == (3, 4)
        body = json.loads((await self.ask(self.create("a/b", self.key))).content)
        assert "max_tokens" not in body
        assert "seed" not in body


class TestKeys(Factory):
    @pytest.mark.parametrize("key", ["", " ", "\t ", "sk-or-a\nb", "sk-or-a\r\nb"])
    async def test_refused(self, key):
        assert "key" in self.complain("a/b", key)

    async def test_swapped(self):
        self.complain(self.key, "a/b")


class TestHeaders(Factory):
    async def test_sent_by_their_model_only(self):
        mine = {name: f"value of {name}" for name in ALLOWED}
        before = dict(mine)
        model = self.create("a/b", self.key, extra_headers=mine)
        plain = self.create("a/b", self.key)
        assert mine == before
        sent = (await self.ask(model)).headers
        for name in ALLOWED:
            assert sent[name] == before[name]
        sent = (await self.ask(plain)).headers
        assert not set(before.values()) & set(sent.values())
        assert mine == before

    async def test_strangers(self):
        for name in ("Authorization", "authorization", "X-Other", "User-Agent"):
            assert name in self.complain("a/b", self.key, extra_headers={name: "v"})

    async def test_line_breaks(self):
        for name in ALLOWED:
            for value in ("a\nb", "a\r\nB: c", "a\r", "a\n"):
                headers = {name: value}
                assert name in self.complain("a/b", self.key, extra_headers=headers)


class TestSecrets(Factory):
    async def test_nowhere(self, capsys, caplog):
        with caplog.at_level(0):
            model = self.create("a/b", self.key, extra_headers={"X-Title": "x"})
            await self.ask(model)
            self.complain("ab", self.key)
            self.complain(self.key, "ab")
            self.complain("a/b", self.key, extra_headers={"Cookie": "x"})
            self.complain("a/b", self.key + "\n")
        # what the client sends is logged by nobody but the factory
        for record in caplog.records:
            assert self.key not in record.getMessage()
        assert self.key not in "".join(capsys.readouterr())
        assert self.key not in f"{model} {model!r}"
