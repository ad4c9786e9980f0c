"""What is known about models without asking the service: a static, dated table.

The table is `models.json` beside this module. Prices are in USD per million tokens,
as `Decimal`: the service gives USD per single token, and floats would round them.
A price can move sevenfold in three months, so each row carries its date, and the
exercise `live_catalogue` fetches today's.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from openrouter_factory.name_parts import base_name, shown, variant_of


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """One model: its limits, prices and capabilities. `info["name"]` works too."""

    name: str
    context_length: int | None
    """Tokens that fit into prompt and answer together; None if unknown."""
    input_price: Decimal | None
    """USD per million prompt tokens; 0 is free, None is unknown."""
    output_price: Decimal | None
    """USD per million answer tokens; 0 is free, None is unknown."""
    input_modalities: tuple[str, ...] = ("text",)
    output_modalities: tuple[str, ...] = ("text",)
    supports_tools: bool = False
    supports_structured_output: bool = False
    supports_reasoning: bool = False
    retired: bool = False
    stand_in: str | None = None
    """The model to use instead of a retired one."""
    as_of: date | None = None
    """The day on which all this was true."""

    def __getitem__(self, field: str) -> Any:
        """The value of `field`, as the guide reads it: `info["supports_tools"]`."""
        names = [f.name for f in fields(self)]
        if field not in names:
            raise KeyError(f"`{field}` is not known. Known are: {', '.join(names)}.")
        return getattr(self, field)


@cache
def _document() -> dict[str, Any]:
    text = files(__package__).joinpath("models.json").read_text("utf-8")
    document: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return document


_EXAMPLES: dict[str, str] = _document()["examples"]
FAST = _EXAMPLES["fast"]
"""A cheap, quick model: the name that lessons and exercises use for one."""
BALANCED = _EXAMPLES["balanced"]
"""A good model at a middling price."""
QUALITY = _EXAMPLES["quality"]
"""A strong, dear model."""


@cache
def _table() -> dict[str, ModelInfo]:
    return {row["name"]: _from_row(row) for row in _document()["models"]}


def _from_row(row: dict[str, Any]) -> ModelInfo:
    prices = {
        key: None if row[key] is None else Decimal(row[key])
        for key in ("input_price", "output_price")
    }
    lists = {key: tuple(row[key]) for key in row if key.endswith("_modalities")}
    as_of = date.fromisoformat(row.get("as_of", _document()["as_of"]))
    return ModelInfo(**row | prices | lists | {"as_of": as_of})


def table_date() -> date:
    """The day on which the table was last brought up to date; rows may be older."""
    return date.fromisoformat(_document()["as_of"])


def all_models() -> Iterator[ModelInfo]:
    """Every model in the table, the retired ones too."""
    return iter(_table().values())


def current_models() -> Iterator[ModelInfo]:
    """The models that can be called today."""
    return (info for info in all_models() if not info.retired)


def get_model_info(name: str) -> ModelInfo:
    """What is known of the model `name`, with or without a variant such as `:nitro`.

    Raises `ValueError` if the table knows neither `name` nor the model before its `:`.
    """
    if info := _table().get(name):
        return info
    if info := _table().get(base_name(name)):
        return _of_variant(info, name)
    close = " or ".join(f"`{meant}`" for meant in close_model_names(name))
    hint = f"Did you mean {close}?" if close else "`all_models()` lists what it knows."
    raise ValueError(f"{shown(name)} is not in the table of {table_date()}. {hint}")


def _of_variant(info: ModelInfo, name: str) -> ModelInfo:
    """`info` for a variant: `:free` costs nothing, the price of others is a guess."""
    if variant_of(name) != "free":
        return replace(info, name=name)
    return replace(info, name=name, input_price=Decimal(0), output_price=Decimal(0))


def close_model_names(name: str, limit: int = 2) -> list[str]:
    """Known names that `name` may stand for, the closest first: at most `limit`."""
    return list(_close_model_names(name.strip().lower(), limit))


@lru_cache
def _close_model_names(wanted: str, limit: int) -> tuple[str, ...]:
    known = {info.name: info.name for info in current_models()}
    known |= {full.partition("/")[2]: full for full in known}
    found = get_close_matches(wanted, known, n=limit * 2, cutoff=0.75)
    return tuple(dict.fromkeys(known[match] for match in found))[:limit]
