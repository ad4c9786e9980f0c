from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from pydantic_ai.messages import ModelResponse, TextPart
from pydantic_ai.usage import RequestUsage

from openrouter_factory import (
    charged_cost,
    get_model_info,
    response_cost,
    token_cost,
)


def response(details: dict[str, Any] | None = None) -> ModelResponse:
    return ModelResponse(
        parts=[TextPart("Hello.")],
        usage=RequestUsage(input_tokens=1000, output_tokens=100),
        model_name="openai/gpt-4o-2024-11-20",
        provider_details=details,
    )


def test_what_was_charged_comes_first_and_without_a_float_s_noise() -> None:
    charged = response({"cost": 0.1, "is_byok": False})
    assert charged_cost(charged) == Decimal("0.1")
    assert response_cost(charged, "openai/gpt-4o") == Decimal("0.1")


def test_a_charge_of_nothing_is_not_replaced_by_the_table() -> None:
    free = response({"is_byok": True})  # PydanticAI leaves the cost of 0 out
    assert response_cost(free, "openai/gpt-4o") == 0


@pytest.mark.parametrize("details", [None, {}, {"finish_reason": "stop"}])
def test_without_a_charge_the_table_is_asked_for_the_name_asked_for(
    details: Any,
) -> None:
    assert charged_cost(response(details)) is None
    expected = Decimal("0.0025") + Decimal("0.001")  # 1000 at 2.50, 100 at 10
    assert response_cost(response(details), "openai/gpt-4o") == expected


def test_the_cost_of_a_free_variant_is_nothing() -> None:
    assert response_cost(response(), "openai/gpt-4o:free") == 0


@pytest.mark.parametrize(
    "name", ["acme/unheard-of", "openrouter/auto", "anthropic/claude-3-opus"]
)
def test_the_cost_of_a_model_without_a_known_price_is_not_known(name: str) -> None:
    assert response_cost(response(), name) is None


@pytest.mark.parametrize("unknown", ["input_price", "output_price"])
def test_with_half_of_the_prices_the_cost_is_not_known(unknown: str) -> None:
    half: Any = {unknown: None}
    assert token_cost(replace(get_model_info("openai/gpt-4o"), **half), 1, 1) is None


def test_token_prices_are_added_up_exactly() -> None:
    info = get_model_info("mistralai/mistral-nemo")
    assert token_cost(info, 1, 1) == Decimal("0.000000059")
    assert token_cost(info, 1_000_000, 0) == Decimal("0.029")
