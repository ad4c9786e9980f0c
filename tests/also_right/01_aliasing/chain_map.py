"""Merges no map: asks one after the other by spelling, and logs each hop."""

import logging
from collections import ChainMap
from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from pydantic_ai.models.openrouter import OpenRouterModel

from openrouter_factory import BALANCED, FAST, QUALITY, create_openrouter_model

_log = logging.getLogger(__name__)

# The dict behind the proxy has no name, so nobody can reach it.
DEFAULT_ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "fast": FAST,
        "balanced": BALANCED,
        "quality": QUALITY,
    }
)


def _spellings(aliases: Mapping[str, str]) -> dict[str, str]:
    """What an alias is compared by -> how its map spells it."""
    return {alias.strip().lower(): alias for alias in aliases}


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    """Return the full model name that `name` stands for."""
    # Spellings only: the targets are read from the maps themselves.
    theirs, ours = _spellings(aliases), _spellings(DEFAULT_ALIASES)
    spellings = ChainMap(theirs, ours)

    hops: dict[str, None] = {}  # a set that keeps its order
    target = name
    while "/" not in target:
        wanted = target.strip().lower()
        if wanted in hops:
            walked = list(hops)
            circle = walked[walked.index(wanted) :]
            _log.warning("%r goes in a circle", name)
            raise ValueError(
                f"Alias {name.strip()!r} can't be resolved, these stand for each "
                f"other: {', '.join(circle)}."
            )
        hops[wanted] = None

        if wanted in theirs:
            found = aliases[theirs[wanted]]
        elif wanted in ours:
            found = DEFAULT_ALIASES[ours[wanted]]
        else:
            close = get_close_matches(wanted, spellings.keys(), cutoff=0.5)
            _log.warning("%r is not an alias", target)
            raise ValueError(
                f"{target!r} is neither a full name nor an alias. "
                f"Close to it: {[spellings[alias] for alias in close]}."
            )
        _log.info("alias %r stands for %r", target, found)
        target = found
    return target


def create_aliased_model(
    name: str,
    api_key: str,
    *,
    aliases: Mapping[str, str] = DEFAULT_ALIASES,
    **factory_kwargs: Any,
) -> OpenRouterModel:
    """Create the model that `name` stands for."""
    full_name = resolve_alias(name, aliases)
    _log.info("creating %s for %r", full_name, name)
    return create_openrouter_model(full_name, api_key, **factory_kwargs)
