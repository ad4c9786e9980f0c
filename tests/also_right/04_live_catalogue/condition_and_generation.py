"""Callers watch a number: each attempt has one, and a condition tells its end."""

import asyncio
import json
import time
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from functools import partial
from operator import methodcaller
from typing import Any

import httpx
import httpx2

from openrouter_factory import OPENROUTER_URL, ModelInfo, all_models, base_name

MILLION = Decimal(1_000_000)
DOWN = (httpx.HTTPError, httpx2.HTTPError, OSError, ValueError, TypeError, KeyError)


def money(pricing: Mapping[str, Any], which: str) -> Decimal | None:
    """USD per million, exactly; `None` for what nobody knows."""
    text = pricing.get(which)
    if text is None or text == "-1":
        return None
    try:
        price = Decimal(text)
        if not price.is_finite():
            raise ValueError(text)
    except ArithmeticError as error:
        raise ValueError(f"{which} is {text!r}") from error
    return price * MILLION


class _Row:
    """Reads one row; properties, each for a field."""

    def __init__(self, raw: Any) -> None:
        if not isinstance(raw, dict):
            raise TypeError("a row must be an object")
        self.raw = raw

    @property
    def name(self) -> str:
        name = self.raw.get("id")
        if isinstance(name, str) and name != "":
            return name
        raise ValueError("a row needs an id")

    @property
    def context(self) -> int | None:
        length = self.raw.get("context_length")
        if length is None or type(length) is int:
            return length
        raise ValueError(f"context_length is {length!r}")

    def modalities(self, direction: str) -> tuple[str, ...]:
        architecture = self.raw.get("architecture")
        if not architecture:
            return ("text",)
        found = architecture.get(f"{direction}_modalities")
        return ("text",) if found is None else tuple(found)

    def info(self) -> ModelInfo:
        parameters = self.raw.get("supported_parameters") or []
        price = partial(money, self.raw.get("pricing") or {})
        return ModelInfo(
            self.name,
            self.context,
            price("prompt"),
            price("completion"),
            self.modalities("input"),
            self.modalities("output"),
            "tools" in parameters,
            "structured_outputs" in parameters,
            "reasoning" in parameters,
        )


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
        self.http, self.url = http_client, f"{base_url.rstrip('/')}/models"
        self.ttl, self.clock = ttl, clock
        self.list: dict[str, ModelInfo] | None = None
        self.until = float("-inf")
        self.attempts = 0
        self.busy = False
        self.ended = asyncio.Condition()
        self.background: set[asyncio.Task[None]] = set()

    def _fresh(self) -> bool:
        return self.list is not None and self.clock() < self.until

    async def models(self) -> dict[str, ModelInfo]:
        """Return every model by its name: fresh, else stale, else the static table."""
        if not self._fresh():
            if not self.busy:
                self.busy = True
                task = asyncio.create_task(self._attempt())
                self.background.add(task)
                task.add_done_callback(self.background.discard)
            mine = self.attempts
            async with self.ended:
                await self.ended.wait_for(lambda: self.attempts > mine)
        self.stale = not self._fresh() if self.ttl > 0 else self.failed
        if self.list is None:
            return {info.name: info for info in all_models()}
        return self.list.copy()

    async def _attempt(self) -> None:
        self.failed = True
        with suppress(*DOWN):
            found = await self._all_pages()
            self.list, self.until = found, self.clock() + self.ttl
            self.failed = False
        self.busy = False
        self.attempts += 1
        async with self.ended:
            self.ended.notify_all()

    async def _all_pages(self) -> dict[str, ModelInfo]:
        rows: list[Any] = []
        here = self.http.base_url.join(self.url)
        while True:
            response = await self.http.get(here)
            if response.status_code >= 400:
                raise ValueError(response.status_code)
            page = json.loads(response.content)
            if not isinstance(page["data"], list):
                raise TypeError("data is no list")
            rows += page["data"]
            following = (page.get("links") or {}).get("next")
            if not following:
                return self._read(rows)
            here = here.join(following)

    def _read(self, rows: list[Any]) -> dict[str, ModelInfo]:
        found = {}
        for raw in rows:
            try:
                info = _Row(raw).info()
            except (TypeError, ValueError) as problem:
                name = raw.get("id", "?") if isinstance(raw, dict) else "?"
                warnings.warn(f"Row {name}: {problem}", UserWarning, stacklevel=3)
            else:
                found[info.name] = info
        return found

    async def get_model_info(self, name: str) -> ModelInfo:
        """Return what is known of `name`, or of the model before its suffix.

        Raises `ValueError` that names `name` if the list has neither.
        """
        get = methodcaller("get", name)
        listed = await self.models()
        info = get(listed) or listed.get(base_name(name))
        if info is None:
            raise ValueError(f"No model `{name}` is listed now.")
        return info  # type: ignore[no-any-return]
