"""When a model fails, the next one: twice, by hand and with what PydanticAI brings.

    FallbackModelChain      the guide's idea, in a loop that a lesson can show
    create_fallback_model   PydanticAI's `FallbackModel`: streams, tools, all of Agent

Both fall back by the same rule, and only where the moment is to blame. Before
either does, the HTTP client has tried each model three times: `max_retries` in the
`settings` says how often. To let OpenRouter itself fall back within one request, see
`openrouter_models` in PydanticAI's settings.
"""

from collections.abc import Sequence
from typing import Any

from pydantic import SecretStr
from pydantic_ai import Agent, AgentRunResult
from pydantic_ai.exceptions import (
    FallbackExceptionGroup,
    ModelAPIError,
    ModelHTTPError,
    ModelQuotaExceededError,
    ModelRequestRejectedError,
)
from pydantic_ai.models.fallback import FallbackModel
from pydantic_ai.models.openrouter import OpenRouterModel

from openrouter_factory.factory import create_openrouter_model

_YOURS = (ModelRequestRejectedError, ModelQuotaExceededError)


def is_worth_a_fallback(error: Exception) -> bool:
    """Whether to ask another model after this `error`: only if the moment is to blame.

    Yes for 408, 429, 5xx, a failed connection and a time limit, also when the error
    came inside a reply of 200. No for 400, 401, 402, 403, 404 and the like, nor for a
    bug: they come again until you mend something, and a fallback would hide them.
    """
    if isinstance(error, ModelHTTPError):
        return error.status_code in (408, 429) or error.status_code >= 500
    return isinstance(error, ModelAPIError) and not isinstance(error, _YOURS)


class FallbackModelChain:
    """Models that are tried in order until one answers."""

    def __init__(
        self, model_names: Sequence[str], api_key: str | SecretStr, **kwargs: Any
    ) -> None:
        self.models = _create_models(model_names, api_key, **kwargs)

    async def run(self, prompt: str) -> AgentRunResult[str]:
        """Answer `prompt` with the first model that can.

        Raises `FallbackExceptionGroup` with all errors if every model fails, and an
        error that is not worth a fallback at once.
        """
        errors: list[Exception] = []
        for model in self.models:
            try:
                return await Agent(model).run(prompt)
            except Exception as error:
                if not is_worth_a_fallback(error):
                    raise
                errors.append(error)
        raise FallbackExceptionGroup(_all_failed(self.models, errors), errors)


def create_fallback_model(
    model_names: Sequence[str], api_key: str | SecretStr, **kwargs: Any
) -> FallbackModel:
    """Create PydanticAI's `FallbackModel` of `model_names`, tried in this order.

    `kwargs` are those of `create_openrouter_model`. Raises `ValueError` without names.
    """
    models = _create_models(model_names, api_key, **kwargs)
    return FallbackModel(*models, fallback_on=is_worth_a_fallback)


def _create_models(
    model_names: Sequence[str], api_key: str | SecretStr, **kwargs: Any
) -> list[OpenRouterModel]:
    if isinstance(model_names, str) or not model_names:
        raise ValueError(
            "A fallback needs a list of model names, and at least one: a chain without "
            "models could answer nothing. Two that rarely fail together are of two "
            "providers, as in ['openai/gpt-4o', 'anthropic/claude-sonnet-5']."
        )
    return [create_openrouter_model(name, api_key, **kwargs) for name in model_names]


def _all_failed(models: Sequence[OpenRouterModel], errors: Sequence[Exception]) -> str:
    causes = [f"{m.model_name}: {e}" for m, e in zip(models, errors, strict=True)]
    return "All models failed. " + " | ".join(causes)
