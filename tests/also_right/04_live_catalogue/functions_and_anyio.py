"""Functional, with anyio's lock: whoever holds it asks, the others look at the count."""

import functools
import time
import warnings
from collections.abc import Callable, Iterable
from decimal import Decimal, DecimalException
from typing import Any, NamedTuple

import anyio
import httpx
import httpx2

from openrouter_factory import OPENROUTER_URL, ModelInfo, all_models, base_name

DOWN = (httpx.HTTPError, httpx2.HTTPError, ValueError, KeyError, TypeError)


class State(NamedTuple):
    """What is known: after how many requests, since when, and whether it is old."""

    asked: int = 0
    came: float = float("-inf")
    stale: bool = True
    models: dict[str, ModelInfo] | None = None


def or_else(value: Any, default: Any) -> Any:
    return default if value is None else value


def price(text: str | None) -> Decimal | None:
    per_token = Decimal(or_else(text, "-1"))
    return None if per_token < 0 else per_token.scaleb(6)


def whole(number: Any) -> int | None:
    if number is not None and type(number) is not int:
        raise ValueError(f"{number!r} is no whole number")
    return number


def text(value: Any) -> str:
    if not (isinstance(value, str) and value):
        raise ValueError(f"{value!r} is no name")
    return value


def info(row: dict[str, Any]) -> ModelInfo:
    pricing = or_else(row.get("pricing"), {})
    kinds = or_else(row.get("architecture"), {})
    can = frozenset(or_else(row.get("supported_parameters"), ()))
    return ModelInfo(
        name=text(row["id"]),
        context_length=whole(row.get("context_length")),
        input_price=price(pricing.get("prompt")),
        output_price=price(pricing.get("completion")),
        input_modalities=tuple(or_else(kinds.get("input_modalities"), ["text"])),
        output_modalities=tuple(or_else(kinds.get("output_modalities"), ["text"])),
        supports_tools="tools" in can,
        supports_structured_output="structured_outputs" in can,
        supports_reasoning="reasoning" in can,
    )


def infos(rows: Iterable[Any]) -> dict[str, ModelInfo]:
    found = {}
    for row in rows:
        try:
            one = info(row)
        except (DecimalException, LookupError, TypeError, ValueError, AttributeError) as error:
            name = row.get("id") if isinstance(row, dict) else row
            warnings.warn(f"broken row {name}: {error!r}", stacklevel=2)
        else:
            found[one.name] = one
    return found


async def rows_of(client: Any, url: str) -> list[Any]:
    response = await client.get(url)
    response.raise_for_status()
    page = response.json()
    rows = page["data"]
    if not isinstance(rows, list):
        raise TypeError("no list")
    further = or_else(page.get("links"), {}).get("next")
    if further is None:
        return rows
    return rows + await rows_of(client, str(response.url.join(further)))


class LiveCatalogue:
    """The models of the service, asked through `http_client`, fresh for `ttl` seconds."""

    def __init__(
        self,
        http_client: httpx.AsyncClient | httpx2.AsyncClient,
        *,
        base_url: str = OPENROUTER_URL,
        ttl: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stale = False
        self._rows = functools.partial(rows_of, http_client, f"{base_url.removesuffix('/')}/models")
        self._is_old = lambda: self._state.models is None or clock() - self._state.came >= ttl
        self._clock = clock
        self._lock = anyio.Lock()
        self._state = State()

    async def models(self) -> dict[str, ModelInfo]:
        """Return every model by its name: fresh, else stale, else the static table."""
        seen = self._state.asked
        if self._is_old():
            async with self._lock:
                if self._state.asked == seen:
                    self._state = await self._next()
            self.stale = self._state.stale
        else:
            self.stale = False
        if self._state.models is None:
            return {info.name: info for info in all_models()}
        return {**self._state.models}

    async def _next(self) -> State:
        old = self._state
        try:
            rows = await self._rows()
        except DOWN:
            return old._replace(asked=old.asked + 1, stale=True)
        return State(old.asked + 1, self._clock(), False, infos(rows))

    async def get_model_info(self, name: str) -> ModelInfo:
        """Return what is known of `name`, or of the model before its suffix."""
        known = await self.models()
        try:
            return known.get(name) or known[base_name(name)]
        except KeyError:
            raise ValueError(f"unknown model: {name}") from None
