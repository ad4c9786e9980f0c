"""
misconception = "map-replaces-defaults"
fails = [
    "test_the_defaults_stand_behind_a_map_from_the_caller",
    "test_an_unknown_name_is_refused_with_names_that_are_close",
    "test_an_alias_may_stand_for_another_alias",
    "test_an_unknown_name_at_the_end_of_a_chain_is_refused",
    "test_the_full_name_is_on_the_wire",
]
words = ['resolve_alias("quality"', "There is no alias 'quality'"]
state = "failing"
"""

import difflib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from openrouter_factory import BALANCED, FAST, QUALITY, create_openrouter_model
from pydantic_ai.models.openrouter import OpenRouterModel

DEFAULT_ALIASES: Mapping[str, str] = MappingProxyType(
    {"fast": FAST, "balanced": BALANCED, "quality": QUALITY}
)


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    """Return the full model name that `name` stands for.

    `aliases` is the map to use; whoever passes none gets `DEFAULT_ALIASES`.
    """
    known = {alias.strip().lower(): target for alias, target in aliases.items()}

    trail: list[str] = []
    current = name
    while "/" not in current:
        alias = current.strip().lower()
        if alias in trail:
            start = trail.index(alias)
            raise ValueError(f"Aliases in a circle: {trail[start:]}")
        trail.append(alias)
        if alias in known:
            current = known[alias]
            continue
        message = f"There is no alias {current!r}."
        close = difflib.get_close_matches(alias, list(known))
        if close:
            message += f" Did you mean {', '.join(close)}?"
        raise ValueError(message)
    return current


def create_aliased_model(
    name: str,
    api_key: str,
    *,
    aliases: Mapping[str, str] = DEFAULT_ALIASES,
    **factory_kwargs: Any,
) -> OpenRouterModel:
    """Create the model that `name` stands for; `factory_kwargs` go to the factory."""
    return create_openrouter_model(
        resolve_alias(name, aliases), api_key, **factory_kwargs
    )
