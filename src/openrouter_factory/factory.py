"""One call that makes a model which speaks to OpenRouter.

    your code ──▶ create_openrouter_model ──▶ OpenRouterModel ──▶ base_url
                  checks name, key, headers    (PydanticAI)        over HTTP

The factory checks what can be checked without a request: whether the model exists
and the key is valid, only the service can say. A model that is given no client makes
its own, which is closed by `async with model:` or `async with agent:`.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx2
from pydantic import SecretStr
from pydantic_ai.models.openrouter import OpenRouterModel
from pydantic_ai.providers.openrouter import OpenRouterProvider

from openrouter_factory.api_keys import may_hold_key, validate_api_key
from openrouter_factory.headers import validate_headers
from openrouter_factory.model_names import validate_model_name

OPENROUTER_URL = "https://openrouter.ai/api/v1"


def create_openrouter_model(
    model_name: str,
    api_key: str | SecretStr,
    base_url: str = OPENROUTER_URL,
    extra_headers: Mapping[str, str] | None = None,
    *,
    http_client: httpx2.AsyncClient | None = None,
    **kwargs: Any,
) -> OpenRouterModel:
    """Create the model `model_name`, reached at `base_url` with `api_key`.

    `extra_headers` are sent with every request: see `headers.ALLOWED_HEADERS`.
    `http_client` is used instead of a client of the model's own; closing it is yours.
    `kwargs` go to PydanticAI's `OpenRouterModel`, such as `settings=…`.

    Raises `ValueError` if the name, the key, the URL or a header is malformed.
    """
    provider = _Provider(
        api_key=validate_api_key(api_key),
        base_url=validate_base_url(base_url),
        headers=validate_headers(extra_headers),
        http_client=http_client,
    )
    return OpenRouterModel(validate_model_name(model_name), provider=provider, **kwargs)


class _Provider(OpenRouterProvider):
    """PydanticAI's provider, whose base URL is fixed, with one of the caller's."""

    def __init__(
        self,
        *,
        api_key: SecretStr,
        base_url: str,
        headers: Mapping[str, str],
        http_client: httpx2.AsyncClient | None,
    ) -> None:
        self._base_url = base_url
        super().__init__(api_key=api_key.get_secret_value(), http_client=http_client)
        # PydanticAI and openai add headers of their own from OPENROUTER_APP_… and
        # OPENAI_… in the environment: only those of the caller are to go out.
        self._client._custom_headers = headers
        self._client.organization = self._client.project = None

    @property
    def base_url(self) -> str:
        return self._base_url


def validate_base_url(url: str) -> str:
    """Return `url` without a slash at its end.

    Raises `ValueError` if it is not an address that `/chat/completions` can follow.
    """
    if fault := _url_fault(url):
        raise ValueError(
            f"{_shown(url)} is not a base URL: {fault}. An address was wanted "
            f"that `/chat/completions` can follow, as in `{OPENROUTER_URL}`."
        )
    return url.rstrip("/")


def _url_fault(url: str) -> str | None:
    if not isinstance(url, str) or not url.strip():
        return "it is missing"
    if not (url.isascii() and url.isprintable()) or " " in url:
        return "it holds a space, a line break or a letter outside ASCII"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "it cannot be read as a URL"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "it does not start with `https://` (or `http://`) and a host"
    if parts.username or parts.query or parts.fragment:
        return "it holds a user name, a `?` or a `#`"
    if parts.path.rstrip("/").endswith("/chat/completions"):
        return "`/chat/completions` is added for you"
    return None


def _shown(url: str) -> str:
    """`url` made safe to print: neither long nor with a password or a key in it."""
    if may_hold_key(url) or any(mark in str(url) for mark in "@?#"):
        return "The address (not shown: it may hold a password or a key)"
    return ascii(url)[:80]
