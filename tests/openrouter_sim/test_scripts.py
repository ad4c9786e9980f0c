"""Replies that are scripted, and requests that are read back."""

import json

import httpx2
import pytest


def say(client, body):
    reply = client.post("/chat/completions", json=body).json()
    return reply["choices"][0]["message"]["content"]


def test_a_scripted_reply_is_given_once(client, hello, openrouter):
    openrouter.reply("Bonjour")
    assert say(client, hello) == "Bonjour"
    assert "Say hello" in say(client, hello)


def test_scripts_are_used_in_order_and_as_often_as_asked(client, hello, openrouter):
    openrouter.reply("one", times=2)
    openrouter.reply("two")
    assert [say(client, hello) for _ in range(3)] == ["one", "one", "two"]


def test_a_function_sees_the_request(client, hello, openrouter):
    openrouter.reply(lambda request: request.body["model"].upper())
    assert say(client, hello) == "ANTHROPIC/CLAUDE-SONNET-5"


def test_a_failing_function_is_a_readable_500(client, hello, openrouter):
    openrouter.reply(lambda request: request.body["nonsense"])
    response = client.post("/chat/completions", json=hello)
    assert response.status_code == 500
    assert "KeyError: 'nonsense'" in response.json()["error"]["message"]


def test_a_refused_request_uses_up_no_script(client, hello, openrouter):
    openrouter.reply("Bonjour")
    client.post("/chat/completions", json=hello | {"model": "no/such"})
    assert say(client, hello) == "Bonjour"


@pytest.mark.parametrize("wrong", [None, 7, b"bytes"])
def test_a_script_of_the_wrong_type_is_refused_at_once(openrouter, wrong):
    with pytest.raises(TypeError, match="give the text, or a function"):
        openrouter.reply(wrong)


def test_requests_can_be_read_back(client, hello, openrouter):
    client.post("/chat/completions", json=hello)
    client.post("/chat/completions", json=hello | {"model": "no/such"})
    first, second = openrouter.requests
    assert (first.method, first.path) == ("POST", "/api/v1/chat/completions")
    assert first.body == hello
    assert first.headers["content-type"] == "application/json"
    assert (first.status, second.status) == (200, 400)


def test_a_body_that_is_no_json_is_kept_as_none(client, openrouter):
    client.post("/chat/completions", content=b"hello")
    assert openrouter.requests[-1].body is None


def test_a_body_is_kept_byte_by_byte(client, hello, openrouter):
    spaced = json.dumps(hello, indent=1).encode()
    client.post("/chat/completions", content=spaced)
    client.get("/models/count")
    first, second = openrouter.requests
    assert (first.raw, first.body) == (spaced, hello)
    assert (second.raw, second.body) == (b"", None)


def test_no_whole_key_is_kept_wherever_it_was_sent(client, hello, openrouter):
    key = "sk-or-v1-" + "0123456789abcdef" * 4
    body = hello | {"messages": [{"role": "user", "content": f"My key: {key}"}]}
    headers = {"Authorization": f"Bearer {key}", "X-Copy": key}
    response = client.post(f"/chat/completions?key={key}", json=body, headers=headers)
    received = openrouter.requests[-1]
    kept = f"{received.body} {received.raw!r}"
    everything = f"{received} {dict(received.headers)} {kept}"
    assert key not in everything + response.text
    assert "0123456789abcdef" not in everything + response.text
    assert received.headers["authorization"] == "Bearer sk-or-v1-012...def"


def test_a_secret_that_is_no_key_is_not_kept_either(client, hello, openrouter):
    headers = {"Authorization": "Bearer hunter2-hunter2", "X-Api-Key": "hunter2"}
    client.post("/chat/completions", json=hello, headers=headers)
    assert "hunter2" not in str(dict(openrouter.requests[-1].headers))


def test_only_the_newest_requests_are_kept(client, openrouter):
    for number in range(1_003):
        client.get("/models/count", params={"n": number})
    assert len(openrouter.requests) == 1_000
    assert openrouter.requests[-1].query == "n=1002"
    assert openrouter.requests[0].query == "n=3"


def test_large_bodies_push_out_older_requests(client, openrouter):
    padding = "x" * 15_000_000
    for number in range(6):
        client.post("/chat/completions", json={"number": number, "padding": padding})
    kept = [request.body["number"] for request in openrouter.requests]
    assert kept == [2, 3, 4, 5]


def test_reset_forgets_scripts_faults_and_requests(client, hello, openrouter):
    client.post("/chat/completions", json=hello)
    openrouter.reply("Bonjour")
    openrouter.fail_next(503)
    openrouter.reset()
    assert openrouter.requests == ()
    assert "Say hello" in say(client, hello)


def test_requests_over_one_connection_have_one_number(hello, openrouter):
    headers = {"Authorization": f"Bearer {openrouter.api_key}"}
    for _ in range(2):
        with httpx2.Client(base_url=openrouter.base_url, headers=headers) as client:
            say(client, hello)
            say(client, hello)
    one, two, three, four = (request.connection for request in openrouter.requests)
    assert one == two != three == four
