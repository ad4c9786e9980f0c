"""What an answer cost, in USD.

What OpenRouter charged comes with the answer; only if it does not, the cost is worked
out from the table. PydanticAI's own `usage.cost` is worked out from another table,
`genai-prices`, and can differ from what was charged.
"""

from decimal import Decimal

from pydantic_ai.messages import ModelResponse

from openrouter_factory.model_info import ModelInfo, get_model_info

_MILLION = 1_000_000  # tokens that the prices of the table are for


def response_cost(response: ModelResponse, model_name: str) -> Decimal | None:
    """USD for one answer of `model_name`, the name asked for; None if not known.

    The answer's own name may be a dated one that no table lists.
    """
    charged = charged_cost(response)
    return charged if charged is not None else _estimate(response, model_name)


def charged_cost(response: ModelResponse) -> Decimal | None:
    """USD that OpenRouter says it charged; None if it says nothing."""
    details = response.provider_details or {}
    if (cost := details.get("cost")) is not None:
        return Decimal(str(cost))
    # PydanticAI drops a cost of 0 and keeps the field beside it in the bill.
    return Decimal(0) if "is_byok" in details else None


def token_cost(
    info: ModelInfo, input_tokens: int, output_tokens: int
) -> Decimal | None:
    """USD for so many tokens at the table's prices; None if it has none.

    Discounts for cached tokens and prices per image or search are left out.
    """
    if info.input_price is None or info.output_price is None:
        return None
    usd = input_tokens * info.input_price + output_tokens * info.output_price
    return usd / _MILLION


def _estimate(response: ModelResponse, model_name: str) -> Decimal | None:
    try:
        info = get_model_info(model_name)
    except ValueError:
        return None
    return token_cost(info, response.usage.input_tokens, response.usage.output_tokens)
