"""From someone who likes classes: a reader, a pager, a shelf and a ride to share."""

from __future__ import annotations

import asyncio
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, Generic, TypeVar

import httpx
import httpx2

from openrouter_factory import OPENROUTER_URL, ModelInfo, all_models, base_name

T = TypeVar("T")
AnyClient = httpx.AsyncClient | httpx2.AsyncClient


class ServiceDown(Exception):
    """The service gave no list."""


class BrokenRow(Exception):
    """A row cannot be read."""


@dataclass(frozen=True)
class RowReader:
    """Turns one row into a `ModelInfo`, or raises `BrokenRow`."""

    row: Any
    million: ClassVar[Decimal] = Decimal(10) ** 6

    def read(self) -> ModelInfo:
        if not isinstance(self.row, Mapping):
            raise BrokenRow(f"{self.row!r:.60} is no object")
        return ModelInfo(
            self.name,
            self.context_length,
            self.price("prompt"),
            self.price("completion"),
            self.modalities("input_modalities"),
            self.modalities("output_modalities"),
            *(self.can(it) for it in ("tools", "structured_outputs", "reasoning")),
        )

    @property
    def name(self) -> str:
        match self.row.get("id"):
            case str(name) if name:
                return name
            case other:
                raise BrokenRow(f"{other!r} is no id")

    @property
    def context_length(self) -> int | None:
        match self.row.get("context_length"):
            case bool() as odd:
                raise BrokenRow(f"{self.name}: context_length {odd}")
            case int() | None as good:
                return good
            case odd:
                raise BrokenRow(f"{self.name}: context_length {odd}")

    def price(self, key: str) -> Decimal | None:
        text = (self.row.get("pricing") or {}).get(key)
        if text is None or text == "-1":
            return None
        try:
            return Decimal(text) * self.million
        except (ArithmeticError, TypeError, ValueError) as error:
            raise BrokenRow(f"{self.name}: {key} costs {text!r}") from error

    def modalities(self, key: str) -> tuple[str, ...]:
        found = (self.row.get("architecture") or {}).get(key)
        return ("text",) if found is None else tuple(found)

    def can(self, parameter: str) -> bool:
        return parameter in (self.row.get("supported_parameters") or ())


@dataclass
class Pager:
    """All rows of all pages."""

    client: AnyClient
    url: str

    async def __aiter__(self) -> AsyncIterator[Any]:
        where: str | None = self.url
        while where:
            page = await self.page(where)
            for row in page["data"]:
                yield row
            link = (page.get("links") or {}).get("next")
            where = str(httpx.URL(where).join(link)) if link else None

    async def page(self, url: str) -> dict[str, Any]:
        try:
            response = await self.client.get(url)
            response.raise_for_status()
            body = response.json()
        except (httpx.HTTPError, httpx2.HTTPError, ValueError) as error:
            raise ServiceDown(url) from error
        if not isinstance(body, dict) or not isinstance(body.get("data"), list):
            raise ServiceDown(url)
        return body


@dataclass
class Shelf:
    """The last list, and when it came."""

    ttl: float
    clock: Callable[[], float]
    books: dict[str, ModelInfo] = field(default_factory=dict)
    since: float | None = None

    @property
    def fresh(self) -> bool:
        return self.since is not None and self.clock() < self.since + self.ttl

    @property
    def content(self) -> dict[str, ModelInfo]:
        if self.since is None:
            return {info.name: info for info in all_models()}
        return self.books.copy()

    def fill(self, books: dict[str, ModelInfo]) -> None:
        self.books, self.since = books, self.clock()


class SharedRide(Generic[T]):
    """Runs one job for everybody who asks while it runs."""

    def __init__(self, job: Callable[[], Awaitable[T]]) -> None:
        self._job = job
        self._ride: asyncio.Future[T] | None = None

    async def __call__(self) -> T:
        if self._ride is None:
            self._ride = asyncio.ensure_future(self._drive())
        return await asyncio.shield(self._ride)

    async def _drive(self) -> T:
        try:
            return await self._job()
        finally:
            self._ride = None


class LiveCatalogue:
    """The models of the service, asked through `http_client`, fresh for `ttl` seconds."""

    def __init__(
        self,
        http_client: AnyClient,
        *,
        base_url: str = OPENROUTER_URL,
        ttl: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stale = False
        self._shelf = Shelf(ttl, clock)
        self._pager = Pager(http_client, base_url.rstrip("/") + "/models")
        self._refresh = SharedRide(self._load)

    async def models(self) -> dict[str, ModelInfo]:
        """Return every model by its name: fresh, else stale, else the static table."""
        if self._shelf.fresh:
            self.stale = False
        else:
            self.stale = not await self._refresh()
        return self._shelf.content

    async def get_model_info(self, name: str) -> ModelInfo:
        """Return what is known of `name`, or of the model before its suffix."""
        books = await self.models()
        for spelling in (name, base_name(name)):
            if spelling in books:
                return books[spelling]
        raise ValueError(f"{name!r} is not offered.")

    async def _load(self) -> bool:
        try:
            rows = [row async for row in self._pager]
        except ServiceDown:
            return False
        self._shelf.fill({info.name: info for info in self._whole(rows)})
        return True

    @staticmethod
    def _whole(rows: list[Any]) -> Iterator[ModelInfo]:
        for row in rows:
            try:
                yield RowReader(row).read()
            except BrokenRow as broken:
                warnings.warn(f"Left out: {broken}", RuntimeWarning, stacklevel=1)
