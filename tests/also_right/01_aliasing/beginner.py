"""A careful beginner's: long, loops and ifs, a dict of its own behind the proxy."""

# A beginner's style is what this answer is here for.
# ruff: noqa: C901, RET504, RET505

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from pydantic_ai.models.openrouter import OpenRouterModel

from openrouter_factory import BALANCED, FAST, QUALITY, create_openrouter_model

# the real dict, only for this file
_my_aliases = {
    "fast": FAST,
    "balanced": BALANCED,
    "quality": QUALITY,
}

# the read-only view that everybody else gets
DEFAULT_ALIASES: Mapping[str, str] = MappingProxyType(_my_aliases)


def resolve_alias(name: str, aliases: Mapping[str, str] = DEFAULT_ALIASES) -> str:
    """Return the full model name that `name` stands for.

    `aliases` is asked first, then `DEFAULT_ALIASES`; neither is changed. Capitals and
    the space around an alias do not matter. A name with a `/` is a full name and comes
    back unchanged. An alias may stand for another alias.

    Raises `ValueError` for an unknown name, with the known ones that are close, and
    for aliases that go in a circle, with the circle.
    """
    # a full name: nothing to do
    if "/" in name:
        return name

    # step 1: make one new dict where all the keys are small letters.
    # The default ones go in first so the caller's can overwrite them.
    known = {}
    for key in _my_aliases:
        value = _my_aliases[key]
        clean_key = key.strip().lower()
        known[clean_key] = value
    for key in aliases:
        value = aliases[key]
        clean_key = key.strip().lower()
        known[clean_key] = value

    # step 2: look up again and again
    visited = []
    current = name.strip().lower()
    while True:
        # was I here before?
        if current in visited:
            circle_text = ""
            inside = False
            for old in visited:
                if old == current:
                    inside = True
                if inside:
                    circle_text = circle_text + "'" + old + "' --> "
            circle_text = circle_text + "'" + current + "'"
            raise ValueError("Error: the aliases form a circle! " + circle_text)
        visited.append(current)

        # is it known?
        if current not in known:
            all_known = list(known.keys())
            close = get_close_matches(current, all_known)
            message = "Error: '" + current + "' is not a known alias."
            if len(close) > 0:
                message = message + " Did you mean one of these:"
                for c in close:
                    message = message + " '" + c + "'"
            else:
                message = message + " The known aliases are:"
                for k in all_known:
                    message = message + " '" + k + "'"
            raise ValueError(message)

        # it is known, so get what it stands for
        value = known[current]
        if "/" in value:
            # finished
            return value
        else:
            # another alias, go on with that
            current = value.strip().lower()


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
    # 1. it forgot the alias
    full_name = resolve_alias(name, aliases)
    # 2. it forgot the other arguments
    model = create_openrouter_model(full_name, api_key, **factory_kwargs)
    return model
