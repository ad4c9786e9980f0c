"""A factory for models that speak to OpenRouter through PydanticAI."""

from openrouter_factory.api_keys import mask_api_key, validate_api_key
from openrouter_factory.factory import (
    OPENROUTER_URL,
    create_openrouter_model,
    validate_base_url,
)
from openrouter_factory.headers import validate_headers
from openrouter_factory.model_info import (
    BALANCED,
    FAST,
    QUALITY,
    ModelInfo,
    close_model_names,
    get_model_info,
)
from openrouter_factory.model_names import validate_model_name

__all__ = [
    "BALANCED",
    "FAST",
    "OPENROUTER_URL",
    "QUALITY",
    "ModelInfo",
    "close_model_names",
    "create_openrouter_model",
    "get_model_info",
    "mask_api_key",
    "validate_api_key",
    "validate_base_url",
    "validate_headers",
    "validate_model_name",
]
