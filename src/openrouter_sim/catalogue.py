"""The models that can be asked, from `models.json`: what they are, cost and are called.

The file is dated and written by hand in the shape of GET /models. Nothing here knows
about requests: it answers "which row is meant by this name" and "who serves it".
"""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

Row = dict[str, Any]

# Suffixes that work on every model without being listed.
ROUTING_SUFFIXES = ("nitro", "floor", "exacto", "online")


@dataclass(frozen=True)
class Catalogue:
    """The rows of GET /models by name, and which provider serves each of them."""

    date: str
    rows: dict[str, Row]
    slugs: dict[str, Row]
    routers: dict[str, str]
    providers: dict[str, str]
    served: dict[str, list[Row]]

    @property
    def epoch(self) -> int:
        """The catalogue's date in seconds since 1970: the clock that stands still."""
        day = datetime.fromisoformat(self.date).replace(tzinfo=UTC)
        return int(day.timestamp())

    def find(self, name: str) -> Row | None:
        """The row of `name`: an id, a canonical slug, or an id with a suffix."""
        name = name.split("@preset/")[0]
        if row := self.rows.get(name) or self.slugs.get(name):
            return row
        base, _, suffix = name.partition(":")
        return self.rows.get(base) if suffix in ROUTING_SUFFIXES else None

    def need(self, name: str) -> Row:
        """The row that answers to `name`. Raises `ValueError` for none."""
        row = self.find(name)
        if row is None:
            raise ValueError(
                f"`{name}` is no model of the simulator: "
                "GET /models lists those that it has."
            )
        return self.target(row)

    def without(self, gone: Row) -> "Catalogue":
        """The catalogue without the row `gone`, its variants and what leads to it."""

        def stays(row: Row) -> bool:
            name = str(self.target(row)["id"])
            return gone["id"] not in (name, name.partition(":")[0])

        return replace(
            self,
            rows={name: row for name, row in self.rows.items() if stays(row)},
            slugs={name: row for name, row in self.slugs.items() if stays(row)},
        )

    def described(self, name: str) -> Row | None:
        """The row whose page `name` is, the slug of a variant included."""
        slugs = (row for row in self.rows.values() if row["canonical_slug"] == name)
        return self.find(name) or next(slugs, None)

    def target(self, row: Row) -> Row:
        """The model that answers for `row`: itself, unless it is a router or alias."""
        alias = row.get("alias_target") or {}
        name = alias.get("slug") or self.routers.get(row["id"]) or row["id"]
        return self.rows[name]

    def endpoints(self, row: Row) -> list[Row]:
        """Who serves `row`, the default first: one entry for each provider."""
        return self.served.get(row["id"]) or [self._only_endpoint(row)]

    def _only_endpoint(self, row: Row) -> Row:
        author = row["id"].lstrip("~").split("/")[0]
        provider = self.providers.get(author, "OpenAI")
        return {
            "provider_name": provider,
            "tag": provider.lower().replace(" ", "-"),
            "quantization": "unknown",
            "context_length": row["context_length"],
            "max_completion_tokens": row["top_provider"]["max_completion_tokens"],
            "pricing": row["pricing"],
        }


@lru_cache(maxsize=1)
def load() -> Catalogue:
    """The catalogue in `models.json`, read once."""
    raw = json.loads(files(__package__).joinpath("models.json").read_text("utf-8"))
    rows = {row["id"]: row for row in raw["data"]}
    slugs = {row["canonical_slug"]: row for row in raw["data"] if ":" not in row["id"]}
    return Catalogue(
        date=raw["date"],
        rows=rows,
        slugs=slugs,
        routers=raw["routers"],
        providers=raw["providers"],
        served=raw["endpoints"],
    )
