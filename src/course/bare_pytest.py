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
FOR_A_LEARNERS_TESTS = (
    *("--import-mode=importlib", "--noconftest", "--capture=sys", "-oanyio_mode=auto"),
    *(f"-pno:{name}" for name in _WITHOUT),
)
"""They may ask for `caplog`, and be written as those of `unittest`."""
OPTIONS = (*FOR_A_LEARNERS_TESTS, "-pno:logging", "-pno:unittest")
