"""A factory for models that speak to OpenRouter through PydanticAI.

create_openrouter_model      checks name, key, headers, URL, and makes the model
  ├ create_chatbot_model, create_budget_model,
  │ create_task_optimized_model, create_adaptive_model    choose a model first
  ├ get_cached_model         makes it once
  └ create_fallback_model    makes several, each there for the one before
get_model_info               what is known of a model, without asking the service
shared_client, run_batch, OpenRouterModelWithMetrics, FallbackModelChain
                             use what was made
"""

from openrouter_factory.api_keys import mask_api_key, validate_api_key
from openrouter_factory.batch import BatchItem, run_batch
from openrouter_factory.cost import charged_cost, response_cost, token_cost
from openrouter_factory.factory import (
    OPENROUTER_URL,
    create_openrouter_model,
    validate_base_url,
)
from openrouter_factory.fallback import (
    FallbackModelChain,
    create_fallback_model,
    is_worth_a_fallback,
)
from openrouter_factory.headers import ALLOWED_HEADERS, validate_headers
from openrouter_factory.metrics import Metrics, OpenRouterModelWithMetrics
from openrouter_factory.model_cache import clear_cached_models, get_cached_model
from openrouter_factory.model_choice import (
    CHATBOT_MODELS,
    GENERAL_PURPOSE_MODEL,
    TASK_MODELS,
    choose_adaptive_model,
    choose_budget_model,
    choose_chatbot_model,
    choose_task_model,
)
from openrouter_factory.model_info import (
    BALANCED,
    FAST,
    QUALITY,
    ModelInfo,
    all_models,
    close_model_names,
    current_models,
    get_model_info,
    table_date,
)
from openrouter_factory.model_names import validate_model_name
from openrouter_factory.name_parts import (
    base_name,
    is_moving_alias,
    is_plain,
    is_router,
    preset_of,
    provider_of,
    variant_of,
)
from openrouter_factory.pool import shared_client
from openrouter_factory.selection import (
    create_adaptive_model,
    create_budget_model,
    create_chatbot_model,
    create_task_optimized_model,
)
from openrouter_factory.settings import Settings

__all__ = [
    "ALLOWED_HEADERS",
    "BALANCED",
    "CHATBOT_MODELS",
    "FAST",
    "GENERAL_PURPOSE_MODEL",
    "OPENROUTER_URL",
    "QUALITY",
    "TASK_MODELS",
    "BatchItem",
    "FallbackModelChain",
    "Metrics",
    "ModelInfo",
    "OpenRouterModelWithMetrics",
    "Settings",
    "all_models",
    "base_name",
    "charged_cost",
    "choose_adaptive_model",
    "choose_budget_model",
    "choose_chatbot_model",
    "choose_task_model",
    "clear_cached_models",
    "close_model_names",
    "create_adaptive_model",
    "create_budget_model",
    "create_chatbot_model",
    "create_fallback_model",
    "create_openrouter_model",
    "create_task_optimized_model",
    "current_models",
    "get_cached_model",
    "get_model_info",
    "is_moving_alias",
    "is_plain",
    "is_router",
    "is_worth_a_fallback",
    "mask_api_key",
    "preset_of",
    "provider_of",
    "response_cost",
    "run_batch",
    "shared_client",
    "table_date",
    "token_cost",
    "validate_api_key",
    "validate_base_url",
    "validate_headers",
    "validate_model_name",
    "variant_of",
]
