"""Defensive, with a log line for everything, and one future that all wait for."""

import asyncio
import json
import logging
import time
import warnings
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, Final

import httpx
import httpx2

from openrouter_factory import OPENROUTER_URL, ModelInfo, all_models

log = logging.getLogger(__name__)
PER_MILLION: Final = Decimal("1000000")
LIBRARY_ERRORS: Final = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    httpx2.HTTPError,
    httpx2.InvalidURL,
    httpx2.StreamError,
)


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _strings(value: object, default: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(value, list):
        return default
    return tuple(item for item in value if isinstance(item, str))


def _usd_per_million(value: object) -> Decimal | None:
    """Raises `ValueError` if `value` is no number."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"price {value!r}")
    try:
        usd = Decimal(str(value).strip())
    except InvalidOperation:
        raise ValueError(f"price {value!r}") from None
    if not usd.is_finite():
        raise ValueError(f"price {value!r}")
    return None if usd < 0 else usd * PER_MILLION


def _tokens(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"context_length {value!r}")
    return value


def _read(row: object) -> ModelInfo:
    if not isinstance(row, dict):
        raise ValueError("it is no object")
    name = row.get("id")
    if not isinstance(name, str) or not name.strip():
        raise ValueError("it has no id")
    pricing = _object(row.get("pricing"))
    architecture = _object(row.get("architecture"))
    parameters = set(_strings(row.get("supported_parameters"), ()))
    return ModelInfo(
        name=name,
        context_length=_tokens(row.get("context_length")),
        input_price=_usd_per_million(pricing.get("prompt")),
        output_price=_usd_per_million(pricing.get("completion")),
        input_modalities=_strings(architecture.get("input_modalities"), ("text",)),
        output_modalities=_strings(architecture.get("output_modalities"), ("text",)),
        supports_tools="tools" in parameters,
        supports_structured_output="structured_outputs" in parameters,
        supports_reasoning="reasoning" in parameters,
    )


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
        if ttl < 0:
            raise ValueError("`ttl` is negative")
        self.stale = False
        self.__client = http_client
        self.__base = httpx.URL(base_url.rstrip("/") + "/models")
        self.__ttl = ttl
        self.__clock = clock
        self.__known: Mapping[str, ModelInfo] | None = None
        self.__expires = 0.0
        self.__waiters: list[asyncio.Future[bool]] | None = None
        self.__worker: asyncio.Task[None] | None = None

    async def models(self) -> dict[str, ModelInfo]:
        """Return every model by its name: fresh, else stale, else the static table."""
        if self.__known is not None and self.__clock() < self.__expires:
            log.debug("still fresh")
            self.stale = False
            return dict(self.__known)
        waiter: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        if self.__waiters is None:
            self.__waiters = [waiter]
            self.__worker = asyncio.create_task(self.__work())
        else:
            self.__waiters.append(waiter)
        self.stale = not await waiter
        if self.__known is None:
            log.warning("nothing but the static table")
            return {info.name: info for info in all_models()}
        return dict(self.__known)

    async def get_model_info(self, name: str) -> ModelInfo:
        """Return what is known of `name`, or of the model before its suffix."""
        models = await self.models()
        bare = name.partition("@")[0].partition(":")[0]
        found = models.get(name, models.get(bare))
        if found is None:
            message = f"{name} is unknown; {len(models)} models are known."
            log.error(message)
            raise ValueError(message)
        return found

    async def __work(self) -> None:
        new = False
        failure: BaseException | None = None
        try:
            found = await self.__fetch()
        except BaseException as error:
            failure = error
        else:
            if found is not None:
                self.__known = MappingProxyType(found)
                self.__expires = self.__clock() + self.__ttl
                new = True
        waiters, self.__waiters = self.__waiters or [], None
        for waiter in waiters:
            if waiter.done():
                continue
            if failure is None:
                waiter.set_result(new)
            else:
                waiter.set_exception(failure)

    async def __fetch(self) -> dict[str, ModelInfo] | None:
        found: dict[str, ModelInfo] = {}
        url = self.__base
        while True:
            log.info("GET %s", url)
            try:
                response = await self.__client.get(str(url))
                body = json.loads(response.content)
            except LIBRARY_ERRORS as error:
                log.warning("no answer: %r", error)
                return None
            except ValueError:
                log.warning("no JSON")
                return None
            if response.is_error or not isinstance(body, dict):
                log.warning("status %s", response.status_code)
                return None
            rows = body.get("data")
            if not isinstance(rows, list):
                return None
            for row in rows:
                try:
                    info = _read(row)
                except ValueError as error:
                    name = _object(row).get("id", "a row without id")
                    warnings.warn(f"{name} is left out: {error}", UserWarning, stacklevel=2)
                else:
                    found[info.name] = info
            following = _object(body.get("links")).get("next")
            if not isinstance(following, str) or not following:
                return found
            url = url.join(following)
