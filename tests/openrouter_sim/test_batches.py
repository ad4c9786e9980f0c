"""Many requests in one, answered later and for less."""

import pytest

MODEL = "anthropic/claude-sonnet-5"  # it has a `:batch` row


def asking(*texts, **more):
    """The requests of a batch: one for each text."""
    return [
        {
            "custom_id": f"q{number}",
            "body": {"messages": [{"role": "user", "content": text}]} | more,
        }
        for number, text in enumerate(texts)
    ]


def batch_of(requests, model=MODEL):
    return {"endpoint": "/v1/chat/completions", "model": model, "requests": requests}


def send(client, body):
    response = client.post("/batches", json=body)
    assert response.status_code == 202, response.text
    return response.json()


def looked(client, batch, times):
    for _ in range(times):
        response = client.get(f"/batches/{batch['id']}")
        assert response.status_code == 200, response.text
    return response.json()


def done(client, body):
    return looked(client, send(client, body), 2)


def test_a_batch_goes_from_step_to_step(client):
    batch = send(client, batch_of(asking("One", "Two")))
    assert (batch["object"], batch["status"]) == ("batch", "validating")
    assert batch["completion_window"] == "24h"
    assert batch["request_counts"] == {"total": 2, "completed": 0, "failed": 0}
    assert (batch["results"], batch["usage"]) == ([], None)
    assert looked(client, batch, 1)["status"] == "in_progress"
    assert looked(client, batch, 1)["status"] == "completed"
    assert looked(client, batch, 1)["status"] == "completed"


def test_each_request_has_its_result(client):
    batch = done(client, batch_of(asking("One", "Two")))
    assert [one["custom_id"] for one in batch["results"]] == ["q0", "q1"]
    for text, one in zip(("One", "Two"), batch["results"], strict=True):
        assert (one["error"], one["response"]["status_code"]) == (None, 200)
        message = one["response"]["body"]["choices"][0]["message"]
        assert f"I read '{text}'" in message["content"]
    bodies = [one["response"]["body"] for one in batch["results"]]
    assert batch["usage"]["total_tokens"] == sum(
        body["usage"]["total_tokens"] for body in bodies
    )


def test_it_costs_half_and_is_paid_once(client, openrouter):
    asked = asking("Say hello")[0]["body"] | {"model": MODEL}
    chat = client.post("/chat/completions", json=asked).json()
    openrouter.reset()
    batch = done(client, batch_of(asking("Say hello")))
    cost = batch["results"][0]["response"]["body"]["usage"]["cost"]
    assert cost == pytest.approx(chat["usage"]["cost"] / 2)
    looked(client, batch, 3)
    spent = client.get("/credits").json()["data"]["total_usage"]
    assert spent == pytest.approx(cost)


def test_one_that_fails_leaves_the_others_alone(client):
    bad = asking("Two", temperature=9)[0] | {"custom_id": "bad"}
    batch = done(client, batch_of([*asking("One"), bad]))
    assert batch["request_counts"] == {"total": 2, "completed": 1, "failed": 1}
    good, failed = batch["results"]
    assert good["response"]
    assert failed["response"] is None
    assert "temperature" in failed["error"]["message"]


def test_a_stream_is_refused(client):
    batch = done(client, batch_of(asking("One", stream=True)))
    assert "stream" in batch["results"][0]["error"]["message"]


@pytest.mark.parametrize(
    ("requests", "model", "says"),
    [
        (asking("One"), "meta-llama/llama-3.1-8b-instruct", "no batch variant"),
        (asking("One"), "no/such", "no/such has no batch variant"),
        ([*asking("One"), *asking("Two")], MODEL, "unique"),
    ],
)
def test_a_batch_that_cannot_be_run_fails_at_a_later_look(
    client, requests, model, says
):
    batch = send(client, batch_of(requests, model))
    assert (batch["status"], batch["error"]) == ("validating", None)
    batch = looked(client, batch, 1)
    assert batch["status"] == "failed"
    assert says in batch["error"]["message"]
    assert looked(client, batch, 1)["results"] == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"model": None}, "model"),
        ({"endpoint": "/v1/embeddings"}, "endpoint"),
        ({"requests": []}, "1 to 5000"),
        ({"requests": [{"body": {}}]}, "requests.0.custom_id"),
        ({"requests": [{"custom_id": "a", "body": 1}]}, "requests.0.body"),
        ({"requests": ["One"]}, "requests.0"),
    ],
)
def test_what_is_not_a_batch_is_refused_at_once(client, change, says):
    response = client.post("/batches", json=batch_of(asking("One")) | change)
    assert response.status_code == 400
    assert says in response.json()["error"]["message"]


def test_a_batch_belongs_to_its_key(client):
    batch = send(client, batch_of(asking("One")))
    other = {"Authorization": "Bearer sk-or-v1-other"}
    for name, headers in ((batch["id"], other), ("batch-none", {})):
        assert client.get(f"/batches/{name}", headers=headers).status_code == 404
    nobody = {"Authorization": ""}
    assert client.get(f"/batches/{batch['id']}", headers=nobody).status_code == 401


def test_a_script_answers(client, openrouter):
    openrouter.reply("Bonjour")
    batch = done(client, batch_of(asking("One")))
    body = batch["results"][0]["response"]["body"]
    assert body["choices"][0]["message"]["content"] == "Bonjour"
    assert "I read" not in str(body)


def test_the_oldest_is_forgotten(client):
    first = send(client, batch_of(asking("One")))
    for _ in range(100):
        send(client, batch_of(asking("One")))
    assert client.get(f"/batches/{first['id']}").status_code == 404
