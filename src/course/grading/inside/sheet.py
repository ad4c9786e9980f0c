"""One module of tests under names that nobody knows, which differ from run to run."""

import hashlib
import random
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from course.grading.inside.recipe import (
    Recipe,
    Wrapper,
    canary_recipe,
    functions,
    recipe,
    renamed,
)
from course.grading.order import Order
from course.grading.runs import CANARY, HIDDEN, TURNED

MADE = "canaries"
"""What the tests of the tests are called before a fork gives them other names."""


class Sheet:
    """A recipe, and the names that it goes by in this run."""

    def __init__(
        self, made: Recipe, prefix: str, seed: str, copy: int | None = None
    ) -> None:
        """`copy`, 0 or 1, is one of two; for each test a toss says which is turned."""
        self.recipe, self.prefix = made, prefix
        self._seed, self._copy = seed, copy
        facts = (seed, prefix, str(copy))
        aliases = {name: f"test_{_word(*facts, name)}" for name in made.names}
        self._names = {alias: name for name, alias in aliases.items()}
        self.aliases, self.module = aliases, f"m_{_word(*facts)}"

    def name_of(self, item: str) -> str:
        """How the parent knows a test that pytest calls `item`."""
        alias, bracket, parameters = item.partition("[")
        plain = f"{self.prefix}{self._names.get(alias, alias)}{bracket}{parameters}"
        toss = int(_word(self._seed, plain), 16) % 2
        return f"{TURNED * (toss == self._copy)}{plain}"

    def function(self, alias: str) -> str:
        """How the parent knows the function of this name; empty if it is no test."""
        name = self._names.get(alias)
        return f"{self.prefix}{name}" if name else ""

    def empty_module(self, path: Path) -> ModuleType:
        """A module for the tests, in which nothing is there yet."""
        module = ModuleType(self.module)
        module.__file__ = str(path)
        sys.modules[module.__name__] = module
        return module

    def fill(self, module: ModuleType, wrapper: Wrapper) -> None:
        """Run the lines of the test file in `module`; its checks go by `wrapper`."""
        exec(renamed(self.recipe.code, self.aliases, wrapper), vars(module))


def sheet_of(item: Any) -> Sheet:
    """The sheet that a test of pytest's stands in."""
    found: Sheet = item.getparent(pytest.Module).sheet
    return found


class CanarySheet(Sheet):
    """The tests of the tests: run once as a module, in each fork under other names."""

    def __init__(self, seed: str) -> None:
        super().__init__(canary_recipe(), CANARY, seed)

    def empty_module(self, path: Path) -> ModuleType:
        """The module that was made before the fork, without its tests."""
        module = canaries()
        module.__name__, module.__file__ = self.module, str(path)
        sys.modules[self.module] = module
        return module

    def fill(self, module: ModuleType, wrapper: Wrapper) -> None:
        """Give everything in it a new name; what calls a test can see no other."""
        content = vars(module)
        for name, thing in [*content.items()]:
            if getattr(thing, "__module__", "") == MADE:
                alias = self.aliases.get(name) or f"n{_word(self._seed, name)}"
                thing.__name__ = thing.__qualname__ = alias
                thing.__module__ = self.module
        for name, code in functions(self.recipe.code, self.aliases, wrapper):
            test = content[self.aliases[name]] = content.pop(name)
            test.__code__ = code


@cache
def canaries() -> ModuleType:
    """The module of the tests of the tests; made before there is an answer."""
    module = ModuleType(MADE)
    code = renamed(canary_recipe().code, {}, lambda _, value: value)
    exec(code, vars(module))
    return module


def _word(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def sheets_of(order: Order, *, canaries: bool = True) -> list[Sheet]:
    """What is to be run: tests, hidden tests, and the tests of the tests.

    In an order of this run: nothing tells what is turned from what is as it was.
    """
    copies = [None] if order.turn is None else [0, 1]
    made = [
        Sheet(recipe(tests.source, tests.name), HIDDEN * tests.hidden, order.seed, copy)
        for tests in order.tests
        for copy in copies
    ]
    made += [CanarySheet(order.seed)] * canaries
    random.Random(f"{order.seed} sheets").shuffle(made)
    return made
