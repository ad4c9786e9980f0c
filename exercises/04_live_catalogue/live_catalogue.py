"""What OpenRouter offers right now: its list of models, kept for a while.

The factory's `get_model_info()` reads a table that ages. This asks the service, and
falls back on what is known if the service is down.
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
        # TODO task 1: keep what you need. Nothing is asked yet.

    async def models(self) -> dict[str, ModelInfo]:
        """Return every model by its name: fresh, else stale, else the static table."""
        # TODO tasks 1 and 2: ask, read the rows, follow the pages.
        # TODO task 4: ask only if the list is old, and once for all who wait.
        # TODO task 5: what if the service does not answer?
        raise NotImplementedError("Ask GET {base_url}/models, and read the rows.")

    async def get_model_info(self, name: str) -> ModelInfo:
        """Return what is known of `name`, or of the model before its suffix.

        Raises `ValueError` that names `name` if the list has neither.
        """
        # TODO task 3: look `name` up in the list.
        raise NotImplementedError("Look `name` up in what `models()` gives.")
