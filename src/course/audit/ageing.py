"""Finds what ages in a text: model names, prices, context lengths, addresses.

Known names and lengths are read from the factory's own dated table, as a file: the
course may not import the factory. `example` and `provider` stand for any provider,
and addresses that end in .example or .invalid belong to nobody.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

_NAME = re.compile(r"(?<![\w./@-])([a-z][a-z0-9-]*)/([a-z0-9][\w.:-]*)(?![\w/])")
_PRICE = re.compile(r"(?:\$|€|\bUSD|\bEUR)\s?\d[\d.,]*|\b\d[\d.,]*\s?(?:USD|EUR|€)")
_CONTEXT = re.compile(
    r"\bcontext (?:window|length|size)?\s*(?:of|is|=|:)?\s*(\d[\d,._]*\s?[kKM]?)\b"
    r"|\b(\d[\d,._]*\s?[kKM]?)[ -]tokens?(?: of)? context",
)
_URL = re.compile(r"https?://[^\s\"'`)>\]]+|\bopenrouter\.ai\b\S*")
_NOBODYS = re.compile(
    r"https?://(?:127\.0\.0\.1|localhost|[\w.-]+\.(?:example|invalid)|"
    r"(?:[\w-]+\.)*example\.(?:com|org|net))(?:[:/]|$)"
)
_PLACEHOLDERS = {"provider", "example", "author", "api"}
_FOLDERS = {"exercises", "lessons", "solutions", "src", "tests"}
_ROUND = 1_000_000  # "per million tokens" is a unit


@cache
def _models(root: Path) -> tuple[dict[str, Any], ...]:
    file = root / "src" / "openrouter_factory" / "models.json"
    if not file.exists():
        return ()
    return tuple(json.loads(file.read_text("utf-8"))["models"])


def ageing(text: str, root: Path) -> Iterator[tuple[str, str]]:
    """What kind, and which words, for each thing in `text` that ages."""
    for match in _NAME.finditer(text):
        if _is_model(match, root):
            yield "a model name", match[0]
    for word in sorted(_slugs(root) & set(re.findall(r"[a-z0-9][a-z0-9.-]*\w", text))):
        yield "a model name", word
    for match in _PRICE.finditer(text):
        yield "a price", match[0]
    for match in _CONTEXT.finditer(text):
        yield "a context length", (match[1] or match[2]).strip()
    for word in re.findall(r"\b\d[\d,_]{4,}\b", text):
        if int(re.sub(r"\D", "", word)) in _lengths(root):
            yield "a context length", word
    for match in _URL.finditer(text):
        if not _NOBODYS.match(match[0]):
            yield "an address", match[0]


def _is_model(match: "re.Match[str]", root: Path) -> bool:
    """By the grammar: a known provider, or a version number after the slash."""
    provider, name = match[1], match[2]
    if provider in _PLACEHOLDERS | _FOLDERS:
        return False
    known = {model["name"].partition("/")[0] for model in _models(root)}
    return provider in known or bool(re.search(r"\d", name))


def _slugs(root: Path) -> set[str]:
    """Names without their provider that cannot be ordinary words."""
    names = (model["name"].partition("/")[2] for model in _models(root))
    slugs = (name.partition(":")[0] for name in names)
    return {slug for slug in slugs if "-" in slug and re.search(r"\d", slug)}


def _lengths(root: Path) -> set[int]:
    return {model["context_length"] for model in _models(root)} - {_ROUND}
