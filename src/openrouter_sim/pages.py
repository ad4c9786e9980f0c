"""The pages about an account: GET /key, /credits and /generation."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from openrouter_sim.accounts import Account
from openrouter_sim.errors import ApiError
from openrouter_sim.generation import Generation
from openrouter_sim.responses import reply
from openrouter_sim.world import World

# What an account holds that was given no credit limit, in USD.
ENDLESS = 1_000.0
# How many free calls a day such an account is said to have; they are not enforced.
FREE_PER_DAY = 1_000


def account_of(request: Request) -> Account:
    """Who asks. Raises `ApiError` 401 for nobody."""
    world: World = request.app.state.world
    return world.accounts.authenticate(request.headers)


async def key(request: Request) -> Response:
    """GET /key: the label, limits and spending of the key that asks."""
    account = account_of(request)
    spent = float(account.spent)
    periods = ("daily", "weekly", "monthly")
    usage = {"usage": spent} | {f"usage_{period}": spent for period in periods}
    byok = {"byok_usage": 0} | {f"byok_usage_{period}": 0 for period in periods}
    free = free_calls(account, request.app.state.world.accounts.clock())
    return reply({"data": {**key_facts(account), **free, **usage, **byok}})


def free_calls(account: Account, now: float) -> dict[str, Any]:
    """What /key says about the free models, used since midnight."""
    used = account.free_today(now)
    limit = FREE_PER_DAY if account.free_per_day is None else account.free_per_day
    counts = {"limit": limit, "used": used, "remaining": max(limit - used, 0)}
    return {"free_model_daily_requests": counts}


def key_facts(account: Account) -> dict[str, Any]:
    """What /key says that is not about spending."""
    limit, left = account.credit, account.left
    return {
        "label": account.label,
        "limit": None if limit is None else float(limit),
        "limit_remaining": None if left is None else float(left),
        "limit_reset": None,
        "include_byok_in_limit": False,
        "is_free_tier": account.free_per_day is not None,
        "is_management_key": False,
        "is_provisioning_key": False,
        "creator_user_id": None,
        "organization_id": None,
        "workspace_id": None,
        "allowed_data_regions": [],
        "budgets": [],
        "effective_budget": None,
        "expires_at": None,
        "rate_limit": {
            "requests": -1,
            "interval": "10s",
            "note": "This field is deprecated and safe to ignore.",
        },
    }


async def credits(request: Request) -> Response:  # noqa: A001 (the page's own name)
    """GET /credits: what was bought and what was used, in USD."""
    account = account_of(request)
    total = ENDLESS if account.credit is None else float(account.credit)
    return reply(
        {"data": {"total_credits": total, "total_usage": float(account.spent)}}
    )


async def generation(request: Request) -> Response:
    """GET /generation?id=: what is known of a past generation."""
    account_of(request)
    world: World = request.app.state.world
    name = request.query_params.get("id")
    if not name:
        raise ApiError(400, "Invalid input: `id` is missing from the query")
    page = world.generations.get(name)
    if page is None:
        raise ApiError(404, f"Generation {name} not found")
    return reply({"data": page})


UNKNOWN = dict.fromkeys(
    (
        "upstream_id",
        "cache_discount",
        "app_id",
        "moderation_latency",
        "service_tier",
        "native_tokens_completion_images",
        "num_media_prompt",
        "num_input_audio_prompt",
        "num_media_completion",
        "num_search_results",
        "num_fetches",
        "web_search_engine",
        "preset_id",
        "router",
        "provider_responses",
        "workspace_id",
    )
)


def generation_page(made: Generation, headers: Mapping[str, str]) -> dict[str, Any]:
    """What /generation will say about `made`; `headers` are those of its request."""
    day = datetime.fromtimestamp(made.created, UTC)
    return (
        UNKNOWN
        | spending(made.usage)
        | {
            "id": made.id,
            "model": made.route.model,
            "provider_name": made.route.endpoint["provider_name"],
            "created_at": day.isoformat(),
            "streamed": made.asked.streamed,
            "cancelled": False,
            "finish_reason": made.finish,
            "native_finish_reason": made.native_finish,
            "latency": 0,
            "generation_time": 0,
            "origin": headers.get("http-referer", ""),
            "http_referer": headers.get("http-referer"),
            "user_agent": headers.get("user-agent"),
            "external_user": made.asked.body.get("user"),
            "session_id": made.asked.body.get("session_id"),
            "api_type": "completions",
            "data_region": "global",
        }
    )


def spending(usage: dict[str, Any]) -> dict[str, Any]:
    """What /generation says about tokens and money."""
    prompt, completion = usage["prompt_tokens"], usage["completion_tokens"]
    details = usage["completion_tokens_details"]
    return {
        "total_cost": usage["cost"],
        "usage": usage["cost"],
        "upstream_inference_cost": usage["cost"],
        "is_byok": False,
        "tokens_prompt": prompt,
        "tokens_completion": completion,
        "native_tokens_prompt": prompt,
        "native_tokens_completion": completion,
        "native_tokens_reasoning": details["reasoning_tokens"],
        "native_tokens_cached": 0,
    }
