"""Pytest as every check runs it: with what an exercise needs, and nothing else.

The plugins are handed over as modules: to look each up by its name takes longer than
most tests.
"""

import anyio.pytest_plugin
import pytest_httpx2
import respx.plugin

import course.pytest_plugin

PLUGINS = (anyio.pytest_plugin, respx.plugin, pytest_httpx2, course.pytest_plugin)

_WITHOUT = (
    *("cacheprovider", "doctest", "faulthandler", "junitxml"),
    *("legacypath", "pastebin", "setuponly", "setupplan", "stepwise", "terminal"),
    *("threadexception", "unraisableexception", "warnings"),
)
WITH_LOGS = (
    *("--import-mode=importlib", "--noconftest", "--capture=sys", "-oanyio_mode=auto"),
    *(f"-pno:{name}" for name in _WITHOUT),
)
"""For tests that a learner has written: they may ask for `caplog`."""
OPTIONS = (*WITH_LOGS, "-pno:logging")
