"""The pages about models: what is listed, filtered, paged and named."""

import pytest

from openrouter_sim import Simulator

NAMES = [
    "anthropic/claude-sonnet-5",
    "anthropic/claude-sonnet-5.5",
    "anthropic/claude-opus-4.8",
    "anthropic/claude-haiku-4.5",
    "openai/gpt-4o",
    "openai/gpt-4o-mini",
    "openai/gpt-4",
    "openai/gpt-4.1-mini",
    "openai/gpt-6-luna",
    "meta-llama/llama-3.3-70b-instruct",
    "meta-llama/llama-3.1-70b-instruct",
    "meta-llama/llama-3.1-8b-instruct",
    "mistralai/mistral-nemo",
    "qwen/qwen3-coder",
    "deepseek/deepseek-v3.2",
    "perplexity/sonar",
    "google/gemini-2.5-flash",
    "google/gemma-4-31b-it:free",
]
GONE = [
    "anthropic/claude-3.5-sonnet",
    "anthropic/claude-3-opus",
    "mistral/mixtral-8x7b-instruct",
    "deepseek/deepseek-coder",
]


@pytest.fixture
def rows(client):
    def rows(**query):
        return client.get("/models", params=query).json()["data"]

    return rows


def ids(rows):
    return {row["id"] for row in rows}


def test_the_models_of_the_lessons_are_listed_and_those_of_the_past_are_not(rows):
    listed = ids(rows())
    assert set(NAMES) <= listed
    assert not set(GONE) & listed


def test_the_list_needs_no_key_and_counts_itself(client):
    page = client.get("/models", headers={"Authorization": ""}).json()
    assert page["total_count"] == len(page["data"]) >= 40
    assert page["links"] == {"next": None}


def test_the_rows_have_what_trips_a_careless_parser(rows):
    listed = {row["id"]: row for row in rows()}
    assert listed["openrouter/auto"]["pricing"]["prompt"] == "-1"
    assert listed["openrouter/auto"]["top_provider"]["context_length"] is None
    assert listed["mistralai/mistral-nemo"]["pricing"]["prompt"] == "0.000000029"
    assert listed["google/gemini-2.5-pro"]["pricing"]["overrides"]
    unlimited = listed["mistralai/mistral-nemo"]["top_provider"]
    assert unlimited["max_completion_tokens"] is None
    assert any("description" not in row for row in listed.values())
    assert any(row["canonical_slug"] != row["id"] for row in listed.values())
    assert any(name.endswith(":batch") for name in listed)


def test_the_list_can_be_filtered(rows, client):
    everything = ids(rows())
    with_tools = ids(rows(supported_parameters="tools"))
    assert "perplexity/sonar" in everything - with_tools
    assert "openai/gpt-4o" in with_tools
    assert ids(rows(q="mistral nemo")) == {"mistralai/mistral-nemo"}
    assert "openai/gpt-4" not in ids(rows(context=100_000))
    assert ids(rows(max_price=0)) >= {"google/gemma-4-31b-it:free"}
    assert "openai/gpt-4o" not in ids(rows(max_price="2.49"))
    assert ids(rows(model_authors="x-ai,z-ai")) == {
        name for name in everything if name.startswith(("x-ai/", "z-ai/"))
    }
    count = client.get("/models/count", params={"output_modalities": "image"})
    assert count.json() == {"data": {"count": 0}}


def test_the_list_can_be_sorted(rows):
    by_context = [row["context_length"] for row in rows(sort="context-high-to-low")]
    assert by_context == sorted(by_context, reverse=True)
    by_age = [row["created"] for row in rows(sort="newest")]
    assert by_age == sorted(by_age, reverse=True)


def test_the_list_comes_in_pages_where_it_is_asked_for(client, rows):
    seen = []
    url = "/models?limit=20"
    while url:
        page = client.get(url.removeprefix("/api/v1")).json()
        assert len(page["data"]) <= 20
        seen += page["data"]
        url = page["links"]["next"]
    assert seen == rows()


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=1001", "limit=x", "offset=-1", "limit=1e9", "max_price=cheap"],
)
def test_a_query_without_sense_is_refused(client, query):
    assert client.get("/models?" + query).status_code == 400


def test_a_model_has_a_page_and_its_providers_differ_in_price(client):
    name = "meta-llama/llama-3.3-70b-instruct"
    assert client.get(f"/model/{name}").json()["data"]["id"] == name
    page = client.get(f"/models/{name}/endpoints").json()["data"]
    prices = {endpoint["pricing"]["prompt"] for endpoint in page["endpoints"]}
    assert page["id"] == name
    assert len(prices) > 2
    assert client.get("/models/no/such/endpoints").status_code == 404
    assert client.get("/model/no/such").status_code == 404


def test_every_row_leads_to_its_endpoints(client, rows):
    for row in rows():
        url = row["links"]["details"].removeprefix("/api/v1")
        assert client.get(url).json()["data"]["endpoints"], url


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("openai/gpt-4o:nitro", "openai/gpt-4o"),
        ("openai/gpt-4o@preset/mine", "openai/gpt-4o"),
        ("openai/gpt-4.1-mini-2025-04-14", "openai/gpt-4.1-mini-2025-04-14"),
        ("google/gemma-4-31b-it:free", "google/gemma-4-31b-it:free"),
        ("openrouter/auto", "anthropic/claude-sonnet-5-20260630"),
        ("~anthropic/claude-sonnet-latest", "anthropic/claude-sonnet-5.5-20260928"),
    ],
)
def test_a_model_answers_to_several_names(client, hello, asked, answered):
    reply = client.post("/chat/completions", json=hello | {"model": asked}).json()
    assert reply["model"] == answered


@pytest.mark.parametrize(
    "name", ["openai/gpt-4o:free", "x", "@preset/mine", "a/b:nitro"]
)
def test_a_name_that_means_nothing_is_refused(client, hello, name):
    response = client.post("/chat/completions", json=hello | {"model": name})
    assert response.status_code == 400
    assert response.json()["error"]["message"] == f"{name} is not a valid model ID"


def test_a_batch_model_is_no_chat_model(client, hello):
    body = hello | {"model": "openai/gpt-4o-mini:batch"}
    assert client.post("/chat/completions", json=body).status_code == 404


def test_the_first_model_that_can_is_the_one_that_answers(client, hello):
    body = {"messages": hello["messages"], "models": ["no/such", "openai/gpt-4o"]}
    assert (
        client.post("/chat/completions", json=body).json()["model"] == "openai/gpt-4o"
    )
    body = hello | {"models": ["openai/gpt-4o"]}
    reply = client.post("/chat/completions", json=body).json()
    assert reply["model"].startswith("anthropic/")


def test_the_provider_can_be_chosen_and_has_its_own_price(client, hello):
    body = hello | {"model": "meta-llama/llama-3.3-70b-instruct"}

    def reply(**wishes):
        return client.post("/chat/completions", json=body | {"provider": wishes}).json()

    default, cheap = reply(), reply(sort="price")
    assert default["provider"] == "Groq"
    assert cheap["provider"] == "DeepInfra"
    assert cheap["usage"]["cost"] < default["usage"]["cost"]
    assert reply(order=["nebius"])["provider"] == "Nebius"
    assert reply(only=["together"])["provider"] == "Together"
    assert reply(ignore=["groq", "DeepInfra"])["provider"] == "Nebius"
    assert reply(only=["nobody"])["error"]["code"] == 404


def test_a_parameter_that_would_be_ignored_can_be_insisted_on(client, hello):
    body = hello | {"temperature": 0.1}
    assert client.post("/chat/completions", json=body).status_code == 200
    body["provider"] = {"require_parameters": True}
    assert client.post("/chat/completions", json=body).status_code == 404
    body["model"] = "openai/gpt-4o"
    assert client.post("/chat/completions", json=body).status_code == 200


def test_a_prompt_beyond_the_context_is_refused_or_falls_back(client):
    messages = [{"role": "user", "content": "word " * 9_000}]
    body = {"model": "openai/gpt-4", "messages": messages}
    error = client.post("/chat/completions", json=body).json()["error"]
    assert error["code"] == 400
    assert error["metadata"]["error_type"] == "context_length_exceeded"
    body["models"] = ["openai/gpt-4o"]
    assert (
        client.post("/chat/completions", json=body).json()["model"] == "openai/gpt-4o"
    )


def test_images_are_accepted_where_the_model_sees(client, hello):
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    text = {"type": "text", "text": "What is this?"}
    body = hello | {"messages": [{"role": "user", "content": [text, image]}]}
    reply = client.post("/chat/completions", json=body).json()
    assert "What is this?" in reply["choices"][0]["message"]["content"]
    body["model"] = "meta-llama/llama-3.1-8b-instruct"
    assert client.post("/chat/completions", json=body).status_code == 404


def chat(client, model):
    question = [{"role": "user", "content": "Say hello"}]
    return client.post("/chat/completions", json={"model": model, "messages": question})


def test_a_withdrawn_model_is_not_listed_and_cannot_be_asked(client, rows, openrouter):
    name = "openai/gpt-4.1-mini"
    before = ids(rows())
    openrouter.withdraw(name)
    assert before - ids(rows()) == {name, f"{name}:batch"}
    refused = chat(client, name)
    assert refused.status_code == 400
    assert refused.json()["error"]["message"] == f"{name} is not a valid model ID"
    assert chat(client, "openai/gpt-4o").status_code == 200
    openrouter.withdraw("openai/gpt-4o")
    assert chat(client, "openai/gpt-4o:nitro").status_code == 400
    openrouter.reset()
    assert ids(rows()) == before
    assert chat(client, name).status_code == 200


def test_what_leads_to_a_withdrawn_model_goes_with_it(client, rows, openrouter):
    openrouter.withdraw("anthropic/claude-sonnet-5.5")
    assert "~anthropic/claude-sonnet-latest" not in ids(rows())
    assert chat(client, "~anthropic/claude-sonnet-latest").status_code == 400


def test_a_variant_can_be_withdrawn_alone(rows, openrouter):
    before = ids(rows())
    openrouter.withdraw("qwen/qwen3-coder:free")
    assert before - ids(rows()) == {"qwen/qwen3-coder:free"}


def test_a_simulator_withdraws_for_itself_alone(rows, openrouter):
    with Simulator() as other:
        other.withdraw("openai/gpt-4o")
        assert "openai/gpt-4o" in ids(rows())
    with pytest.raises(ValueError, match="`no/such` is no model of the simulator"):
        openrouter.withdraw("no/such")
