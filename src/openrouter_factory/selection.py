"""Factories that choose the model for you, then make it.

    create_chatbot_model           by provider and quality
    create_budget_model            by price
    create_task_optimized_model    by task
    create_adaptive_model          by the prompt itself

Each takes the arguments of `create_openrouter_model` too, such as `base_url`. With
`api_key=None` the key comes from the settings, and the key only: give `base_url`
yourself if it is not OpenRouter's.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from pydantic import SecretStr
from pydantic_ai.models.openrouter import OpenRouterModel
from pydantic_ai.settings import ModelSettings, merge_model_settings

from openrouter_factory.factory import create_openrouter_model
from openrouter_factory.model_choice import (
    choose_adaptive_model,
    choose_budget_model,
    choose_chatbot_model,
    choose_task_model,
)
from openrouter_factory.settings import api_key_or_setting

_Key = str | SecretStr | None

_METADATA_LENGTH = 512  # characters of a value, says the description of the API


def create_chatbot_model(
    provider: str,
    quality: str = "standard",
    *,
    api_key: _Key = None,
    **factory_kwargs: Any,
) -> OpenRouterModel:
    """Create the model for a `provider` and a `quality`: see `CHATBOT_MODELS`.

    Raises `ValueError` that lists what there is.
    """
    name = choose_chatbot_model(provider, quality)
    return create_openrouter_model(name, api_key_or_setting(api_key), **factory_kwargs)


def create_budget_model(
    max_cost_per_1k_tokens: Decimal | float | str,
    *,
    api_key: _Key = None,
    **factory_kwargs: Any,
) -> OpenRouterModel:
    """Create the dearest model that costs at most so many USD per 1,000 tokens.

    Raises `ValueError` if nothing is that cheap.
    """
    name = choose_budget_model(max_cost_per_1k_tokens)
    return create_openrouter_model(name, api_key_or_setting(api_key), **factory_kwargs)


def create_task_optimized_model(
    task_type: str,
    priority: str = "balanced",
    *,
    api_key: _Key = None,
    **factory_kwargs: Any,
) -> OpenRouterModel:
    """Create the model for a task: see `TASK_MODELS`; a general one for other tasks.

    The task is sent along as `metadata`, a field of OpenRouter's requests; the guide's
    header `X-Task-Type` is none of those that may be sent.
    """
    name = choose_task_model(task_type, priority)
    settings = tagged_with_task(factory_kwargs.pop("settings", None), task_type)
    key = api_key_or_setting(api_key)
    return create_openrouter_model(name, key, settings=settings, **factory_kwargs)


async def create_adaptive_model(
    initial_prompt: str, *, api_key: _Key = None, **factory_kwargs: Any
) -> OpenRouterModel:
    """Create the model that suits a prompt: see `choose_adaptive_model`.

    Awaited as in the guide, so that a choice that asks a service can take its place.
    """
    name = choose_adaptive_model(initial_prompt)
    return create_openrouter_model(name, api_key_or_setting(api_key), **factory_kwargs)


def tagged_with_task(settings: ModelSettings | None, task_type: str) -> ModelSettings:
    """`settings` with `metadata: {"task_type": …}` in every request's body.

    Raises `ValueError` if `task_type` is no text of 1 to 512 characters.
    """
    if not isinstance(task_type, str) or not 0 < len(task_type) <= _METADATA_LENGTH:
        raise ValueError(
            f"The task {ascii(task_type)[:60]} cannot be sent along: a text of 1 to "
            f"{_METADATA_LENGTH} characters was wanted, such as 'research'."
        )
    body = cast(Mapping[str, Any], (settings or {}).get("extra_body") or {})
    metadata = {**body.get("metadata", {}), "task_type": task_type}
    tag = ModelSettings(extra_body={**body, "metadata": metadata})
    return cast(ModelSettings, merge_model_settings(settings, tag))
