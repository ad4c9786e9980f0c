"""Keys and their money: limits, spending, and the pages that tell of them."""

from decimal import Decimal

import pytest

FREE = "google/gemma-4-31b-it:free"


@pytest.fixture
def chat(client, hello):
    def chat(**more):
        return client.post("/chat/completions", json=hello | more)

    return chat


def test_a_credit_is_spent_and_then_there_is_a_402(chat, openrouter):
    cost = chat().json()["usage"]["cost"]
    openrouter.limit(credit=Decimal(str(cost)) * 3)
    assert [chat().status_code for _ in range(3)] == [200, 200, 402]
    error = chat().json()["error"]
    assert error["message"].startswith("Insufficient credits")
    assert error["metadata"]["error_type"] == "payment_required"


def test_another_key_is_not_limited(chat, client, hello, openrouter):
    openrouter.limit(credit=0)
    assert chat().status_code == 402
    other = {"Authorization": "Bearer sk-or-v1-other"}
    response = client.post("/chat/completions", json=hello, headers=other)
    assert response.status_code == 200


def test_free_models_have_a_limit_per_minute_with_the_real_headers(chat, openrouter):
    openrouter.limit(free_per_minute=2)
    assert [chat(model=FREE).status_code for _ in range(3)] == [200, 200, 429]
    refused = chat(model=FREE)
    assert refused.headers["X-RateLimit-Limit"] == "2"
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert int(refused.headers["X-RateLimit-Reset"]) > 1_600_000_000_000
    error = refused.json()["error"]
    assert error["message"] == "Rate limit exceeded: free-models-per-min. "
    assert error["metadata"]["headers"]["X-RateLimit-Limit"] == "2"
    assert chat().status_code == 200


def test_a_limit_is_over_after_a_minute_or_at_midnight(chat, openrouter):
    now = [1_800_000_000.0]
    openrouter._world.accounts.clock = lambda: now[0]
    openrouter.limit(free_per_minute=1, free_per_day=2)
    assert chat(model=FREE).status_code == 200
    assert chat(model=FREE).headers["X-RateLimit-Reset"] == "1800000060000"
    now[0] += 60
    assert chat(model=FREE).status_code == 200
    now[0] += 60
    refused = chat(model=FREE)
    assert "free-models-per-day" in refused.text
    assert refused.headers["X-RateLimit-Reset"] == "1800057600000"
    now[0] += 86_400
    assert chat(model=FREE).status_code == 200


def test_limits_are_never_in_the_headers_of_a_success(chat, openrouter):
    openrouter.limit(free_per_minute=5)
    headers = chat(model=FREE).headers
    assert not [name for name in headers if name.lower().startswith("x-ratelimit")]


def test_a_refused_call_uses_up_no_script(chat, openrouter):
    openrouter.limit(free_per_minute=0)
    openrouter.reply("Bonjour")
    assert chat(model=FREE).status_code == 429
    assert chat().json()["choices"][0]["message"]["content"] == "Bonjour"


def test_a_free_model_costs_nothing(chat):
    assert chat(model=FREE).json()["usage"]["cost"] == 0


def test_the_pages_follow_what_was_spent(chat, client, openrouter):
    openrouter.limit(credit=2)
    costs = [Decimal(str(chat().json()["usage"]["cost"])) for _ in range(3)]
    key = client.get("/key").json()["data"]
    assert key["usage"] == float(sum(costs))
    assert key["limit"] == 2
    assert key["limit_remaining"] == float(2 - sum(costs))
    page = client.get("/credits").json()["data"]
    assert page == {"total_credits": 2, "total_usage": float(sum(costs))}


def test_the_page_counts_the_free_calls_of_the_day(chat, client, openrouter):
    openrouter.limit(free_per_day=5)
    chat(model=FREE)
    chat()
    counts = client.get("/key").json()["data"]["free_model_daily_requests"]
    assert counts == {"limit": 5, "used": 1, "remaining": 4}


def test_the_label_shows_no_whole_key(client, openrouter):
    label = client.get("/key").json()["data"]["label"]
    assert label == "sk-or-v1-515...157"


@pytest.mark.parametrize(
    "page", ["/key", "/credits", "/generation?id=x", "/models/user"]
)
def test_the_pages_need_a_key(client, page):
    response = client.get(page, headers={"Authorization": ""})
    assert response.status_code == 401


@pytest.mark.parametrize("stream", [False, True])
def test_a_past_generation_is_known(chat, client, stream):
    name = chat(stream=stream, user="ada").headers["X-Generation-Id"]
    page = client.get("/generation", params={"id": name}).json()["data"]
    usage = chat().json()["usage"]
    assert page["id"] == name
    assert page["total_cost"] == usage["cost"]
    assert page["tokens_prompt"] == usage["prompt_tokens"]
    assert page["tokens_completion"] == usage["completion_tokens"]
    assert page["provider_name"] == "Anthropic"
    assert page["streamed"] is stream
    assert page["external_user"] == "ada"


def test_an_unknown_generation_is_a_404_and_none_at_all_a_400(client):
    assert client.get("/generation?id=gen-1").status_code == 404
    assert client.get("/generation").status_code == 400
