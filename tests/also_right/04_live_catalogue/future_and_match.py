"""A bare future that the callers share, the request in a task of its own, a big try."""

import asyncio
import logging
import time
import warnings
from decimal import Decimal

from openrouter_factory import OPENROUTER_URL, ModelInfo, all_models, base_name

log = logging.getLogger(__name__)
UNKNOWN = {None, "-1"}


class BrokenRow(Exception):
    pass


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
        self._http = http_client
        self._where = base_url.removesuffix("/") + "/models"
        self._clock, self._ttl = clock, ttl
        self._last = None  # (time, models)
        self._waiters = []
        self._busy = None
        self.stale = True

    async def models(self):
        if self._last is not None and self._clock() < self._last[0] + self._ttl:
            self.stale = False
        else:
            self.stale = not await self._next_list()
        return {i.name: i for i in (self._last[1] if self._last else all_models())}

    def _next_list(self):
        mine = asyncio.get_running_loop().create_future()
        self._waiters.append(mine)
        if self._busy is None:
            log.info("asking %s", self._where)
            self._busy = asyncio.ensure_future(self._work())
        return mine

    async def _work(self):
        came = False
        try:
            rows = [row async for page in self._pages() for row in page]
            infos = [info for info in map(self._one, rows) if info]
            self._last = (self._clock(), infos)
            came = True
        except Exception as error:
            log.warning("no list: %r", error)
        finally:
            waiters, self._waiters, self._busy = self._waiters, [], None
            for waiter in waiters:
                if not waiter.done():
                    waiter.set_result(came)

    async def _pages(self):
        reply = await self._http.get(self._where)
        while True:
            if reply.status_code != 200:
                raise OSError(f"status {reply.status_code}")
            body = reply.json()
            assert isinstance(body["data"], list)
            yield body["data"]
            link = body["links"].get("next") if body.get("links") else None
            if not link:
                return
            reply = await self._http.get(reply.url.join(link))

    def _one(self, row):
        try:
            return self._info(row)
        except BrokenRow as error:
            warnings.warn(str(error), UserWarning, stacklevel=2)

    def _info(self, row):
        match row:
            case {"id": str(name)} if name:
                pass
            case _:
                raise BrokenRow(f"not a row: {row!r}")
        context = row.get("context_length")
        if not (context is None or type(context) is int):
            raise BrokenRow(f"{name}: odd context {context!r}")
        arch = row.get("architecture") or {}
        words = set(row.get("supported_parameters") or ())
        prices = []
        for key in ("prompt", "completion"):
            text = (row.get("pricing") or {}).get(key)
            try:
                price = None if text in UNKNOWN else Decimal(text).scaleb(6)
            except ArithmeticError as error:
                raise BrokenRow(f"{name}: odd price {text!r}") from error
            prices.append(price)
        kinds = [
            tuple(arch.get(f"{way}_modalities") or ("text",)) for way in ("input", "output")
        ]
        can = ("tools" in words, "structured_outputs" in words, "reasoning" in words)
        return ModelInfo(name, context, *prices, *kinds, *can)

    async def get_model_info(self, name):
        known = await self.models()
        for candidate in (name, base_name(name)):
            if candidate in known:
                return known[candidate]
        raise ValueError(f"unknown model: {name}")
