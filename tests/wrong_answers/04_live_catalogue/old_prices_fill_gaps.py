"""
misconception = "old-table-fills-gaps"
fails = [
    "test_an_unknown_price_is_none_and_not_free",
]
words = ["input_price"]
state = "failing"
"""

import asyncio
import time
import warnings
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from urllib.parse import urljoin

import httpx
import httpx2

from openrouter_factory import OPENROUTER_URL, ModelInfo, all_models, base_name


class LiveCatalogue:
    """The models of the service, fresh for `ttl` seconds."""

    def __init__(
        self,
        http_client: httpx.AsyncClient | httpx2.AsyncClient,
        *,
        base_url: str = OPENROUTER_URL,
        ttl: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stale = False
        self.client = http_client
        self.url = base_url.rstrip("/") + "/models"
        self.ttl = ttl
        self.clock = clock
        self.kept = None
        self.time = None
        self.task = None

    async def models(self) -> dict[str, ModelInfo]:
        """Return every model by its name."""
        came = True
        if self.time is None or self.clock() - self.time >= self.ttl:
            if self.task is None:
                self.task = asyncio.create_task(self.refresh())
            came = await asyncio.shield(self.task)
        self.stale = not came
        if self.kept is None:
            return {info.name: info for info in all_models()}
        return dict(self.kept)

    async def get_model_info(self, name: str) -> ModelInfo:
        """Return what is known of `name`."""
        models = await self.models()
        if name in models:
            return models[name]
        if base_name(name) in models:
            return models[base_name(name)]
        raise ValueError(f"No model `{name}`.")

    async def refresh(self):
        try:
            self.kept = await self.fetch()
            self.time = self.clock()
            return True
        except (httpx.HTTPError, httpx2.HTTPError, ValueError, TypeError, KeyError):
            return False
        finally:
            self.task = None

    async def fetch(self):
        found = {}
        url = self.url
        while url:
            response = await self.client.get(url)
            response.raise_for_status()
            page = response.json()
            if not isinstance(page["data"], list):
                raise TypeError("no list")
            for row in page["data"]:
                info = read(row)
                if info is not None:
                    found[info.name] = info
            link = (page.get("links") or {}).get("next")
            url = urljoin(url, link) if link else None
        return found


def read(row):
    try:
        if not isinstance(row["id"], str) or not row["id"]:
            raise ValueError("no id")
        context = row.get("context_length")
        if context is not None and not isinstance(context, int):
            raise ValueError("no number")
        pricing = row.get("pricing") or {}
        kinds = row.get("architecture") or {}
        can = row.get("supported_parameters") or []
        old = {info.name: info for info in all_models()}.get(row["id"])
        price = per_million(pricing.get("prompt"))
        if price is None and old is not None:
            price = old.input_price
        return ModelInfo(
            name=row["id"],
            context_length=context,
            input_price=price,
            output_price=per_million(pricing.get("completion")),
            input_modalities=tuple(kinds.get("input_modalities") or ["text"]),
            output_modalities=tuple(kinds.get("output_modalities") or ["text"]),
            supports_tools="tools" in can,
            supports_structured_output="structured_outputs" in can,
            supports_reasoning="reasoning" in can,
        )
    except (KeyError, TypeError, ValueError, InvalidOperation):
        warnings.warn(f"A row is broken: {row}", stacklevel=2)
        return None


def per_million(text):
    if text is None:
        return None
    price = Decimal(text)
    if price < 0:
        return None
    return price * 1_000_000
