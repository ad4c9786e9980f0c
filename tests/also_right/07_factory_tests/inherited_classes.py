"""setup_method, class attributes, inheritance of test classes, usefixtures."""

import json
import pytest
from pydantic_ai import Agent
from course.replies import chat_reply
from openrouter_factory import ALLOWED_HEADERS, OPENROUTER_URL

KEY = "sk-or-v1-mine"


class Base:
    @pytest.fixture(autouse=True)
    def _set(self, create_model, httpx2_mock, caplog, capsys):
        self.create, self.mock = create_model, httpx2_mock
        self.caplog, self.capsys = caplog, capsys

    async def ask(self, model):
        self.mock.post().respond(json=chat_reply().json())
        await Agent(model).run("x")
        return self.mock.calls.last.request

    def refuse(self, *a, **k):
        with pytest.raises(ValueError) as e:
            self.create(*a, **k)
        return str(e.value)


class TestNames(Base):
    good = ("openai/a", "a-1/b.c_d-e:free", "~x/y")

    async def test_good(self):
        for name in self.good:
            m = self.create(name, KEY)
            assert m.model_name == name
            assert json.loads((await self.ask(m)).content)["model"] == name

    def test_bad(self):
        for name in ("a", "", "A/b", "a/B", "a/b c", "a/b\n"):
            said = self.refuse(name, KEY)
            assert name.replace("\n", "\\n") in said and "provider/model" in said


class TestWire(Base):
    async def test_key_url_settings(self):
        a = self.create("openai/a", KEY)
        b = self.create(
            "openai/a",
            KEY + "b",
            base_url="https://q.example/v9",
            settings={"max_tokens": 5},
        )
        ra, rb = await self.ask(a), await self.ask(b)
        assert (str(ra.url), str(rb.url)) == (
            OPENROUTER_URL + "/chat/completions",
            "https://q.example/v9/chat/completions",
        )
        assert b.base_url == "https://q.example/v9/"
        assert ra.headers["Authorization"] == "Bearer " + KEY
        assert rb.headers["Authorization"] == "Bearer " + KEY + "b"
        assert json.loads(rb.content)["max_tokens"] == 5
        assert (await self.ask(a)).headers["Authorization"] == "Bearer " + KEY

    def test_bad_keys(self):
        for key in ("", "  ", KEY + "\n"):
            said = self.refuse("openai/a", key)
            assert "key" in said.lower() and KEY not in said


class TestHeaders(Base):
    async def test_own(self):
        h = {name: "v" for name in ALLOWED_HEADERS}
        a = self.create("openai/a", KEY, extra_headers=h)
        b = self.create("openai/a", KEY)
        assert h == {name: "v" for name in ALLOWED_HEADERS}
        ra, rb = await self.ask(a), await self.ask(b)
        assert all(ra.headers[n] == "v" and n not in rb.headers for n in h)

    def test_refused(self):
        assert "X-Foo" in self.refuse("openai/a", KEY, extra_headers={"X-Foo": "v"})
        for n in ALLOWED_HEADERS:
            assert n in self.refuse("openai/a", KEY, extra_headers={n: "v\nX: y"})


class TestSecrets(Base):
    def test_nowhere(self):
        self.caplog.set_level("DEBUG")
        shown = repr(self.create("openai/a", KEY))
        shown += (
            self.refuse("a", KEY)
            + self.refuse("openai/a", KEY + "\n")
            + self.refuse(KEY, "openai/a")
        )
        o, e = self.capsys.readouterr()
        assert KEY not in shown + o + e + self.caplog.text
