"""Which model for which wish: tables of names, and functions that pick one.

Nothing here makes a model or needs a key: `selection` does, with the names from here.
Every name is one of `models.json`, where the guide's models have their stand-ins.
"""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from openrouter_factory.model_info import ModelInfo, current_models
from openrouter_factory.name_parts import is_plain

GENERAL_PURPOSE_MODEL = "openai/gpt-4o"

CHATBOT_MODELS = {
    ("anthropic", "premium"): "anthropic/claude-opus-4.8",
    ("anthropic", "standard"): "anthropic/claude-sonnet-5",
    ("openai", "premium"): "openai/gpt-4.1",
    ("openai", "standard"): "openai/gpt-4o",
    ("meta", "standard"): "meta-llama/llama-3.3-70b-instruct",
}
"""(provider, quality): model."""

TASK_MODELS = {
    ("code", "quality"): "anthropic/claude-sonnet-5",
    ("code", "speed"): "qwen/qwen3-coder",
    ("research", "quality"): "perplexity/sonar",
    ("research", "balanced"): "anthropic/claude-sonnet-5",
    ("creative", "quality"): "anthropic/claude-opus-4.8",
    ("creative", "balanced"): "openai/gpt-4o",
}
"""(task, priority): model. Other tasks get the `GENERAL_PURPOSE_MODEL`."""

ONLINE_MODEL = "perplexity/sonar"
CODE_MODEL = "anthropic/claude-sonnet-5"
LONG_PROMPT_MODEL = "anthropic/claude-opus-4.8"
ONLINE_WORDS = frozenset({"latest", "current", "today"})
LONG_PROMPT = 500
"""Words from which on a prompt counts as long."""


def choose_chatbot_model(provider: str, quality: str = "standard") -> str:
    """The name of the model for `provider` and `quality`.

    Raises `ValueError` that lists what there is.
    """
    if name := CHATBOT_MODELS.get((provider, quality)):
        return name
    known = ", ".join(f"{who}/{what}" for who, what in CHATBOT_MODELS)
    raise ValueError(
        f"There is no chatbot model for {provider!r} with quality {quality!r}. "
        f"As provider/quality there are: {known}."
    )


def choose_task_model(task_type: str, priority: str = "balanced") -> str:
    """The name of the model for a task, or of the `GENERAL_PURPOSE_MODEL`."""
    return TASK_MODELS.get((task_type, priority), GENERAL_PURPOSE_MODEL)


def choose_budget_model(max_cost_per_1k_tokens: Decimal | float | str) -> str:
    """The name of the dearest model, hence likely the best, within the budget.

    The budget is in USD per 1,000 tokens of the dearer kind, mostly the answer's. Of
    models with the same price, the first in the table is taken.

    Raises `ValueError` if the budget is no amount, or if nothing is that cheap.
    """
    budget = _usd(max_cost_per_1k_tokens) * 1000  # per million, as in the table
    prices = dict(_prices())
    affordable = [name for name, price in prices.items() if price <= budget]
    if affordable:
        return max(affordable, key=prices.__getitem__)
    cheapest = min(prices, key=prices.__getitem__)
    raise ValueError(
        f"No model costs {budget / 1000:f} USD per 1,000 tokens or less. The cheapest "
        f"is `{cheapest}` at {prices[cheapest] / 1000:f} USD per 1,000 tokens."
    )


def choose_adaptive_model(initial_prompt: str) -> str:
    """The name of the model for a prompt: by its words, its code and its length.

    Whole words count: "current" asks for the internet, "currently" does not.
    """
    words = re.findall(r"\w+", initial_prompt.lower())
    if ONLINE_WORDS.intersection(words):
        return ONLINE_MODEL
    if "```" in initial_prompt:
        return CODE_MODEL
    if len(initial_prompt.split()) > LONG_PROMPT:
        return LONG_PROMPT_MODEL
    return GENERAL_PURPOSE_MODEL


def dearest_price(info: ModelInfo) -> Decimal | None:
    """The larger of both prices, in USD per million tokens; None if one is unknown."""
    if info.input_price is None or info.output_price is None:
        return None
    return max(info.input_price, info.output_price)


def _prices() -> Iterator[tuple[str, Decimal]]:
    for info in current_models():
        price = dearest_price(info)
        if price is not None and is_plain(info.name):
            yield info.name, price


def _usd(amount: Decimal | float | str) -> Decimal:
    """`amount` as it is written: the float 0.1 is read as a tenth exactly."""
    try:
        usd = Decimal(str(amount))
    except InvalidOperation:
        usd = Decimal("NaN")
    if usd.is_finite() and usd >= 0:
        return usd
    raise ValueError(f"{amount!r} is no budget: USD were wanted, such as 0.01 or 2.")
