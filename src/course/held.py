"""A session of pytest that is held before it collects its tests.

To set a session up, with all its plugins, takes longer than many tests. Here it is done
ahead: each order to run goes on from there in a fork, and the session waits for the
next order, until one comes that needs another session.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from course import bare_pytest, prepare
from course.reporter import Reporter, tell
from course.spare import Order, Spare


class Held:
    """A pytest plugin: one session, and the orders that it can obey."""

    def __init__(self, channel: TextIO, orders: Iterator[Order], *, once: bool) -> None:
        """`once` is to run in this process, the first time that there is an order."""
        self._channel, self._orders, self._once = channel, orders, once
        self._made_for: Order = {}
        self._runs = False
        self._following: Order | None = None

    def until_another(self, order: Order) -> Order | None:
        """Make the session that `order` asks for; give the first order for another.

        None if there are no more. In the process that ran the tests it does not return.
        """
        self._made_for, self._following = order, None
        folder = order["folder"]
        options = ["-c", os.devnull, f"--rootdir={folder}"]
        options += [f"--confcutdir={folder}", *order["options"].split(), folder]
        try:
            pytest.main(
                [*bare_pytest.OPTIONS, *options],
                plugins=[*bare_pytest.PLUGINS, self],
            )
            if self._runs:
                tell(self._channel, "finished")
        except (OSError, ValueError) as error:  # pytest could not go on
            closed = isinstance(error, OSError) or "closed file" in str(error)
            if not (self._runs and closed):
                raise
            tell(self._channel, "stopped", by="closed `sys.stdout` or `sys.stderr`")
        finally:
            if self._runs:
                os._exit(0)
        return self._following

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> bool | None:
        """Wait here. To go on, give None; else there is nothing to collect."""
        self._prepare()
        for order in self._orders if self._once else self._orders_and_forks():
            if "run" in order:
                self._begin(session, order["run"])
                return None
            if order != self._made_for:
                self._following = order
                break
            self._prepare()  # the files may have changed: for the forks to come
        return True

    def _prepare(self) -> None:
        files, folder = self._made_for["files"], self._made_for["folder"]
        prepare.for_files(map(Path, files), Path(folder))

    def _orders_and_forks(self) -> Iterator[Order]:
        """The orders; one to run comes out only in the fork that is to obey it."""
        spare = _spare()
        try:
            while spare.order is None and (order := next(self._orders, None)):
                if "run" not in order:
                    yield order
                    continue
                spare.obey(order)
                tell(self._channel, "ended")
                spare = _spare()
            if spare.order is not None:
                yield spare.order
        finally:
            if spare.order is None:
                spare.end()

    def _begin(self, session: pytest.Session, limit: float) -> None:
        """Be as a process that was started for this folder alone."""
        self._runs = True
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.chdir(Path(self._made_for["folder"]))
        session.config.pluginmanager.register(Reporter(self._channel, limit))
        tell(self._channel, "begun", process=os.getpid())


def _spare() -> Spare:
    prepare.leave_to_the_fork()
    return Spare(prepare.rehearse)
