"""
misconception = "service-knows-my-aliases"
fails = [
    "test_the_full_name_is_on_the_wire",
    "test_what_else_the_caller_asked_for_reaches_the_factory",
]
words = ['create_aliased_model("Mine"', "`Mine` is not"]
state = "failing"
"""

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from openrouter_factory import BALANCED, FAST, QUALITY, create_openrouter_model
from pydantic_ai.models.openrouter import OpenRouterModel

DEFAULT_ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "fast": FAST,
        "balanced": BALANCED,
        "quality": QUALITY,
    }
)


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    known = {}
    for d in DEFAULT_ALIASES, aliases:
        known.update((k.strip().lower(), v) for k, v in d.items())

    done = []
    while "/" not in name:
        n = name.strip().lower()
        if n in done:
            raise ValueError("endless: " + ", ".join(done))
        done.append(n)
        if n not in known:
            s = get_close_matches(n, known)
            raise ValueError(
                f"{name!r} not found" + (f", try {s}" if s else f" in {list(known)}")
            )
        name = known[n]
    return name


def create_aliased_model(
    name: str,
    api_key: str,
    *,
    aliases: Mapping[str, str] = DEFAULT_ALIASES,
    **factory_kwargs: Any,
) -> OpenRouterModel:
    resolve_alias(name, aliases)  # raises if the alias is unknown
    return create_openrouter_model(name, api_key, **factory_kwargs)
