"""Tells whether a task holds a lock of asyncio's, for the tests of exercises.

Counts `asyncio.Lock`, also the one inside a `Condition`, and a `Semaphore` of one
place. Made before the locks that it is to see; knows nothing of other libraries.
"""

import asyncio
from functools import wraps
from typing import Any

import pytest


class HeldLocks:
    """Watches every lock, until `patch` is undone."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._holders: dict[int, asyncio.Task[Any] | None] = {}
        self._single: set[int] = set()
        self._watch_init(patch)
        for kind in (asyncio.Lock, asyncio.Semaphore):
            self._watch(patch, kind)

    def mine(self) -> bool:
        """Whether the running task holds one."""
        return asyncio.current_task() in self._holders.values()

    def _watch_init(self, patch: pytest.MonkeyPatch) -> None:
        original = asyncio.Semaphore.__init__

        @wraps(original)
        def init(semaphore: asyncio.Semaphore, value: int = 1) -> None:
            original(semaphore, value)
            if value == 1:
                self._single.add(id(semaphore))

        patch.setattr(asyncio.Semaphore, "__init__", init)

    def _watch(self, patch: pytest.MonkeyPatch, kind: Any) -> None:
        acquire, release = kind.acquire, kind.release

        @wraps(acquire)
        async def watched_acquire(lock: Any) -> Any:
            got = await acquire(lock)
            if kind is asyncio.Lock or id(lock) in self._single:
                self._holders[id(lock)] = asyncio.current_task()
            return got

        @wraps(release)
        def watched_release(lock: Any) -> None:
            self._holders.pop(id(lock), None)
            release(lock)

        patch.setattr(kind, "acquire", watched_acquire)
        patch.setattr(kind, "release", watched_release)
