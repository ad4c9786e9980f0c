"""A lock, and a counter of attempts: who finds it moved on takes what came."""

import asyncio
import re
import time
import warnings
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import httpx
import httpx2

from openrouter_factory import OPENROUTER_URL, ModelInfo, all_models


class LiveCatalogue:
    """The models of the service."""

    def __init__(
        self,
        http_client,
        *,
        base_url=OPENROUTER_URL,
        ttl=300.0,
        clock=time.monotonic,
    ):
        self.__dict__.update(client=http_client, root=base_url, ttl=ttl, clock=clock)
        self.lock = asyncio.Lock()
        self.attempt, self.worked = 0, False
        self.copy, self.born = {}, None
        self.stale = False

    def is_fresh(self):
        return self.born is not None and self.clock() - self.born < self.ttl

    async def models(self):
        if self.is_fresh():
            self.stale = False
        else:
            seen = self.attempt
            async with self.lock:
                if self.attempt == seen:
                    await self.try_once()
            self.stale = not self.worked
        if self.born is None:
            return {info.name: info for info in all_models()}
        return self.copy.copy()

    async def try_once(self):
        self.worked = False
        try:
            rows = await self.rows(f"{self.root.strip('/')}/models")
        except (httpx.RequestError, httpx2.RequestError, LookupError, ValueError, TypeError):
            self.attempt += 1
            return
        found = (self.parse(row) for row in rows)
        self.copy = {info.name: info for info in found if info is not None}
        self.born = self.clock()
        self.worked = True
        self.attempt += 1

    async def rows(self, url):
        response = await self.client.request("GET", url)
        if response.is_error:
            raise ValueError(response.status_code)
        page = response.json()
        rows = page["data"]
        if not isinstance(rows, list):
            raise TypeError("data")
        following = (page.get("links") or {}).get("next")
        if following is None:
            return rows
        if following.startswith("/"):
            following = re.match(r"\w+://[^/]+", url)[0] + following
        return rows + await self.rows(following)

    def parse(self, row):
        try:
            info = ModelInfo(row["id"], row.get("context_length"), None, None)
            if not (isinstance(info.name, str) and info.name):
                raise TypeError
            if info.context_length is not None:
                int(info.context_length)
            info = replace(info, as_of=date(2026, 11, 20))
            for field, key in (("input_price", "prompt"), ("output_price", "completion")):
                text = (row.get("pricing") or {}).get(key)
                if text is not None and text != "-1":
                    exact = Fraction(text) * 1_000_000
                    usd = Decimal(exact.numerator) / Decimal(exact.denominator)
                    info = replace(info, **{field: usd})
            for way in ("input_modalities", "output_modalities"):
                if kinds := (row.get("architecture") or {}).get(way):
                    info = replace(info, **{way: tuple(kinds)})
            for word in row.get("supported_parameters") or []:
                if word == "tools":
                    info = replace(info, supports_tools=True)
                elif word == "structured_outputs":
                    info = replace(info, supports_structured_output=True)
                elif word == "reasoning":
                    info = replace(info, supports_reasoning=True)
            return info
        except (TypeError, KeyError, ValueError, IndexError):
            warnings.warn(RuntimeWarning(f"dropped: {str(row)[:200]}"), stacklevel=2)
            return None

    async def get_model_info(self, name):
        models = await self.models()
        plain = re.split("[:@]", name)[0]
        try:
            return models[name] if name in models else replace(models[plain], name=name)
        except KeyError:
            raise ValueError(f"{name!r} is not offered") from None
