"""A careful beginner's: one long method, plain dicts, flags, and a task to share."""

import asyncio
import time
import warnings
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urljoin

import httpx
import httpx2

from openrouter_factory import OPENROUTER_URL, ModelInfo, all_models


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
        self.client = http_client
        self.url = base_url
        while self.url.endswith("/"):
            self.url = self.url[:-1]
        self.url = self.url + "/models"
        self.ttl = ttl
        self.clock = clock
        self.last_list: dict[str, ModelInfo] | None = None
        self.last_time = 0.0
        self.running: asyncio.Task[None] | None = None

    async def models(self) -> dict[str, ModelInfo]:
        """Return every model by its name: fresh, else stale, else the static table."""
        if self.last_list is not None:
            age = self.clock() - self.last_time
            if age < self.ttl:
                self.stale = False
                return dict(self.last_list)
        if self.running is None or self.running.done():
            self.running = asyncio.create_task(self.ask())
        # shield: if I am cancelled, the others still want the list
        await asyncio.shield(self.running)
        if self.last_list is None:
            table = {}
            for info in all_models():
                table[info.name] = info
            return table
        return dict(self.last_list)

    async def ask(self) -> None:
        new: dict[str, ModelInfo] = {}
        url: str | None = self.url
        try:
            while url is not None:
                answer = await self.client.get(url)
                if answer.status_code >= 400:
                    self.stale = True
                    return
                page = answer.json()
                if not isinstance(page, dict):
                    self.stale = True
                    return
                rows = page.get("data")
                if not isinstance(rows, list):
                    self.stale = True
                    return
                for row in rows:
                    info = self.read(row)
                    if info is not None:
                        new[info.name] = info
                links = page.get("links")
                if links is None or links.get("next") is None:
                    url = None
                else:
                    url = urljoin(self.url, links["next"])
        except (httpx.HTTPError, httpx2.HTTPError, ValueError):
            self.stale = True
            return
        self.last_list = new
        self.last_time = self.clock()
        self.stale = False

    def read(self, row: Any) -> ModelInfo | None:
        if not isinstance(row, dict):
            warnings.warn("A row of the list is not an object", stacklevel=2)
            return None
        name = row.get("id")
        if not isinstance(name, str) or name == "":
            warnings.warn("A row of the list has no id", stacklevel=2)
            return None
        context = row.get("context_length")
        if context is not None and type(context) is not int:
            warnings.warn(name + " has a strange context_length", stacklevel=2)
            return None
        pricing = row.get("pricing")
        if pricing is None:
            pricing = {}
        prices: list[Decimal | None] = []
        for key in ["prompt", "completion"]:
            text = pricing.get(key)
            if text is None:
                prices.append(None)
                continue
            try:
                number = Decimal(text)
            except (InvalidOperation, TypeError, ValueError):
                warnings.warn(name + " has a strange price", stacklevel=2)
                return None
            if number == -1:
                prices.append(None)
            else:
                prices.append(number * 1000000)
        architecture = row.get("architecture")
        if architecture is None:
            architecture = {}
        inputs = architecture.get("input_modalities")
        if inputs is None:
            inputs = ["text"]
        outputs = architecture.get("output_modalities")
        if outputs is None:
            outputs = ["text"]
        can = row.get("supported_parameters")
        if can is None:
            can = []
        return ModelInfo(
            name=name,
            context_length=context,
            input_price=prices[0],
            output_price=prices[1],
            input_modalities=tuple(inputs),
            output_modalities=tuple(outputs),
            supports_tools="tools" in can,
            supports_structured_output="structured_outputs" in can,
            supports_reasoning="reasoning" in can,
        )

    async def get_model_info(self, name: str) -> ModelInfo:
        """Return what is known of `name`, or of the model before its suffix."""
        known = await self.models()
        if name in known:
            return known[name]
        short = name.split("@preset/")[0].split(":")[0]
        if short in known:
            return known[short]
        raise ValueError("No model " + name + " in the list")
