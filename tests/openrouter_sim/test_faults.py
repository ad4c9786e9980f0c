"""Failures on order: a lesson's author writes one line."""

import pytest

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


@pytest.mark.parametrize("status", [200, 399, 600])
def test_a_status_that_is_no_failure_is_refused(openrouter, status):
    with pytest.raises(ValueError, match="400 to 599"):
        openrouter.fail_next(status)


def test_no_times_at_all_is_refused(openrouter):
    with pytest.raises(ValueError, match="times is 0"):
        openrouter.fail_next(500, times=0)
