"""What the service says when it says no: one exception, and the bodies it turns into.

The status codes and error types are those of the official description. Messages are
worded as the real service words them, so far as that is known.
"""

from collections.abc import Mapping
from typing import Any

USER_ID = "user_simulated"

# How often free models may really be used in a minute.
FREE_PER_MINUTE = 20
# What a refusal by moderation says besides.
MODERATION = {
    "reasons": ["violence"],
    "flagged_input": "…",
    "provider_name": "OpenAI",
    "model_slug": "openai/gpt-4o",
}

# status -> (message, error_type)
KNOWN = {
    400: ("Invalid request parameters", "invalid_request"),
    401: ("Missing Authentication header", "authentication"),
    402: (
        "Insufficient credits. Add more using https://openrouter.ai/credits",
        "payment_required",
    ),
    403: ("Input was flagged by moderation", "content_policy_violation"),
    404: ("Resource not found", "not_found"),
    405: ("Method not allowed", "invalid_request"),
    408: ("Operation timed out. Please try again later.", "timeout"),
    413: ("Request payload too large", "payload_too_large"),
    422: ("Invalid argument", "unprocessable"),
    429: ("Rate limit exceeded", "rate_limit_exceeded"),
    500: ("Internal Server Error", "server"),
    502: ("Provider returned error", "provider_unavailable"),
    503: ("Service temporarily unavailable", "provider_unavailable"),
    504: ("Gateway timed out. Please try again later.", "timeout"),
    524: ("Request timed out. Please try again later.", "timeout"),
    529: ("Provider returned error", "provider_overloaded"),
}


class ApiError(Exception):
    """A refusal with the HTTP status `code`; `headers` go out with it."""

    def __init__(
        self,
        code: int,
        message: str | None = None,
        *,
        error_type: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        usual_message, usual_type = KNOWN.get(code, (f"Error {code}", "unmapped"))
        super().__init__(message or usual_message)
        self.code = code
        self.error_type = error_type or usual_type
        self.metadata = dict(metadata or {})
        self.headers = dict(headers or {})

    def error(self) -> dict[str, Any]:
        """The object under `error`, as it stands in bodies and in chunks."""
        return {
            "code": self.code,
            "message": str(self),
            "metadata": {"error_type": self.error_type, **self.metadata},
        }

    def body(self) -> dict[str, Any]:
        """The whole JSON body of the refusal."""
        if self.code == 401:
            return {"error": self.error()}
        return {"error": self.error(), "user_id": USER_ID}


def limit_headers(limit: int, reset: float) -> dict[str, str]:
    """The headers of OpenRouter's own 429; `reset` is in seconds since 1970."""
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": str(int(reset * 1000)),
    }
