"""A streamed chat: framing, pacing, and the borders where the network cuts."""

import json
import socket
import time

import httpx2

from openrouter_sim import Simulator


def stream(client, body):
    """The text of a stream, and the JSON of its data events but the last."""
    response = client.post("/chat/completions", json=body | {"stream": True})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/event-stream"
    events = response.text.split("\n\n")
    assert events.pop() == ""
    data = [event for event in events if event.startswith("data: ")]
    assert {e for e in events if e not in data} == {": OPENROUTER PROCESSING"}
    assert data.pop() == "data: [DONE]"
    return response, [json.loads(event.removeprefix("data: ")) for event in data]


def text_of(chunks):
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    return "".join(delta.get("content") or "" for delta in deltas)


def test_a_stream_says_what_the_plain_reply_says(client, hello):
    plain = client.post("/chat/completions", json=hello).json()
    _, chunks = stream(client, hello)
    assert text_of(chunks) == plain["choices"][0]["message"]["content"]
    assert chunks[-1]["usage"] == plain["usage"]


def test_usage_comes_once_in_the_last_chunk(client, hello):
    _, chunks = stream(client, hello)
    assert ["usage" in chunk for chunk in chunks[:-1]] == [False] * (len(chunks) - 1)
    assert chunks[-1]["usage"]["cost"] > 0
    assert len(chunks) > 5


def test_each_chunk_says_who_speaks(client, hello):
    response, chunks = stream(client, hello)
    for chunk in chunks:
        assert chunk["object"] == "chat.completion.chunk"
        assert chunk["provider"] == "Anthropic"
        assert chunk["id"] == response.headers["X-Generation-Id"]
    finish = chunks[-1]["choices"][0]
    assert (finish["finish_reason"], finish["native_finish_reason"]) == (
        "stop",
        "end_turn",
    )


def test_comments_come_before_and_between_the_data(client, hello):
    response, _ = stream(client, hello)
    assert response.text.startswith(": OPENROUTER PROCESSING\n\n")
    middle = response.text.split("data: ", 1)[1]
    assert ": OPENROUTER PROCESSING" in middle


def test_writes_end_in_the_middle_of_lines_and_letters(hello):
    question = [{"role": "user", "content": "ünïcödé €uro 漢字かな " * 8}]
    with Simulator(pace=0.002) as sim:
        headers = {"Authorization": f"Bearer {sim.api_key}"}
        url = sim.base_url + "/chat/completions"
        body = hello | {"stream": True, "messages": question}
        with (
            httpx2.Client(headers=headers) as client,
            client.stream("POST", url, json=body) as response,
        ):
            reads = list(response.iter_raw())
    assert len(reads) > 10
    assert not any(read.endswith(b"\n\n") for read in reads[:-1])
    assert "漢字" in b"".join(reads).decode()


def test_a_pace_keeps_the_pieces_apart(hello):
    with Simulator(pace=0.02) as sim:
        headers = {"Authorization": f"Bearer {sim.api_key}"}
        with httpx2.Client(base_url=sim.base_url, headers=headers) as client:
            started = time.perf_counter()
            _, chunks = stream(client, hello)
            assert time.perf_counter() - started >= 0.02 * len(chunks)


def test_no_piece_waits_for_the_one_before_it_to_be_acknowledged(openrouter, client):
    client.get("/models/count")
    server = openrouter._server._server
    [connection] = server.server_state.connections
    raw = connection.transport.get_extra_info("socket")
    assert raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_cut_stream_says_so(client, hello):
    _, chunks = stream(client, hello | {"max_tokens": 2})
    assert text_of(chunks) == "anthropic"
    assert chunks[-1]["choices"][0]["finish_reason"] == "length"


def test_an_error_before_the_stream_is_a_plain_refusal(client, hello):
    body = hello | {"stream": True, "model": "no/such"}
    response = client.post("/chat/completions", json=body)
    assert response.status_code == 400
    assert response.json()["error"]["code"] == 400
