"""The filters of GET /models: which rows a query asks for, and in which order.

Covered: `supported_parameters`, `input_modalities`, `output_modalities`, `q`,
`context`, `model_authors`, `min_price`, `max_price`, `sort`. `category` and the
other filters of the real page are accepted and have no effect.
"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from starlette.datastructures import QueryParams

from openrouter_sim.catalogue import Row
from openrouter_sim.errors import ApiError

MILLION = 1_000_000
Test = Callable[[Row, str], bool]


def listed(value: str) -> set[str]:
    """The items of a comma-separated list."""
    return {item.strip() for item in value.split(",") if item.strip()}


def price(row: Row) -> Decimal:
    """USD per million prompt tokens; a router, where it depends, counts as none."""
    return max(Decimal(row["pricing"]["prompt"]), Decimal(0)) * MILLION


def amount(name: str, value: str) -> Decimal:
    """A number of the query. Raises `ApiError` 400 for anything else."""
    try:
        found = Decimal(value)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise ApiError(400, f"Invalid input: `{name}` is not a number")
    return found


def outputs(row: Row, value: str) -> bool:
    """Whether the model gives one of these modalities; `all` takes every model."""
    wanted = listed(value)
    return "all" in wanted or bool(
        wanted & set(row["architecture"]["output_modalities"])
    )


TESTS: dict[str, Test] = {
    "supported_parameters": lambda row, value: (
        listed(value) <= set(row["supported_parameters"])
    ),
    "input_modalities": lambda row, value: (
        listed(value) <= set(row["architecture"]["input_modalities"])
    ),
    "output_modalities": outputs,
    "q": lambda row, value: value.lower() in f"{row['id']} {row['name']}".lower(),
    "model_authors": lambda row, value: (
        row["id"].lstrip("~").split("/")[0] in listed(value)
    ),
    "context": lambda row, value: (
        (row["context_length"] or 0) >= amount("context", value)
    ),
    "min_price": lambda row, value: price(row) >= amount("min_price", value),
    "max_price": lambda row, value: price(row) <= amount("max_price", value),
}

ORDERS: dict[str, Callable[[Row], Decimal]] = {
    "newest": lambda row: Decimal(-row["created"]),
    "context-high-to-low": lambda row: Decimal(-row["context_length"]),
    "pricing-low-to-high": price,
    "pricing-high-to-low": lambda row: -price(row),
}


def select(rows: list[Row], query: QueryParams) -> list[Row]:
    """The rows that pass every filter of `query`, in the order that it asks for."""
    for name, test in TESTS.items():
        if value := query.get(name):
            rows = [row for row in rows if test(row, value)]
    order = ORDERS.get(query.get("sort", ""))
    return sorted(rows, key=order) if order else rows
