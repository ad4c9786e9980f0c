"""Models that are made once and then handed out again.

The guide puts `lru_cache` on a function of name and key, which keeps the key itself in
the cache for good. Here the cache holds a digest of it, worthless in another process.
A model keeps connections, and those belong to one event loop: so each event loop, and
each thread without one, has its own.
"""

import asyncio
import hmac
import secrets
import threading
from collections import OrderedDict
from collections.abc import Hashable

import httpx2
from pydantic import SecretStr
from pydantic_ai.models.openrouter import OpenRouterModel

from openrouter_factory.api_keys import validate_api_key
from openrouter_factory.factory import OPENROUTER_URL, create_openrouter_model
from openrouter_factory.pool import loop_client

MAX_MODELS = 64
"""Models kept, those of all threads together; the longest unused goes first."""

_models: OrderedDict[Hashable, OpenRouterModel] = OrderedDict()
_lock = threading.Lock()
_secret = secrets.token_bytes(32)


def get_cached_model(
    model_name: str,
    api_key: str | SecretStr,
    base_url: str = OPENROUTER_URL,
    *,
    http_client: httpx2.AsyncClient | None = None,
) -> OpenRouterModel:
    """The model for these arguments, made at the first call.

    Uses `http_client`, else the one that the models of this event loop share. For
    settings or headers, make a model with the factory.
    """
    key = validate_api_key(api_key)
    client = http_client or loop_client()
    wanted = (_place(), model_name, _digest(key), base_url, client)
    with _lock:
        if wanted not in _models:
            _models[wanted] = create_openrouter_model(
                model_name, key, base_url, http_client=client
            )
        _models.move_to_end(wanted)
        while len(_models) > MAX_MODELS:
            _models.popitem(last=False)
        return _models[wanted]


def clear_cached_models() -> None:
    """Forget all models, for instance when a key was withdrawn."""
    with _lock:
        _models.clear()


def _digest(key: SecretStr) -> bytes:
    return hmac.digest(_secret, key.get_secret_value().encode(), "sha256")


def _place() -> Hashable:
    """Where a model may be used: in this event loop, or in this thread."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return threading.current_thread()
