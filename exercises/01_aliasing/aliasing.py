"""Friendly names for models: your code says `fast`, the wire says the full name.

When a better model comes out, you change one line of a map and no line of code.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from pydantic_ai.models.openrouter import OpenRouterModel

from openrouter_factory import BALANCED, FAST, QUALITY, create_openrouter_model

# TODO task 1. Every caller shares this map, and any caller can change it. Mend it.
DEFAULT_ALIASES: Mapping[str, str] = {
    "fast": FAST,
    "balanced": BALANCED,
    "quality": QUALITY,
}


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    """Return the full model name that `name` stands for.

    `aliases` is asked first, then `DEFAULT_ALIASES`; neither is changed. Capitals and
    the space around an alias do not matter. A name with a `/` is a full name and comes
    back unchanged. An alias may stand for another alias.

    Raises `ValueError` for an unknown name, with the known ones that are close, and
    for aliases that go in a circle, with the circle.
    """
    # TODO task 2. This line has two faults. If both maps know an alias, who wins?
    # And does it find `Fast`, if the map says `fast` (or the other way round)?
    known = {**aliases, **DEFAULT_ALIASES}

    # TODO task 2: look `name` up. TODO task 3: go on until it is a full name.
    raise NotImplementedError("Look `name` up in `known`.")


def create_aliased_model(
    name: str,
    api_key: str,
    *,
    aliases: Mapping[str, str] = DEFAULT_ALIASES,
    **factory_kwargs: Any,
) -> OpenRouterModel:
    """Create the model that `name` stands for; `factory_kwargs` go to the factory.

    Raises `ValueError` as `resolve_alias` and `create_openrouter_model` do.
    """
    # TODO task 4. This line forgets two things that the caller asked for.
    return create_openrouter_model(name, api_key)
