"""Failures on order: a lesson's author writes one line."""

import json
import time
from datetime import datetime, timedelta, timezone

import httpx2
import pytest

from openrouter_sim import Simulator

STATUSES = [400, 401, 402, 403, 404, 408, 413, 422, 429]
STATUSES += [500, 502, 503, 504, 524, 529]


def chat(client, body):
    return client.post("/chat/completions", json=body)


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_its_body(client, hello, openrouter, status):
    openrouter.fail_next(status)
    response = chat(client, hello)
    error = response.json()["error"]
    assert response.status_code == error["code"] == status
    assert error["message"]
    assert error["metadata"]["error_type"]


def test_a_failure_happens_as_often_as_ordered(client, hello, openrouter):
    openrouter.fail_next(429, times=3)
    statuses = [chat(client, hello).status_code for _ in range(4)]
    assert statuses == [429, 429, 429, 200]


def test_failures_come_in_the_order_given(client, hello, openrouter):
    openrouter.fail_next(500)
    openrouter.fail_next(429, retry_after=2)
    first, second = chat(client, hello), chat(client, hello)
    assert "Retry-After" not in first.headers
    assert second.headers["Retry-After"] == "2"


def test_a_failure_hits_any_endpoint(client, openrouter):
    openrouter.fail_next(503, message="Down for lunch")
    response = client.get("/models")
    assert response.status_code == 503
    assert response.json()["error"]["message"] == "Down for lunch"


def test_an_error_can_hide_in_a_200(client, hello, openrouter):
    openrouter.fail_next(502, inside_200=True)
    client.get("/models")
    response = chat(client, hello)
    assert response.status_code == 200
    assert response.json()["error"]["code"] == 502
    assert "choices" not in response.json()


def test_an_error_can_hide_in_a_stream_from_its_start(client, hello, openrouter):
    openrouter.fail_next(502, inside_200=True)
    response = chat(client, hello | {"stream": True})
    chunk, done = events(response.text)
    assert response.status_code == 200
    assert json.loads(chunk)["error"]["code"] == 502
    assert done == "[DONE]"


def test_a_429_has_the_headers_of_the_real_one(client, hello, openrouter):
    openrouter.fail_next(429, retry_after=30)
    now = time.time()
    headers = chat(client, hello).headers
    assert headers["Retry-After"] == "30"
    assert headers["X-RateLimit-Limit"] == "20"
    assert headers["X-RateLimit-Remaining"] == "0"
    assert int(headers["X-RateLimit-Reset"]) / 1000 >= int(now) + 30


@pytest.mark.parametrize("status", [429, 503])
def test_a_date_can_say_when_to_come_back(client, hello, openrouter, status):
    then = datetime(2030, 1, 2, 9, 4, 5, tzinfo=timezone(timedelta(hours=2)))
    openrouter.fail_next(status, retry_after=then)
    headers = chat(client, hello).headers
    assert headers["Retry-After"] == "Wed, 02 Jan 2030 07:04:05 GMT"
    if status == 429:
        reset = int(headers["X-RateLimit-Reset"]) / 1000
        assert reset == pytest.approx(then.timestamp(), abs=2)


def test_a_refusal_by_moderation_gives_its_reasons(client, hello, openrouter):
    openrouter.fail_next(403)
    metadata = chat(client, hello).json()["error"]["metadata"]
    assert metadata["reasons"]
    assert metadata["flagged_input"]


def test_a_provider_that_fails_is_named(client, hello, openrouter):
    openrouter.fail_next(429, model="openai/gpt-4o", retry_after=1)
    response = chat(client, hello | {"model": "openai/gpt-4o"})
    error = response.json()["error"]
    assert error["message"] == "Provider returned error"
    assert error["metadata"]["provider_name"] == "OpenAI"
    assert "openai/gpt-4o" in error["metadata"]["raw"]
    assert response.headers["Retry-After"] == "1"
    assert "X-RateLimit-Limit" not in response.headers


@pytest.mark.parametrize("status", [200, 399, 600])
def test_a_status_that_is_no_failure_is_refused(openrouter, status):
    with pytest.raises(ValueError, match="400 to 599"):
        openrouter.fail_next(status)


def test_no_times_at_all_is_refused(openrouter):
    with pytest.raises(ValueError, match="times is 0"):
        openrouter.fail_next(500, times=0)


def test_one_model_fails_and_the_next_of_the_list_answers(client, hello, openrouter):
    openrouter.fail_next(503, model="anthropic/claude-sonnet-5")
    body = hello | {"models": ["openai/gpt-4o"]}
    assert chat(client, body).json()["model"] == "openai/gpt-4o"
    assert chat(client, body).json()["model"].startswith("anthropic/")


def test_one_model_fails_and_others_do_not(client, hello, openrouter):
    openrouter.fail_next(503, model="openai/gpt-4o")
    assert chat(client, hello).status_code == 200
    assert chat(client, hello | {"model": "openai/gpt-4o"}).status_code == 503


def test_a_failure_of_a_model_that_is_not_there_is_refused(openrouter):
    with pytest.raises(ValueError, match="`openai/gpt-99` is no model"):
        openrouter.fail_next(503, model="openai/gpt-99")


def test_a_connection_is_dropped(client, hello, openrouter):
    openrouter.drop_next(times=2)
    for _ in range(2):
        with pytest.raises(httpx2.RemoteProtocolError):
            chat(client, hello)
    assert chat(client, hello).status_code == 200
    assert [request.status for request in openrouter.requests] == [None, None, 200]


def test_a_reply_is_late(client, hello, openrouter):
    openrouter.slow_next(0.3)
    started = time.perf_counter()
    assert chat(client, hello).status_code == 200
    assert time.perf_counter() - started >= 0.3


def test_each_of_several_late_replies_is_late_once(client, hello, openrouter):
    openrouter.slow_next(0.2, times=2)
    took = []
    for _ in range(2):
        started = time.perf_counter()
        chat(client, hello)
        took.append(time.perf_counter() - started)
    assert min(took) >= 0.2


def test_a_failure_can_come_late(client, hello, openrouter):
    openrouter.slow_next(0.2)
    openrouter.fail_next(503)
    started = time.perf_counter()
    assert chat(client, hello).status_code == 503
    assert time.perf_counter() - started >= 0.2
    assert chat(client, hello).status_code == 200


def test_a_slow_reply_can_time_out_at_the_client(client, hello, openrouter):
    openrouter.slow_next(60)
    with pytest.raises(httpx2.ReadTimeout):
        client.post("/chat/completions", json=hello, timeout=0.1)


def test_latency_is_drawn_with_a_seed():
    def draws(seed):
        sim = Simulator(latency=(0.0, 9.0), seed=seed)
        return [sim._world.draw_latency() for _ in range(3)]

    assert draws(1) == draws(1) != draws(2)
    assert all(0 <= draw <= 9 for draw in draws(1))


def test_each_reply_has_the_latency(hello):
    with Simulator(latency=0.2) as sim, httpx2.Client() as client:
        started = time.perf_counter()
        client.get(sim.base_url + "/models/count")
        assert time.perf_counter() - started >= 0.2


def events(text):
    return [line[6:] for line in text.split("\n\n") if line.startswith("data: ")]


def test_a_stream_stops_without_its_end(client, hello, openrouter):
    openrouter.break_stream_next("stop", after=2)
    assert chat(client, hello).status_code == 200
    with client.stream(
        "POST", "/chat/completions", json=hello | {"stream": True}
    ) as response:
        assert response.status_code == 200
        lines = []
        with pytest.raises(httpx2.RemoteProtocolError):
            lines.extend(response.iter_lines())
    assert "data: [DONE]" not in lines


def test_a_stream_reports_an_error_in_the_middle(client, hello, openrouter):
    openrouter.break_stream_next("error", after=2)
    response = chat(client, hello | {"stream": True})
    *chunks, done = events(response.text)
    last = json.loads(chunks[-1])
    assert response.status_code == 200
    assert len(chunks) == 3
    assert last["error"]["code"] == 502
    assert last["choices"][0]["finish_reason"] == "error"
    assert done == "[DONE]"


def test_a_stream_sends_a_broken_chunk(client, hello, openrouter):
    openrouter.break_stream_next("garbage", after=1)
    _, broken, _ = events(chat(client, hello | {"stream": True}).text)
    with pytest.raises(json.JSONDecodeError):
        json.loads(broken)


def test_an_unknown_way_to_break_a_stream_is_refused(openrouter):
    with pytest.raises(ValueError, match="stop, error, garbage"):
        openrouter.break_stream_next("melt")
