"""Friendly names for models: your code says `fast`, the wire says the full name.

When a better model comes out, you change one line of a map and no line of code.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from pydantic_ai.models.openrouter import OpenRouterModel

from openrouter_factory import BALANCED, FAST, QUALITY, create_openrouter_model

#: starter
#| # TODO task 1. Every caller shares this map, and any caller can change it. Mend it.
#| DEFAULT_ALIASES: Mapping[str, str] = {
#|     "fast": FAST,
#|     "balanced": BALANCED,
#|     "quality": QUALITY,
#| }
#: solution
DEFAULT_ALIASES: Mapping[str, str] = MappingProxyType(
    {"fast": FAST, "balanced": BALANCED, "quality": QUALITY}
)
#: end


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    """Return the full model name that `name` stands for.

    `aliases` is asked first, then `DEFAULT_ALIASES`; neither is changed. Capitals and
    the space around an alias do not matter. A name with a `/` is a full name and comes
    back unchanged. An alias may stand for another alias.

    Raises `ValueError` for an unknown name, with the known ones that are close, and
    for aliases that go in a circle, with the circle.
    """
    #: starter
    #| # TODO task 2. This line has two faults. If both maps know an alias, who wins?
    #| # And does it find `Fast`, if the map says `fast` (or the other way round)?
    #| known = {**aliases, **DEFAULT_ALIASES}
    #|
    #| # TODO task 2: look `name` up. TODO task 3: go on until it is a full name.
    #| raise NotImplementedError("Look `name` up in `known`.")
    #: solution
    both = {**DEFAULT_ALIASES, **aliases}
    known = {_tidy(alias): target for alias, target in both.items()}
    path: list[str] = []
    while "/" not in name:
        alias = _tidy(name)
        if alias in path:
            circle = " -> ".join([*path[path.index(alias) :], alias])
            raise ValueError(f"These aliases go in a circle: {circle}.")
        if alias not in known:
            raise ValueError(_unknown(name, known))
        path.append(alias)
        name = known[alias]
    return name
    #: end


#: starter
#: solution
def _tidy(alias: str) -> str:
    return alias.strip().casefold()


def _unknown(name: str, known: Mapping[str, str]) -> str:
    close = get_close_matches(_tidy(name), known)
    return f"`{name}` is no alias and no `provider/model` name. Close to it: {close}."


#: end
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
    #: starter
    #| # TODO task 4. This line forgets two things that the caller asked for.
    #| return create_openrouter_model(name, api_key)
    #: solution
    full_name = resolve_alias(name, aliases)
    return create_openrouter_model(full_name, api_key, **factory_kwargs)
    #: end
