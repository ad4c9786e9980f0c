"""The service's own cache of replies: asked for by header, and free."""

import json

import pytest

ASKED = {"X-OpenRouter-Cache": "true"}
STATUS = "x-openrouter-cache-status"


def ask(client, body, **headers):
    """The status of the cache, and the reply."""
    response = client.post("/chat/completions", json=body, headers=ASKED | headers)
    assert response.status_code == 200, response.text
    return response.headers.get(STATUS), response


def statuses(client, *bodies):
    return [ask(client, body)[0] for body in bodies]


@pytest.fixture
def moved(openrouter, monkeypatch):
    """Moves the simulator's clock on by so many seconds."""
    accounts, start = openrouter._world.accounts, 1_000_000.0

    def move(seconds):
        monkeypatch.setattr(accounts, "clock", lambda: start + seconds)

    move(0)
    return move


def test_nothing_is_kept_unless_asked_for(client, hello):
    for headers in ({}, {"X-OpenRouter-Cache": "false"}, {}):
        response = client.post("/chat/completions", json=hello, headers=headers)
        assert STATUS not in response.headers
        assert response.json()["usage"]["cost"] > 0


def test_the_second_time_is_free(client, hello, openrouter):
    first, asked = ask(client, hello)
    spent = openrouter._world.accounts.of(openrouter.api_key).spent
    second, kept = ask(client, hello)
    assert (first, second) == ("MISS", "HIT")
    assert kept.json()["choices"] == asked.json()["choices"]
    assert kept.json()["usage"]["cost"] == kept.json()["usage"]["total_tokens"] == 0
    assert openrouter._world.accounts.of(openrouter.api_key).spent == spent > 0
    assert kept.headers["x-openrouter-cache-source-id"] == asked.json()["id"]
    assert kept.json()["id"] == kept.headers["x-generation-id"] != asked.json()["id"]


def test_a_body_in_another_order_is_another_question(client, hello):
    turned = dict(reversed(hello.items()))
    assert turned == hello
    assert json.dumps(turned) != json.dumps(hello)
    assert statuses(client, hello, turned, hello) == ["MISS", "MISS", "HIT"]


@pytest.mark.parametrize(
    "change",
    [
        {"model": "openai/gpt-4o"},
        {"temperature": 0.5},
        {"stream": True},
        {"messages": [{"role": "user", "content": "Say hello."}]},
    ],
)
def test_whatever_differs_makes_another_question(client, hello, change):
    other = hello | change
    assert statuses(client, hello, other, other) == ["MISS", "MISS", "HIT"]


def test_each_key_has_its_own_cache(client, hello):
    other = {"Authorization": "Bearer sk-or-v1-other"}
    assert [ask(client, hello)[0], ask(client, hello, **other)[0]] == ["MISS", "MISS"]


@pytest.mark.parametrize(
    ("ttl", "lasts"), [(None, 300), ("10", 10), ("0", 1), ("999999", 86_400)]
)
def test_a_reply_is_kept_for_a_while(client, hello, moved, ttl, lasts):
    headers = {"X-OpenRouter-Cache-TTL": ttl} if ttl else {}
    status, response = ask(client, hello, **headers)
    assert (status, response.headers["x-openrouter-cache-ttl"]) == ("MISS", str(lasts))
    moved(lasts - 0.5)
    status, response = ask(client, hello)
    assert (status, response.headers["x-openrouter-cache-age"]) == (
        "HIT",
        str(int(lasts - 0.5)),
    )
    moved(lasts)
    assert ask(client, hello)[0] == "MISS"


def test_a_ttl_that_is_no_number_is_the_usual_one(client, hello):
    _, response = ask(client, hello, **{"X-OpenRouter-Cache-TTL": "long"})
    assert response.headers["x-openrouter-cache-ttl"] == "300"


def test_clearing_asks_anew_and_keeps_the_new_one(client, hello, openrouter):
    openrouter.reply("first")
    openrouter.reply("second")
    ask(client, hello)
    status, response = ask(client, hello, **{"X-OpenRouter-Cache-Clear": "true"})
    assert (status, text_of(response)) == ("MISS", "second")
    status, response = ask(client, hello)
    assert (status, text_of(response)) == ("HIT", "second")


def text_of(response):
    return response.json()["choices"][0]["message"]["content"]


def test_a_stream_is_replayed(client, hello):
    streamed = hello | {"stream": True}
    first, second = ask(client, streamed)[1], ask(client, streamed)[1]
    assert (first.headers[STATUS], second.headers[STATUS]) == ("MISS", "HIT")
    deltas = [[delta_of(line) for line in events(r)] for r in (first, second)]
    assert deltas[0] == deltas[1]
    assert json.loads(events(second)[-1])["usage"]["cost"] == 0


def events(response):
    lines = response.text.splitlines()
    return [line[6:] for line in lines if line.startswith("data: {")]


def delta_of(line):
    return json.loads(line)["choices"][0]["delta"]


def test_a_failure_is_not_kept(client, hello, openrouter):
    openrouter.fail_next(503)
    openrouter.fail_next(502, inside_200=True)
    for _ in range(2):
        response = client.post("/chat/completions", json=hello, headers=ASKED)
        assert STATUS not in response.headers
    assert statuses(client, hello, hello) == ["MISS", "HIT"]


def test_half_a_stream_is_not_kept(client, hello, openrouter):
    streamed = hello | {"stream": True}
    openrouter.break_stream_next("error")
    client.post("/chat/completions", json=streamed, headers=ASKED)
    assert statuses(client, streamed, streamed) == ["MISS", "HIT"]


def test_a_hit_needs_no_credit(client, hello, openrouter):
    assert ask(client, hello)[0] == "MISS"
    openrouter.limit(credit=0)
    assert ask(client, hello)[0] == "HIT"


def test_reset_forgets(client, hello, openrouter):
    ask(client, hello)
    openrouter.reset()
    assert ask(client, hello)[0] == "MISS"
