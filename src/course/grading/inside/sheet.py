"""One module of tests under names that nobody knows, which differ from run to run."""

import hashlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from course.grading.inside.recipe import WRAPPER, Recipe, canary_recipe, recipe, renamed
from course.grading.order import Order
from course.grading.runs import CANARY, HIDDEN, TURNED


class Sheet:
    """A recipe, and the names that it goes by in this run."""

    def __init__(self, made: Recipe, prefix: str, seed: str) -> None:
        self.recipe, self.prefix = made, prefix
        self.is_turned = prefix.startswith(TURNED)
        aliases = {name: f"test_{_word(seed, prefix, name)}" for name in made.names}
        self._names = {alias: name for name, alias in aliases.items()}
        self._wrapper = f"_{_word(seed, prefix)}"
        self._code = renamed(made.code, {**aliases, WRAPPER: self._wrapper})

    def name_of(self, item: str) -> str:
        """How the parent knows a test that pytest calls `item`."""
        alias, bracket, parameters = item.partition("[")
        return f"{self.prefix}{self._names.get(alias, alias)}{bracket}{parameters}"

    def empty_module(self, path: Path, wrapper: Any) -> ModuleType:
        """A module for the tests, in which nothing but `wrapper` is there yet."""
        module = ModuleType(f"m{self._wrapper}")
        module.__file__ = str(path)
        vars(module)[self._wrapper] = wrapper
        sys.modules[module.__name__] = module
        return module

    def fill(self, module: ModuleType) -> None:
        """Run the lines of the test file in `module`."""
        exec(self._code, vars(module))


def _word(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def sheets_of(order: Order, *, canaries: bool = True) -> list[Sheet]:
    """What is to be run: tests, hidden tests, and the tests of the tests."""
    prefixes = [""] if order.turn is None else ["", TURNED]
    made = [
        Sheet(
            recipe(tests.source, tests.name),
            f"{prefix}{HIDDEN * tests.hidden}",
            order.seed,
        )
        for tests in order.tests
        for prefix in prefixes
    ]
    tests_of_tests = [Sheet(canary_recipe(), CANARY, order.seed)]
    return made + tests_of_tests * canaries
