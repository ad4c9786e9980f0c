from decimal import Decimal
from typing import Any

import pytest

from openrouter_factory import (
    CHATBOT_MODELS,
    GENERAL_PURPOSE_MODEL,
    TASK_MODELS,
    all_models,
    choose_adaptive_model,
    choose_budget_model,
    choose_chatbot_model,
    choose_task_model,
    get_model_info,
    is_plain,
    model_choice,
)
from openrouter_factory.model_choice import (
    CODE_MODEL,
    LONG_PROMPT_MODEL,
    ONLINE_MODEL,
    dearest_price,
)


@pytest.mark.parametrize(
    "name",
    [
        GENERAL_PURPOSE_MODEL,
        CODE_MODEL,
        LONG_PROMPT_MODEL,
        ONLINE_MODEL,
        *CHATBOT_MODELS.values(),
        *TASK_MODELS.values(),
    ],
)
def test_every_name_to_choose_is_a_current_model_of_the_table(name: str) -> None:
    assert is_plain(name)
    assert not get_model_info(name).retired


@pytest.mark.parametrize(("wish", "name"), CHATBOT_MODELS.items())
def test_a_chatbot_model_is_found_by_provider_and_quality(
    wish: tuple[str, str], name: str
) -> None:
    assert choose_chatbot_model(*wish) == name


def test_standard_quality_is_what_you_get_without_asking() -> None:
    assert choose_chatbot_model("openai") == choose_chatbot_model("openai", "standard")


@pytest.mark.parametrize(
    "wish", [("meta", "premium"), ("openai", "best"), ("acme", "standard"), ("", "")]
)
def test_an_unknown_wish_is_answered_with_all_there_is(wish: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="no chatbot model for") as caught:
        choose_chatbot_model(*wish)
    for provider, quality in CHATBOT_MODELS:
        assert f"{provider}/{quality}" in str(caught.value)


def test_a_task_model_is_found_and_others_get_a_general_one() -> None:
    assert choose_task_model("code", "speed") == "qwen/qwen3-coder"
    assert choose_task_model("research") == "anthropic/claude-sonnet-5"
    assert choose_task_model("knitting") == GENERAL_PURPOSE_MODEL
    assert choose_task_model("code", "balanced") == GENERAL_PURPOSE_MODEL


@pytest.mark.parametrize(
    ("usd_per_1k", "name"),
    [
        ("0.00003", "mistralai/mistral-nemo"),
        ("0.00004", "meta-llama/llama-3.1-8b-instruct"),
        ("0.0000399", "mistralai/mistral-nemo"),
        (0.001, "qwen/qwen3-coder"),
        (Decimal("0.025"), "anthropic/claude-opus-4.8"),
        (0.0249999, "anthropic/claude-sonnet-4.6"),
        (1000, "anthropic/claude-opus-4.8"),
    ],
)
def test_the_budget_buys_the_dearest_model_that_it_can(
    usd_per_1k: Any, name: str
) -> None:
    assert choose_budget_model(usd_per_1k) == name


def test_of_models_at_the_same_price_the_first_of_the_table_is_taken() -> None:
    first = next(m.name for m in all_models() if dearest_price(m) == 10)
    assert choose_budget_model(0.01) == first == "anthropic/claude-sonnet-5"


def test_no_budget_buys_what_is_no_plain_current_model() -> None:
    for step in range(1, 400):
        name = choose_budget_model(Decimal(step) / 10_000)
        assert is_plain(name)
        assert not get_model_info(name).retired


@pytest.mark.parametrize("little", [0, 0.0, "0.00002", Decimal("0.000029")])
def test_too_small_a_budget_is_told_the_cheapest_model(little: Any) -> None:
    with pytest.raises(
        ValueError, match=r"No model costs 0\S* USD .*mistral-nemo` at 0\.00003 USD"
    ):
        choose_budget_model(little)


@pytest.mark.parametrize(
    "no_amount", [-1, float("nan"), float("inf"), "cheap", "", None, True, [1]]
)
def test_what_is_no_amount_is_refused(no_amount: Any) -> None:
    with pytest.raises(ValueError, match="is no budget: USD were wanted"):
        choose_budget_model(no_amount)


def test_a_float_budget_is_read_as_it_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prices = [
        ("a/below", Decimal(100)),
        ("a/just-above", Decimal("100.000000000000001")),
    ]
    monkeypatch.setattr(model_choice, "_prices", lambda: iter(prices))
    assert Decimal.from_float(0.1) * 1000 > prices[1][1]  # the float would buy both
    assert choose_budget_model(0.1) == "a/below"


def test_a_model_with_an_unknown_price_has_no_dearest_one() -> None:
    assert dearest_price(get_model_info("anthropic/claude-3-opus")) is None
    assert dearest_price(get_model_info("openai/gpt-4o")) == 10


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("What is the latest news?", ONLINE_MODEL),
        ("TODAY's weather, please", ONLINE_MODEL),
        ("The current price of gold?", ONLINE_MODEL),
        ("We are currently hiring: write an advertisement.", GENERAL_PURPOSE_MODEL),
        ("Explain a concurrent queue", GENERAL_PURPOSE_MODEL),
        ("Mend this: ```x = 1```", CODE_MODEL),
        ("word " * 501, LONG_PROMPT_MODEL),
        ("word " * 500, GENERAL_PURPOSE_MODEL),
        ("Hello", GENERAL_PURPOSE_MODEL),
        ("", GENERAL_PURPOSE_MODEL),
        ("Is ```this``` the latest?", ONLINE_MODEL),
        ("```" + "word " * 501, CODE_MODEL),
    ],
)
def test_a_prompt_chooses_by_words_then_code_then_length(
    prompt: str, name: str
) -> None:
    assert choose_adaptive_model(prompt) == name
