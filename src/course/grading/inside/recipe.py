"""Prepares a test file for many runs: read, its checks wrapped, compiled; once."""

import ast
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import CodeType
from typing import Any

from _pytest.assertion import rewrite

from course.grading.inside.checks import names_of, wrap_checks

WRAPPER = "__check__"
Wrapper = Callable[[int, Any], Any]
"""Is given the number of a check and a value, and gives the value back, or another."""


@dataclass(frozen=True)
class Recipe:
    """A test file, ready to be run under other names."""

    code: CodeType
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    """Of each check: a value that is compared with, a condition, or the end."""


@cache
def recipe(source: str, name: str) -> Recipe:
    """Compile the tests in `source`."""
    tree = ast.parse(source, name)
    kinds = wrap_checks(tree, WRAPPER)
    rewrite.rewrite_asserts(tree, source.encode(), name)
    with warnings.catch_warnings(action="ignore", category=SyntaxWarning):
        code = compile(tree, name, "exec", dont_inherit=True)  # it calls a text
    return Recipe(code, tuple(names_of(tree)), tuple(kinds))


@cache
def canary_source() -> str:
    """The text of the tests of the tests."""
    return (files("course.grading.inside") / "canary_tests.py").read_text("utf-8")


def canary_recipe() -> Recipe:
    """The tests of the tests."""
    return recipe(canary_source(), "canary_tests.py")


def renamed(code: CodeType, names: dict[str, str], wrapper: Wrapper) -> CodeType:
    """`code` with other names for what it defines, and with `wrapper` called."""
    inner = tuple(
        _renamed_function(part, names, wrapper)
        if isinstance(part, CodeType)
        else wrapper
        if part == WRAPPER
        else part
        for part in code.co_consts
    )
    return code.replace(
        co_consts=inner,
        co_names=tuple(names.get(name, name) for name in code.co_names),
    )


def functions(
    code: CodeType, names: dict[str, str], wrapper: Wrapper
) -> Iterator[tuple[str, CodeType]]:
    """The functions in `names`, each with its code as `renamed` makes it."""
    for part in code.co_consts:
        if isinstance(part, CodeType) and part.co_name in names:
            yield part.co_name, _renamed_function(part, names, wrapper)


def _renamed_function(
    code: CodeType, names: dict[str, str], wrapper: Wrapper
) -> CodeType:
    first, dot, rest = code.co_qualname.partition(".")
    return renamed(code, names, wrapper).replace(
        co_name=names.get(code.co_name, code.co_name),
        co_qualname=names.get(first, first) + dot + rest,
    )
