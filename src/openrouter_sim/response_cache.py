"""The service's own cache of replies: asked for by header, keyed by all that was sent.

    X-OpenRouter-Cache: true          the reply may be kept, and may be a kept one
    X-OpenRouter-Cache-TTL: 300       for so many seconds, 1 to 86400
    X-OpenRouter-Cache-Clear: true    what is kept is forgotten first

A reply says HIT or MISS in `X-OpenRouter-Cache-Status`. A hit is free. Two requests are
the same if key and body are, and in a body the order counts. Only whole, good replies
are kept. A TTL outside of its bounds is brought back into them; whether the real
service does so is not known.

Source: https://openrouter.ai/docs/guides/features/response-caching (beta).
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from openrouter_sim.generation import Generation
from openrouter_sim.record import Received
from openrouter_sim.wire import dumps

PREFIX = "X-OpenRouter-Cache"
SHORTEST, USUAL, LONGEST = 1, 300, 86_400  # seconds
MAX_ENTRIES = 1_000


@dataclass(frozen=True)
class Kept:
    """A generation, since when it is kept and until when; seconds since 1970."""

    made: Generation
    since: float
    until: float


class ResponseCache:
    """The newest replies that were kept on request; safe from any thread."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, name: str, now: float) -> Kept | None:
        """What is kept under `name`, unless its time is over."""
        kept = self._kept.get(name)
        return kept if kept and now < kept.until else None

    def keep(self, name: str, kept: Kept) -> None:
        """Keeps it, and forgets the oldest beyond the limit."""
        with self._lock:
            self._kept[name] = kept
            self._kept.move_to_end(name)
            if len(self._kept) > MAX_ENTRIES:
                self._kept.popitem(last=False)

    def forget(self, name: str) -> None:
        """Drops what is kept under `name`."""
        with self._lock:
            self._kept.pop(name, None)

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._kept.clear()


def says_yes(headers: Mapping[str, str], name: str) -> bool:
    """Whether the header `name` is there and true."""
    return headers.get(name, "").strip().lower() == "true"


def key_of(headers: Mapping[str, str], received: Received) -> str | None:
    """Under which name the reply is kept; None if that was not asked for."""
    if not says_yes(headers, PREFIX):
        return None
    who = headers.get("authorization", "").encode()
    return hashlib.sha256(who + b"\n" + dumps(received.body)).hexdigest()


def find(
    cache: ResponseCache, headers: Mapping[str, str], received: Received, now: float
) -> Kept | None:
    """What may answer the request; None if nothing may, or a new reply is wanted."""
    name = key_of(headers, received)
    if name and says_yes(headers, f"{PREFIX}-Clear"):
        cache.forget(name)
    return cache.find(name, now) if name else None


def ttl_of(headers: Mapping[str, str]) -> int:
    """For how many seconds a reply is kept."""
    text = headers.get(f"{PREFIX}-TTL", "").strip()
    wanted = int(text) if text.isascii() and text.isdigit() else USUAL
    return max(SHORTEST, min(wanted, LONGEST))


def hit(kept: Kept, name: str) -> Generation:
    """The kept generation under a new id, at no cost."""
    return replace(kept.made, id=name, is_kept=True)


def hit_headers(kept: Kept, now: float) -> dict[str, str]:
    """What a reply from the cache says of itself."""
    return {
        f"{PREFIX}-Status": "HIT",
        f"{PREFIX}-Age": str(int(now - kept.since)),
        f"{PREFIX}-TTL": str(int(kept.until - now)),
        f"{PREFIX}-Source-Id": kept.made.id,
    }


def miss_headers(ttl: int) -> dict[str, str]:
    """What a reply says that was made now, and kept."""
    return {f"{PREFIX}-Status": "MISS", f"{PREFIX}-TTL": str(ttl)}
