from datetime import date
from decimal import Decimal

import pytest

from openrouter_factory import (
    BALANCED,
    FAST,
    QUALITY,
    ModelInfo,
    all_models,
    current_models,
    get_model_info,
    is_plain,
    table_date,
    validate_model_name,
    variant_of,
)

GUIDES_MODELS = [
    "anthropic/claude-3.5-sonnet",
    "anthropic/claude-3-opus",
    "anthropic/claude-3-haiku",
    "openai/gpt-4o",
    "openai/gpt-4",
    "meta-llama/llama-3.1-70b-instruct",
    "meta-llama/llama-3.1-8b-instruct",
    "mistral/mixtral-8x7b-instruct",
    "deepseek/deepseek-coder",
    "perplexity/llama-3.1-sonar-large-128k-online",
]


def test_there_are_about_forty_current_models_and_each_is_listed_once() -> None:
    names = [info.name for info in all_models()]
    assert len(names) == len(set(names))
    assert 38 <= len(list(current_models())) <= 45


@pytest.mark.parametrize("info", list(all_models()), ids=lambda info: info.name)
def test_a_row_is_complete_and_dated(info: ModelInfo) -> None:
    assert validate_model_name(info.name) == info.name
    assert info.as_of is not None
    assert date(2026, 5, 1) <= info.as_of <= table_date()
    if info.retired:
        assert info.stand_in is not None
        assert not get_model_info(info.stand_in).retired
    else:
        assert info.stand_in is None
        assert info.context_length is not None
        assert info.context_length >= 8_000
        assert isinstance(info.input_price, Decimal)
        assert isinstance(info.output_price, Decimal)
        assert 0 <= info.input_price < 100
        assert "text" in info.input_modalities
        assert info.output_modalities == ("text",)


@pytest.mark.parametrize("info", list(current_models()), ids=lambda info: info.name)
def test_a_row_is_a_model_to_chat_with(info: ModelInfo) -> None:
    assert is_plain(info.name) or variant_of(info.name) == "free"
    free = variant_of(info.name) == "free"
    assert (info.input_price == info.output_price == 0) == free


@pytest.mark.parametrize("name", GUIDES_MODELS)
def test_every_model_of_the_guide_is_known(name: str) -> None:
    info = get_model_info(name)
    assert info.retired == (info.stand_in is not None)


def test_prices_are_exact_and_in_usd_per_million_tokens() -> None:
    info = get_model_info("mistralai/mistral-nemo")
    assert (info.input_price, info.output_price) == (Decimal("0.029"), Decimal("0.03"))


def test_fields_are_read_as_attributes_or_as_the_guide_does() -> None:
    info = get_model_info("openai/gpt-4o")
    assert info["supports_tools"] is info.supports_tools is True
    assert info["context_length"] == 128_000


def test_an_unknown_field_is_answered_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match=r"`tools` is not known.*supports_tools"):
        get_model_info("openai/gpt-4o")["tools"]


def test_a_variant_is_looked_up_by_its_model_and_free_is_free() -> None:
    paid = get_model_info("openai/gpt-4o:nitro")
    free = get_model_info("openai/gpt-4o:free")
    assert paid.name == "openai/gpt-4o:nitro"
    assert paid.input_price == get_model_info("openai/gpt-4o").input_price
    assert free.input_price == free.output_price == 0
    assert free.supports_tools


def test_a_preset_behind_a_model_is_looked_up_by_the_model() -> None:
    info = get_model_info("openai/gpt-4o@preset/mine")
    assert info.context_length == 128_000


@pytest.mark.parametrize("name", ["openai/gpt-4oo", "gpt-4o", "OpenAI/GPT-4o"])
def test_a_near_miss_gets_a_suggestion(name: str) -> None:
    with pytest.raises(ValueError, match=r"Did you mean `openai/gpt-4o"):
        get_model_info(name)


@pytest.mark.parametrize("name", ["zzz/zzz", "@preset/mine", ""])
def test_an_unknown_name_is_told_where_the_known_ones_are(name: str) -> None:
    with pytest.raises(ValueError, match=r"table of 2026-11-20.*all_models\(\)"):
        get_model_info(name)


def test_a_key_in_place_of_a_name_is_not_shown(key: str) -> None:
    with pytest.raises(ValueError, match="may hold an API key") as caught:
        get_model_info(key)
    assert key not in str(caught.value)


def test_the_three_example_models_get_dearer() -> None:
    prices = [get_model_info(name).output_price for name in (FAST, BALANCED, QUALITY)]
    assert prices == sorted(prices, key=lambda price: price or 0)
    assert not any(get_model_info(name).retired for name in (FAST, BALANCED, QUALITY))


def test_a_row_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        get_model_info("openai/gpt-4o").name = "x"  # type: ignore[misc]
