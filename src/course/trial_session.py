"""The session of pytest in which a learner's tests are tried.

    make_ready(folder)                      ahead, where that is possible
    with opened(file, plugin):              the tests of `file` are collected

To set one up takes longer than most tests: a process that will fork does it before, and
each fork has it ready. It is what `pytest.main` does, in two parts.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from _pytest.config import _prepareconfig

from course import bare_pytest

_ready: list[pytest.Session] = []


def make_ready(folder: Path) -> None:
    """Set up the session for the next file in `folder`, in this process or a fork."""
    if _ready and _ready[0].path != folder:
        _ready.pop().config._ensure_unconfigure()
    if not _ready:
        _ready.append(_new(folder))


@contextmanager
def opened(file: Path, plugin: object) -> Iterator[None]:
    """Have a session with `plugin`, and with the tests of `file`."""
    make_ready(file.parent)
    session = _ready.pop()
    config = session.config
    try:
        config.pluginmanager.register(plugin)
        config.args = [str(file)]
        config.hook.pytest_collection(session=session)
        yield
    finally:
        config.hook.pytest_sessionfinish(session=session, exitstatus=0)
        config._ensure_unconfigure()


def _new(folder: Path) -> pytest.Session:
    options = [*bare_pytest.FOR_A_LEARNERS_TESTS, "--capture=no", "-c", os.devnull]
    options += [f"--rootdir={folder}", f"--confcutdir={folder}", str(folder)]
    options.append("--disable-plugin-autoload")
    config = _prepareconfig(options, bare_pytest.PLUGINS)
    session = pytest.Session.from_config(config)
    config._do_configure()
    config.hook.pytest_sessionstart(session=session)
    return session
