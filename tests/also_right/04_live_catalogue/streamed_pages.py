"""Typed dicts, frozen snapshots, one task for all; the client streams the pages."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import warnings
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, TypedDict
from urllib.parse import urljoin

import httpx
import httpx2

from openrouter_factory import OPENROUTER_URL, ModelInfo, all_models, base_name

logger = logging.getLogger("catalogue")


class ServiceDown(Exception):
    """The service cannot be reached, or makes no sense."""


class BrokenRow(ValueError):
    """A row that cannot be understood."""


class Page(TypedDict, total=False):
    data: list[Any]
    links: dict[str, str | None] | None


@dataclass(frozen=True)
class Snapshot:
    models: dict[str, ModelInfo]
    taken: float


def _price(text: Any) -> Decimal | None:
    if text is None:
        return None
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        raise BrokenRow(f"price {text!r}")
    try:
        price = Decimal(str(text))
    except InvalidOperation as error:
        raise BrokenRow(f"price {text!r}") from error
    if not price.is_finite():
        raise BrokenRow(f"price {text!r}")
    return None if price < 0 else price.scaleb(6)


def _context(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise BrokenRow(f"context_length {value!r}")
    return value


def _modalities(value: Any) -> tuple[str, ...]:
    return ("text",) if value is None else tuple(value)


def read_row(row: Any) -> ModelInfo:
    if not isinstance(row, dict):
        raise BrokenRow("not an object")
    name = row.get("id")
    if not isinstance(name, str) or not name:
        raise BrokenRow("no id")
    pricing = row.get("pricing") or {}
    architecture = row.get("architecture") or {}
    able = set(row.get("supported_parameters") or ())
    return ModelInfo(
        name=name,
        context_length=_context(row.get("context_length")),
        input_price=_price(pricing.get("prompt")),
        output_price=_price(pricing.get("completion")),
        input_modalities=_modalities(architecture.get("input_modalities")),
        output_modalities=_modalities(architecture.get("output_modalities")),
        supports_tools="tools" in able,
        supports_structured_output="structured_outputs" in able,
        supports_reasoning="reasoning" in able,
    )


class LiveCatalogue:
    def __init__(
        self,
        http_client: httpx.AsyncClient | httpx2.AsyncClient,
        *,
        base_url: str = OPENROUTER_URL,
        ttl: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stale = False
        self._client = http_client
        self._url = base_url.rstrip("/") + "/models"
        self._ttl = ttl
        self._clock = clock
        self._snapshot: Snapshot | None = None
        self._refresh: asyncio.Task[Snapshot] | None = None

    async def models(self) -> dict[str, ModelInfo]:
        snapshot = self._snapshot
        if snapshot is None or self._clock() - snapshot.taken >= self._ttl:
            if self._refresh is None:
                self._refresh = asyncio.ensure_future(self._fetch())
                self._refresh.add_done_callback(self._refreshed)
            try:
                snapshot = await asyncio.shield(self._refresh)
            except ServiceDown as error:
                logger.warning("service is down: %s", error)
                self.stale = True
                old = self._snapshot
                if old is None:
                    return {info.name: info for info in all_models()}
                return dict(old.models)
        self.stale = False
        return dict(snapshot.models)

    def _refreshed(self, task: asyncio.Task[Snapshot]) -> None:
        self._refresh = None
        if not task.cancelled() and task.exception() is None:
            self._snapshot = task.result()

    async def get_model_info(self, name: str) -> ModelInfo:
        listed = await self.models()
        for candidate in (name, base_name(name)):
            if candidate in listed:
                return listed[candidate]
        raise ValueError(f"{name!r} is not among the {len(listed)} models listed.")

    async def _fetch(self) -> Snapshot:
        found: dict[str, ModelInfo] = {}
        async for row in self._rows():
            try:
                info = read_row(row)
            except BrokenRow as problem:
                name = row.get("id") if isinstance(row, dict) else None
                warnings.warn(f"Left out {name!r}: {problem}", stacklevel=2)
            else:
                found[info.name] = info
        return Snapshot(found, self._clock())

    async def _rows(self) -> AsyncIterator[Any]:
        address: str | None = self._url
        while address:
            page = await self._page(address)
            for row in page["data"]:
                yield row
            following = (page.get("links") or {}).get("next")
            address = urljoin(address, following) if following else None

    async def _page(self, address: str) -> Page:
        try:
            async with self._client.stream("GET", address) as response:
                body = await response.aread()
        except (httpx.HTTPError, httpx2.HTTPError) as error:
            raise ServiceDown(str(error)) from error
        if response.status_code >= 400:
            raise ServiceDown(f"status {response.status_code}")
        try:
            page: Page = json.loads(body)
        except ValueError as error:
            raise ServiceDown("no JSON") from error
        if not isinstance(page, dict) or not isinstance(page.get("data"), list):
            raise ServiceDown("no list of models")
        return page
