"""A generator of hops; the tortoise and the hare find the circle."""

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import partial
from itertools import chain, islice, takewhile
from types import MappingProxyType
from typing import Any, NoReturn

from pydantic_ai.models.openrouter import OpenRouterModel

from openrouter_factory import BALANCED, FAST, QUALITY, create_openrouter_model

DEFAULT_ALIASES: Mapping[str, str] = MappingProxyType(
    {"fast": FAST, "balanced": BALANCED, "quality": QUALITY}
)

Step = Callable[[str], str | None]


def resolve_alias(name: str, aliases: Mapping[str, str] | None = None) -> str:
    """Return the full model name that `name` stands for."""
    table = {
        canonical(alias): canonical(target)
        for alias, target in chain(DEFAULT_ALIASES.items(), (aliases or {}).items())
    }
    start = canonical(name)
    reject_circle(start, table.get)
    *_, end = walk(start, table.get)
    return end if is_full(end) else reject_unknown(name, end, table)


def is_full(name: str) -> bool:
    return "/" in name


def canonical(name: str) -> str:
    return name if is_full(name) else name.strip().lower()


def walk(start: str, step: Step) -> Iterator[str]:
    """Yield `start` and each name that follows, for ever if they go round."""
    current: str | None = start
    while current is not None:
        yield current
        current = step(current)


def reject_circle(start: str, step: Step) -> None:
    """The hare takes two hops for one of the tortoise: if they meet, it is round."""
    tortoise = walk(start, step)
    hare = islice(walk(start, step), 0, None, 2)
    next(tortoise), next(hare)
    meeting = next(
        (slow for slow, fast in zip(tortoise, hare, strict=False) if slow == fast), None
    )
    if meeting is not None:
        rest = islice(walk(meeting, step), 1, None)
        circle = [meeting, *takewhile(lambda hop: hop != meeting, rest)]
        raise ValueError("Alias loop! " + " => ".join([*circle, "..."]))


def reject_unknown(asked: str, end: str, table: Mapping[str, str]) -> NoReturn:
    similar = " / ".join(get_close_matches(end, table)) or "nothing similar"
    raise ValueError(f"cannot resolve {asked!r}: no such model alias (try: {similar})")


def create_aliased_model(
    name: str,
    api_key: str,
    *,
    aliases: Mapping[str, str] | None = None,
    **factory_kwargs: Any,
) -> OpenRouterModel:
    """Create the model that `name` stands for."""
    create = partial(create_openrouter_model, api_key=api_key, **factory_kwargs)
    return create(resolve_alias(name, aliases))
