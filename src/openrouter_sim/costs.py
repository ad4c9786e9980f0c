"""What a generation costs: token counts times the prices, in Decimal until the wire."""

from decimal import Decimal
from typing import Any

Pricing = dict[str, Any]
PROMPT_DETAILS = ("cached_tokens", "cache_write_tokens", "audio_tokens", "video_tokens")


def prices(pricing: Pricing, prompt_tokens: int) -> tuple[Decimal, Decimal]:
    """USD per prompt token and per completion token, long-context prices included."""
    valid = dict(pricing)
    for override in pricing.get("overrides", ()):
        if prompt_tokens >= override.get("min_prompt_tokens", 0):
            valid |= override
    return Decimal(valid["prompt"]), Decimal(valid["completion"])


def usage(
    pricing: Pricing, prompt_tokens: int, completion_tokens: int, reasoning_tokens: int
) -> tuple[Decimal, dict[str, Any]]:
    """The cost in USD and the `usage` object; reasoning is among the completion."""
    prompt, completion = prices(pricing, prompt_tokens)
    asked, said = prompt * prompt_tokens, completion * completion_tokens
    total = asked + said
    counts = {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": prompt_tokens + completion_tokens,
        "cost": float(total),
        "is_byok": False,
        "prompt_tokens_details": dict.fromkeys(PROMPT_DETAILS, 0),
        "cost_details": {
            "upstream_inference_cost": float(total),
            "upstream_inference_prompt_cost": float(asked),
            "upstream_inference_completions_cost": float(said),
        },
        "completion_tokens_details": {
            "reasoning_tokens": reasoning_tokens,
            "image_tokens": 0,
            "audio_tokens": 0,
        },
    }
    return total, counts
