"""Keeps respx's patches of httpx2 in place from one test to the next.

Each mock sets them when it begins, and takes them away at its end, which takes as long
as a small test. They stay while somebody listens: who does so here answers nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest_httpx2  # noqa: F401  it tells respx of httpx2
import respx
from respx.mocks import Mocker
from respx.models import AllMockedAssertionError, PassThrough


@contextmanager
def patches_kept() -> Iterator[None]:
    """What no mock is there for goes, meanwhile, where it would have gone."""
    mocker = Mocker.registry["httpcore2"]
    listener = _Listener(mocker)
    mocker.register(listener)
    mocker.start()
    try:
        yield
    finally:
        mocker.unregister(listener)
        mocker.stop()


class _Listener(respx.Router):
    """Leaves each request to the mocks of a test, else to the network."""

    def __init__(self, mocker: type[Mocker]) -> None:
        super().__init__()
        self._mocker = mocker

    def handler(self, request: Any) -> NoReturn:
        if len(self._mocker.routers) > 1:
            raise AllMockedAssertionError(f"RESPX: {request!r} not mocked!")
        raise PassThrough("nobody mocks it", request=request, origin=self.route())

    async def async_handler(self, request: Any) -> NoReturn:
        self.handler(request)
