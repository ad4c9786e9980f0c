"""The pages about models: GET /models, its filters and paging, counts and endpoints."""

from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from openrouter_sim.catalogue import Catalogue, Row
from openrouter_sim.errors import ApiError
from openrouter_sim.responses import reply
from openrouter_sim.selection import select

CHOICES = ("auto", "none", "required", "function")


def catalogue_of(request: Request) -> Catalogue:
    """The catalogue that the pages show."""
    catalogue: Catalogue = request.app.state.world.catalogue
    return catalogue


async def models(request: Request) -> Response:
    """GET /models: every row, or those that the query selects, page by page."""
    query = request.query_params
    rows = select(list(catalogue_of(request).rows.values()), query)
    page, following = paged(rows, query)
    links = {"next": following}
    return reply({"data": page, "links": links, "total_count": len(rows)})


async def models_for_user(request: Request) -> Response:
    """GET /models/user: the same for an account, which may use all of them."""
    request.app.state.world.accounts.authenticate(request.headers)
    return await models(request)


async def count(request: Request) -> Response:
    """GET /models/count: how many there are."""
    rows = select(list(catalogue_of(request).rows.values()), request.query_params)
    return reply({"data": {"count": len(rows)}})


async def model(request: Request) -> Response:
    """GET /model/{author}/{slug}: one row."""
    return reply({"data": asked_row(request)})


async def endpoints(request: Request) -> Response:
    """GET /models/{author}/{slug}/endpoints: one entry for each provider."""
    row = asked_row(request)
    served = [endpoint(row, served) for served in catalogue_of(request).endpoints(row)]
    kept = ("id", "name", "created", "architecture")
    described = {name: row[name] for name in kept} | {
        "description": row.get("description", ""),
        "endpoints": served,
    }
    return reply({"data": described})


def asked_row(request: Request) -> Row:
    """The row that the path names. Raises `ApiError` 404 for none."""
    params = request.path_params
    row = catalogue_of(request).described(f"{params['author']}/{params['slug']}")
    if row is None:
        raise ApiError(404)
    return row


def endpoint(row: Row, served: Row) -> dict[str, Any]:
    """One provider's offer of a model, in the shape of the real page."""
    takes_tools = "tools" in row["supported_parameters"]
    return served | {
        "name": f"{served['provider_name']} | {row['id']}",
        "model_id": row["id"],
        "model_name": row["name"],
        "pricing": served["pricing"] | {"discount": 0},
        "max_prompt_tokens": None,
        "supported_parameters": row["supported_parameters"],
        "supports_tool_choice": dict.fromkeys(CHOICES, takes_tools),
        "supports_diarization": False,
        "native_tools": {},
        "service_tier": None,
        "status": 0,
        "uptime_last_5m": 100.0,
        "uptime_last_30m": 100.0,
        "uptime_last_1d": 100.0,
        "supports_implicit_caching": False,
        "latency_last_30m": None,
        "throughput_last_30m": None,
    }


def paged(rows: list[Row], query: QueryParams) -> tuple[list[Row], str | None]:
    """One page, and the path of the next; all of it unless paging is asked for."""
    if "offset" not in query and "limit" not in query:
        return rows, None
    offset = number(query, "offset", 0, least=0, most=1_000_000)
    limit = number(query, "limit", 500, least=1, most=1_000)
    end = offset + limit
    following = query_with(query, offset=end, limit=limit) if end < len(rows) else None
    return rows[offset:end], following


def query_with(query: QueryParams, **changes: int) -> str:
    """The path of GET /models with `query`, changed."""
    return f"/api/v1/models?{QueryParams({**dict(query), **changes})}"


def number(
    query: QueryParams, name: str, default: int, *, least: int, most: int
) -> int:
    """An integer of the query. Raises `ApiError` 400 for anything else."""
    text = query.get(name) or str(default)
    if not (text.isascii() and text.isdecimal() and len(text) < 9):
        text = "-1"
    if not least <= int(text) <= most:
        raise ApiError(
            400, f"Invalid input: `{name}` is not an integer from {least} to {most}"
        )
    return int(text)
