"""anyio's event and task, pydantic's TypeAdapter with an alias path, prices by shift."""

import asyncio
import time
import warnings
from collections import ChainMap
from decimal import Decimal
from typing import Annotated, Any

import anyio
import httpx
import httpx2
from pydantic import AliasPath, BaseModel, BeforeValidator, Field, TypeAdapter

from openrouter_factory import (
    OPENROUTER_URL,
    ModelInfo,
    all_models,
    preset_of,
    variant_of,
)

Kinds = Annotated[tuple[str, ...], BeforeValidator(lambda kinds: kinds or ("text",))]


class Row(BaseModel):
    id: str = Field(pattern=".")
    context_length: int | None = None
    prompt: Decimal | None = Field(None, validation_alias=AliasPath("pricing", "prompt"))
    completion: Decimal | None = Field(
        None, validation_alias=AliasPath("pricing", "completion")
    )
    takes: Kinds = Field(
        ("text",), validation_alias=AliasPath("architecture", "input_modalities")
    )
    gives: Kinds = Field(
        ("text",), validation_alias=AliasPath("architecture", "output_modalities")
    )
    supported_parameters: list[str] | None = None


READ = TypeAdapter(Row)


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
        self._get = http_client.get
        self._url = "/".join([base_url.rstrip("/"), "models"])
        self._age = lambda: clock() - self._since
        self._clock, self._ttl = clock, ttl
        self._since = float("-inf")
        self._rows = None
        self._under_way = None
        self._tasks = set()
        self._ok = True

    @property
    def stale(self):
        return not self._ok

    async def models(self):
        if not self._age() < self._ttl:
            box = self._under_way or self._start()
            await box["done"].wait()
            self._ok = box["ok"]
        else:
            self._ok = True
        if self._rows is not None:
            return dict(ChainMap(self._rows))
        return dict((info.name, info) for info in all_models())

    def _start(self):
        box = self._under_way = {"done": anyio.Event(), "ok": False}
        task = asyncio.get_running_loop().create_task(self._fetch(box))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return box

    async def _fetch(self, box):
        try:
            rows, url = {}, httpx.URL(self._url)
            while url is not None:
                page = (await self._get(str(url))).raise_for_status().json()
                for raw in TypeAdapter(list[Any]).validate_python(page["data"]):
                    self._add(raw, rows)
                link = dict(page.get("links") or {}).get("next")
                url = url.join(link) if link else None
            self._rows, self._since, box["ok"] = rows, self._clock(), True
        except (httpx2.HTTPError, httpx.HTTPError, ValueError, KeyError, TypeError):
            pass
        finally:
            self._under_way = None
            box["done"].set()

    def _add(self, raw, rows):
        try:
            row = READ.validate_python(raw)
        except ValueError as error:
            warnings.warn(f"{raw}: {error}", stacklevel=2)
            return
        can = row.supported_parameters or []
        usd = [p and p * 10**6 if p is None or p >= 0 else None
               for p in (row.prompt, row.completion)]
        rows[row.id] = ModelInfo(
            name=row.id,
            context_length=row.context_length,
            input_price=usd[0],
            output_price=usd[1],
            input_modalities=row.takes,
            output_modalities=row.gives,
            supports_tools=can.count("tools") > 0,
            supports_structured_output=can.count("structured_outputs") > 0,
            supports_reasoning=can.count("reasoning") > 0,
        )

    async def get_model_info(self, name):
        models = await self.models()
        if name not in models:
            plain = name
            if preset_of(name) is not None:
                plain = name[: name.index("@preset/")]
            elif variant_of(name) is not None:
                plain = name[: name.index(":")]
            if plain not in models:
                raise ValueError("There is no model called " + name)
            return models[plain]
        return models[name]
