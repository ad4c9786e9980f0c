"""A plain chat: the reply, its money, and the requests that are refused."""

from decimal import Decimal

import pytest

from openrouter_sim import Simulator


def chat(client, body):
    return client.post("/chat/completions", json=body)


def test_a_reply_has_the_shape_of_the_real_one(client, hello):
    response = chat(client, hello)
    reply = response.json()
    assert response.status_code == 200
    assert reply["id"].startswith("gen-")
    assert response.headers["X-Generation-Id"] == reply["id"]
    assert reply["object"] == "chat.completion"
    assert reply["provider"] == "Anthropic"
    assert reply["model"].startswith("anthropic/claude-")
    [choice] = reply["choices"]
    assert choice["finish_reason"] == "stop"
    assert choice["native_finish_reason"] == "end_turn"
    assert choice["message"]["role"] == "assistant"
    text = choice["message"]["content"]
    assert text == "anthropic/claude-sonnet-5 says: I read 'Say hello'."


def test_cost_is_tokens_times_the_prices_of_the_catalogue(client, hello):
    usage = chat(client, hello).json()["usage"]
    rows = {row["id"]: row for row in client.get("/models").json()["data"]}
    pricing = rows["anthropic/claude-sonnet-5"]["pricing"]
    prompt = usage["prompt_tokens"] * Decimal(pricing["prompt"])
    completion = usage["completion_tokens"] * Decimal(pricing["completion"])
    assert usage["cost"] == float(prompt + completion) > 0
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def test_the_same_request_gets_the_same_reply_from_every_simulator(client, hello):
    first = chat(client, hello).json()
    with Simulator() as other:
        headers = {"Authorization": "Bearer sk-or-v1-somebody-else"}
        url = other.base_url + "/chat/completions"
        second = client.post(url, json=hello, headers=headers).json()
    assert first["choices"] == second["choices"]
    assert first["usage"] == second["usage"]
    assert first["created"] == second["created"]


def test_each_generation_has_an_id_of_its_own(client, hello):
    assert chat(client, hello).json()["id"] != chat(client, hello).json()["id"]


def test_an_unknown_model_is_refused_as_the_real_service_does(client, hello):
    response = chat(client, hello | {"model": "openai/gpt-99"})
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["code"] == 400
    assert error["message"] == "openai/gpt-99 is not a valid model ID"


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("", "Missing Authentication header"),
        ("Bearer", "Missing Authentication header"),
        ("Basic c2s=", "Missing Authentication header"),
        ("Bearer sk-openai", "User not found."),
        ("Bearer sk-or-", "User not found."),
        ("Bearer sk-or-v1-a b", "User not found."),
        ("Bearer sk-or-v1-a!", "User not found."),
    ],
)
def test_without_a_usable_key_there_is_a_401(client, hello, header, message):
    response = client.post(
        "/chat/completions", json=hello, headers={"Authorization": header}
    )
    assert response.status_code == 401
    assert response.json()["error"]["message"] == message
    assert response.json()["error"]["code"] == 401


def test_max_tokens_cuts_the_reply(client, hello):
    reply = chat(client, hello | {"max_tokens": 3}).json()
    assert reply["choices"][0]["finish_reason"] == "length"
    assert reply["choices"][0]["native_finish_reason"] == "max_tokens"
    assert reply["usage"]["completion_tokens"] == 3
    assert reply["choices"][0]["message"]["content"] == "anthropic/"


def test_a_stop_text_ends_the_reply_before_it(client, hello):
    reply = chat(client, hello | {"stop": [" says"]}).json()
    assert reply["choices"][0]["message"]["content"] == "anthropic/claude-sonnet-5"
    assert reply["choices"][0]["finish_reason"] == "stop"


def test_what_a_client_adds_is_accepted(client, hello):
    extras = {
        "provider": {"sort": "price"},
        "reasoning": {"effort": "none"},
        "usage": {"include": True},
        "transforms": ["middle-out"],
        "session_id": "lesson",
        "temperature": 0.5,
        "brand_new": {"field": [1]},
    }
    assert chat(client, hello | extras).status_code == 200


def test_the_last_of_several_messages_is_answered(client, hello):
    messages = [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "First"},
        {"role": "assistant", "content": "Yes"},
        {"role": "user", "content": [{"type": "text", "text": "Second"}]},
    ]
    reply = chat(client, hello | {"messages": messages}).json()
    assert reply["choices"][0]["message"]["content"].endswith("I read 'Second'.")


def test_reasoning_comes_where_it_is_asked_for(client, hello):
    reply = chat(client, hello | {"reasoning": {"effort": "low"}}).json()
    message = reply["choices"][0]["message"]
    assert "Say hello" in message["reasoning"]
    assert message["reasoning_details"][0]["type"] == "reasoning.text"
    details = reply["usage"]["completion_tokens_details"]
    assert 0 < details["reasoning_tokens"] < reply["usage"]["completion_tokens"]
    assert chat(client, hello).json()["choices"][0]["message"]["reasoning"] is None


def test_reasoning_counts_towards_max_tokens(client, hello):
    body = hello | {"reasoning": {"effort": "low"}}
    whole = chat(client, body).json()["usage"]
    thought = whole["completion_tokens_details"]["reasoning_tokens"]
    reply = chat(client, body | {"max_tokens": thought + 3}).json()
    assert reply["choices"][0]["message"]["content"] == "anthropic/"
    assert reply["usage"]["completion_tokens"] == thought + 3
    short = chat(client, body | {"max_tokens": 2}).json()
    assert short["choices"][0]["message"]["content"] == ""
    assert short["usage"]["completion_tokens"] == 2


def test_a_long_prompt_has_the_price_for_long_prompts(client):
    body = {
        "model": "google/gemini-2.5-pro",
        "messages": [{"role": "user", "content": "word " * 200_000}],
    }
    usage = chat(client, body).json()["usage"]
    asked = usage["cost_details"]["upstream_inference_prompt_cost"]
    assert asked == float(usage["prompt_tokens"] * Decimal("0.0000025"))
