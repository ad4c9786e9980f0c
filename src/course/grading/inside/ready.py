"""pytest, begun before any answer comes: a fork has only to collect, and to run.

To read the options, register the plugins and find their fixtures takes as long as a
dozen tests, and is the same for all answers.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from _pytest.config import _prepareconfig
from _pytest.fixtures import FuncFixtureInfo

from course import bare_pytest
from course.grading.inside import seal
from course.grading.inside.recipe import canary_recipe
from course.grading.inside.recorder import Recorder
from course.grading.inside.sheet import Sheet, canaries
from course.grading.runs import CANARY

OPTIONS = (*bare_pytest.OPTIONS, "--strict-markers", "-c", os.devnull)
Fill = Callable[[Sheet, Path], ModuleType]
"""Makes the module of a sheet, as if it stood in a file."""


class Ready:
    """One session of pytest: each fork has its own copy of it, and runs it once."""

    def __init__(self) -> None:
        tidy = surroundings()
        options = [*OPTIONS, f"--rootdir={Path.cwd()}", f"--confcutdir={Path.cwd()}"]
        config = _prepareconfig(options, [*bare_pytest.PLUGINS])
        config._do_configure()
        self._session = pytest.Session.from_config(config)
        config.hook.pytest_sessionstart(session=self._session)
        self._capture: Any = config.pluginmanager.getplugin("capturemanager")
        self._known: dict[str, FuncFixtureInfo] = {}
        self._know_the_canaries()
        self.recorder = Recorder()
        config.pluginmanager.register(self.recorder)
        self.plugins = seal.of_plugins(config.pluginmanager)
        self._capture.suspend_global_capture(in_=True)
        pytest.mark._config = None  # the one way from a module to all of pytest
        tidy()

    def _know_the_canaries(self) -> None:
        """Find out once which fixtures the tests of the tests need."""
        canaries()
        sheet = Sheet(canary_recipe(), CANARY, "rehearsal")
        for item in self._items([sheet], Path.cwd(), _filled_for_nothing):
            assert isinstance(item, pytest.Function)
            name = sheet.name_of(item.name).removeprefix(CANARY)
            self._known[name] = item._fixtureinfo
        del sys.modules[sheet.module]
        self._session._collection_cache.clear()

    def run(self, sheets: Sequence[Sheet], folder: Path) -> None:
        """Run the tests in `sheets`; the recorder has begun."""
        session, hook = self._session, self._session.config.hook
        pytest.mark._config = session.config
        self._capture.resume_global_capture()
        with suppress(BaseException):  # what did not come to its end was not told
            session.items = [*self._items(sheets, folder, self.recorder.filled)]
            hook.pytest_collection_modifyitems(
                session=session, config=session.config, items=session.items
            )
            session.testscollected = len(session.items)
            hook.pytest_collection_finish(session=session)
            hook.pytest_runtestloop(session=session)

    def _items(
        self, sheets: Iterable[Sheet], folder: Path, fill: Fill
    ) -> Iterator[pytest.Item]:
        for number, sheet in enumerate(sheets):
            path = folder / f"test_{number}.py"
            module = _SheetModule.from_parent(self._session, path=path)
            module.sheet, module.fill, module.known = sheet, fill, self._known
            yield from self._session.genitems(module)


class _SheetModule(pytest.Module):
    """A module of tests from memory: on the disk there is nothing."""

    sheet: Sheet
    fill: Fill
    known: dict[str, FuncFixtureInfo]

    def _getobj(self) -> ModuleType:
        return self.fill(self.sheet, self.path)

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Collect what is in it; of the tests of the tests all is known."""
        if self.sheet.prefix != CANARY or not self.known:
            return super().collect()
        return [
            pytest.Function.from_parent(self, name=alias, fixtureinfo=self.known[name])
            for name, alias in self.sheet.aliases.items()
        ]


def _filled_for_nothing(sheet: Sheet, path: Path) -> ModuleType:
    module = sheet.empty_module(path)
    sheet.fill(module, lambda _, value: value)
    return module


def surroundings() -> Callable[[], None]:
    """A function that puts back what steers pytest and the imports to come."""
    environment, path = {**os.environ}, [*sys.path]
    finders, hooks = [*sys.meta_path], [*sys.path_hooks]

    def put_back() -> None:
        for name in [*os.environ]:
            if name.startswith(("PYTEST", "PYTHON")):
                del os.environ[name]
        os.environ.update(environment)
        sys.path[:], sys.meta_path[:], sys.path_hooks[:] = path, finders, hooks

    return put_back
