"""A factory for models that speak to OpenRouter through PydanticAI."""

from openrouter_factory.api_keys import mask_api_key, validate_api_key
from openrouter_factory.factory import (
    OPENROUTER_URL,
    create_openrouter_model,
    validate_base_url,
)
from openrouter_factory.headers import validate_headers
from openrouter_factory.model_choice import (
    CHATBOT_MODELS,
    GENERAL_PURPOSE_MODEL,
    TASK_MODELS,
)
from openrouter_factory.model_info import (
    BALANCED,
    FAST,
    QUALITY,
    ModelInfo,
    close_model_names,
    get_model_info,
)
from openrouter_factory.model_names import validate_model_name
from openrouter_factory.selection import (
    create_budget_model,
    create_chatbot_model,
    create_task_optimized_model,
)
from openrouter_factory.settings import Settings

__all__ = [
    "BALANCED",
    "CHATBOT_MODELS",
    "FAST",
    "GENERAL_PURPOSE_MODEL",
    "OPENROUTER_URL",
    "QUALITY",
    "TASK_MODELS",
    "ModelInfo",
    "Settings",
    "close_model_names",
    "create_budget_model",
    "create_chatbot_model",
    "create_openrouter_model",
    "create_task_optimized_model",
    "get_model_info",
    "mask_api_key",
    "validate_api_key",
    "validate_base_url",
    "validate_headers",
    "validate_model_name",
]
