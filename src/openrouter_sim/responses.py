"""Replies with the headers that the real service sends on all of them."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from openrouter_sim.errors import ApiError
from openrouter_sim.wire import dumps

ALWAYS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "X-Generation-Id,X-Provider-Name,cf-ray",
    "Permissions-Policy": 'payment=(self "https://checkout.stripe.com")',
    "Referrer-Policy": "no-referrer, strict-origin-when-cross-origin",
    "Vary": "Accept-Encoding",
}


def reply(
    body: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """`body` as JSON with the usual headers, and `headers` besides."""
    return Response(
        dumps(body), status, {**ALWAYS, **(headers or {})}, "application/json"
    )


def refusal(error: ApiError) -> Response:
    """The reply that says no."""
    return reply(error.body(), error.code, error.headers)
