"""Which model answers and which provider serves it: abilities and preferences."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openrouter_sim.asked import Asked
from openrouter_sim.catalogue import Catalogue, Row
from openrouter_sim.errors import ApiError

DOCS = (
    "To learn more about provider routing, "
    "visit: https://openrouter.ai/docs/provider-routing"
)
# What a request can carry that a model may not support.
PARAMETERS = {
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "frequency_penalty",
    "presence_penalty",
    "repetition_penalty",
    "seed",
    "stop",
    "logit_bias",
    "logprobs",
    "top_logprobs",
    "response_format",
    "tools",
}


@dataclass(frozen=True)
class Route:
    """The model that answers, and the provider that serves it."""

    row: Row
    endpoint: Row

    @property
    def model(self) -> str:
        """The model's name as replies give it: dated, not always what was asked."""
        row = self.row
        return str(row["id"] if ":" in row["id"] else row["canonical_slug"])

    @property
    def is_free(self) -> bool:
        """Whether the limits of free models count here."""
        return str(self.row["id"]).endswith(":free")

    @property
    def supported(self) -> list[str]:
        """The parameters that the model listens to."""
        supported: list[str] = self.row["supported_parameters"]
        return supported


def find_route(catalogue: Catalogue, name: str, asked: Asked) -> Route:
    """The route for `name`. Raises `ApiError` 400 or 404 when nobody can serve it."""
    row = catalogue.find(name)
    if row is None:
        raise ApiError(400, f"{name} is not a valid model ID")
    row = catalogue.target(row)
    check_abilities(row, asked)
    endpoints = catalogue.endpoints(row)
    return Route(row, choose(endpoints, asked.body.get("provider") or {}, name))


def check_abilities(row: Row, asked: Asked) -> None:
    """Raises `ApiError` where the model cannot do what is asked of it."""
    supported = row["supported_parameters"]
    if row["id"].endswith(":batch"):
        raise ApiError(404, f"No endpoints found for {row['id']}.")
    if asked.functions and "tools" not in supported:
        raise ApiError(404, f"No endpoints found that support tool use. {DOCS}")
    if asked.has_images and "image" not in row["architecture"]["input_modalities"]:
        raise ApiError(404, "No endpoints found that support image input")
    if (asked.body.get("provider") or {}).get("require_parameters") is True:
        check_parameters(supported, asked)
    if asked.tokens > row["context_length"]:
        raise too_long(row["context_length"], asked.tokens)


def check_parameters(supported: list[str], asked: Asked) -> None:
    """Raises `ApiError` 404 when a parameter that was sent would be ignored."""
    sent = {name for name in PARAMETERS if asked.body.get(name) is not None}
    if sent - set(supported):
        raise ApiError(
            404,
            "No endpoints found that can handle the requested parameters. " + DOCS,
        )


def too_long(limit: int, tokens: int) -> ApiError:
    """The 400 for a prompt beyond the context length."""
    return ApiError(
        400,
        f"This endpoint's maximum context length is {limit} tokens. However, you "
        f"requested about {tokens} tokens. Please reduce the length of either one, or "
        'use the "middle-out" transform to compress your prompt automatically.',
        error_type="context_length_exceeded",
    )


def choose(endpoints: list[Row], wishes: dict[str, Any], name: str) -> Row:
    """The first endpoint that `wishes`, and the suffix of `name`, leave over."""
    if not wishes and ":" not in name:
        return endpoints[0]
    left = [row for row in endpoints if is_allowed(row, wishes)]
    if not left:
        raise ApiError(
            404, "No allowed providers are available for the selected model."
        )
    if wishes.get("sort") == "price" or name.endswith(":floor"):
        left.sort(key=lambda row: Decimal(row["pricing"]["prompt"]))
    order = words(wishes.get("order"))
    return min(left, key=lambda row: rank(row, order))


def is_allowed(row: Row, wishes: dict[str, Any]) -> bool:
    """Whether `only` and `ignore` let this provider serve, and fallbacks are needed."""
    only, ignored = words(wishes.get("only")), words(wishes.get("ignore"))
    if wishes.get("allow_fallbacks") is False and not only:
        only = words(wishes.get("order"))
    return (not only or is_named(row, only)) and not is_named(row, ignored)


def rank(row: Row, order: list[str]) -> int:
    """The place of a provider in `order`; those that are not in it come last."""
    places = [place for place, name in enumerate(order) if is_named(row, [name])]
    return places[0] if places else len(order)


def is_named(row: Row, names: list[str]) -> bool:
    """Whether one of `names` means this provider: its slug, its tag or its name."""
    tag = row["tag"]
    known = {tag, tag.split("/")[0], row["provider_name"].lower()}
    return any(name in known for name in names)


def words(value: Any) -> list[str]:
    """The strings in a list of preferences, lower case; anything else is no wish."""
    if not isinstance(value, list):
        return []
    return [item.lower() for item in value if isinstance(item, str)]
