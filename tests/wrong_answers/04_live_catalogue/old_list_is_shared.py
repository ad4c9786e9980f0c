"""
misconception = "arguments-are-mine"
fails = [
    "test_if_the_service_is_down_the_old_list_is_given_and_labelled",
]
words = ["emptied the dict"]
state = "failing"
"""

import asyncio
import math
import time
import warnings
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urljoin

import httpx
import httpx2
from pydantic import BaseModel, Field, ValidationError, model_validator

from openrouter_factory import OPENROUTER_URL, ModelInfo, all_models, base_name


class LiveCatalogue:
    """The models of the service, asked through `http_client`, fresh for `ttl` seconds.

    `stale` says of the last answer whether it was older, or from the static table.
    """

    def __init__(
        self,
        http_client: httpx.AsyncClient | httpx2.AsyncClient,
        *,
        base_url: str = OPENROUTER_URL,
        ttl: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stale = False
        self._client, self._url = http_client, f"{base_url.removesuffix('/')}/models"
        self._ttl, self._clock = ttl, clock
        self._list: dict[str, ModelInfo] | None = None
        self._came = -math.inf
        self._refresh: asyncio.Task[bool] | None = None

    async def models(self) -> dict[str, ModelInfo]:
        """Return every model by its name: fresh, else stale, else the static table."""
        self.stale = self._is_old() and not await self._refreshed()
        if self._list is None:
            return {info.name: info for info in all_models()}
        return self._list if self.stale else dict(self._list)

    async def get_model_info(self, name: str) -> ModelInfo:
        """Return what is known of `name`, or of the model before its suffix.

        Raises `ValueError` that names `name` if the list has neither.
        """
        models = await self.models()
        info = models.get(name) or models.get(base_name(name))
        if info is None:
            raise ValueError(f"`{name}` is not among the {len(models)} models known.")
        return info

    def _is_old(self) -> bool:
        return self._clock() - self._came >= self._ttl

    async def _refreshed(self) -> bool:
        """Whether a list came. All who wait share one request; none can cancel it."""
        if self._refresh is None or self._refresh.done():
            self._refresh = asyncio.create_task(self._ask())
        return await asyncio.shield(self._refresh)

    async def _ask(self) -> bool:
        try:
            self._list = {info.name: info async for info in self._whole_list()}
        except (httpx.HTTPError, httpx2.HTTPError, ValueError):
            return False
        self._came = self._clock()
        return True

    async def _whole_list(self) -> AsyncIterator[ModelInfo]:
        url = self._url
        while url:
            response = await self._client.get(url)
            response.raise_for_status()
            page = _Page.model_validate_json(response.content)
            for row in page.data:
                if info := _read(row):
                    yield info
            following = page.links.next
            url = urljoin(url, following) if following else ""



class _Part(BaseModel):
    """Some fields of an object in JSON; null is as good as missing."""

    @model_validator(mode="before")
    @classmethod
    def _null_is_missing(cls, part: Any) -> Any:
        if not isinstance(part, dict):
            return part
        return {key: value for key, value in part.items() if value is not None}


class _Links(_Part):
    next: str = ""


class _Page(_Part):
    data: list[Any]
    links: _Links = _Links()


class _Pricing(_Part):
    prompt: Decimal | None = None
    completion: Decimal | None = None


class _Architecture(_Part):
    input_modalities: tuple[str, ...] = ("text",)
    output_modalities: tuple[str, ...] = ("text",)


class _Row(_Part):
    id: str = Field(min_length=1)
    context_length: int | None = None
    pricing: _Pricing = _Pricing()
    architecture: _Architecture = _Architecture()
    supported_parameters: frozenset[str] = frozenset()

    def as_info(self) -> ModelInfo:
        able = self.supported_parameters
        return ModelInfo(
            name=self.id,
            context_length=self.context_length,
            input_price=_per_million(self.pricing.prompt),
            output_price=_per_million(self.pricing.completion),
            input_modalities=self.architecture.input_modalities,
            output_modalities=self.architecture.output_modalities,
            supports_tools="tools" in able,
            supports_structured_output="structured_outputs" in able,
            supports_reasoning="reasoning" in able,
        )


def _read(row: Any) -> ModelInfo | None:
    """`row` as we keep it; None, and a warning, if it is broken."""
    try:
        return _Row.model_validate(row).as_info()
    except ValidationError:
        name = row.get("id") if isinstance(row, dict) else row
        warnings.warn(f"Left out a broken row of /models: {name!r}.", stacklevel=2)
        return None


def _per_million(price: Decimal | None) -> Decimal | None:
    """USD per million tokens; a price below 0 is no price, but a sign for unknown."""
    return None if price is None or price < 0 else price * 1_000_000
