"""What a worker does before a check, so that the check itself need not wait for it.

    a rehearsal  one small test is run: pytest, its plugins and the libraries that
                 every exercise uses are imported, those too that come only late
    for a file   what the tests, or our solution, import is imported, and the asserts
                 of the tests are rewritten; a session of pytest for a trial is set up

None of it knows a learner's file, and none of it changes what a test sees.
"""

import ast
import gc
import importlib
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from functools import cache
from importlib.util import source_hash
from pathlib import Path
from types import CodeType

import pytest
from _pytest.assertion import rewrite

from course import bare_pytest, trial_session

REHEARSAL = Path(__file__).with_name("rehearsal.py")


def rehearse() -> None:
    """Run a few small tests in this process."""
    _remember_what_is_rewritten()
    alone = ["-c", os.devnull, f"--rootdir={REHEARSAL.parent}", str(REHEARSAL)]
    pytest.main([*bare_pytest.OPTIONS, *alone], plugins=bare_pytest.PLUGINS)


def for_files(files: Iterable[Path], folder: Path) -> None:
    """Import what `files` import; rewrite asserts of tests that will be in `folder`."""
    for file in files:
        with suppress(OSError, ValueError, SyntaxError, pytest.UsageError):
            source = file.read_bytes()
            modules = import_for(source)
            if file.name.startswith("test_"):
                _rewritten(source, str(folder / file.name))
            if "course.trial" in modules:
                trial_session.make_ready(folder)


@cache
def import_for(source: bytes) -> Collection[str]:
    """Import what stands at the top of `source`, where it can be found; name it."""
    modules = dict.fromkeys(_imported(ast.parse(source)))
    for module in modules:
        with suppress(Exception):  # the check itself tells, if it matters
            importlib.import_module(module)
    return modules


def leave_to_the_fork() -> None:
    """Let what is there be: a fork that counts or collects it would copy it first."""
    gc.collect()
    gc.freeze()


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _remember_what_is_rewritten() -> None:
    """Rewrite the asserts of one text only once, in this process and its forks."""

    def rewrite_test(fn: Path, config: pytest.Config) -> tuple[bytes, CodeType]:
        source = fn.read_bytes()
        return source_hash(source), _rewritten(source, str(fn))

    rewrite._rewrite_test = rewrite_test


@cache
def _rewritten(source: bytes, file: str) -> CodeType:
    tree = ast.parse(source, file)
    rewrite.rewrite_asserts(tree, source, file)
    return compile(tree, file, "exec", dont_inherit=True)
