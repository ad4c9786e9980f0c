"""
misconception = "any-error-will-do"
fails = [
    "test_an_unknown_name_is_refused_with_names_that_are_close",
    "test_whatever_is_no_alias_is_refused",
    "test_one_call_leaves_nothing_behind_for_the_next",
    "test_an_unknown_name_at_the_end_of_a_chain_is_refused",
    "test_a_long_way_leaves_nothing_behind_either",
    "test_an_unknown_alias_builds_no_model",
]
words = ["KeyError: 'balancd'"]
state = "failing"
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from openrouter_factory import BALANCED, FAST, QUALITY, create_openrouter_model
from pydantic_ai.models.openrouter import OpenRouterModel

DEFAULT_ALIASES: Mapping[str, str] = MappingProxyType(
    dict(fast=FAST, balanced=BALANCED, quality=QUALITY)
)


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    """Return the full model name that `name` stands for.

    An unknown name is an error: the dict sees to that.
    """
    known = {}
    for mapping in (DEFAULT_ALIASES, aliases):
        for key in mapping:
            known[key.strip().lower()] = mapping[key]

    steps = []
    while "/" not in name:
        key = name.strip().lower()
        if key in steps:
            raise ValueError(f"circle of aliases: {' > '.join(steps)} > {key}")
        steps.append(key)
        name = known[key]
    return name


def create_aliased_model(
    name: str,
    api_key: str,
    *,
    aliases: Mapping[str, str] = DEFAULT_ALIASES,
    **factory_kwargs: Any,
) -> OpenRouterModel:
    """Create the model that `name` stands for."""
    return create_openrouter_model(
        resolve_alias(name, aliases), api_key, **factory_kwargs
    )
