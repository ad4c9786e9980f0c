"""What the course adds to pytest, wherever its tests run.

- Nothing leaves this machine; whatever tries fails, even if it hides the error.
- An exercise's tests find the file beside them.
- `@pytest.mark.task(2)` says which task of the exercise a test belongs to.
- The cells of a notebook keep their order, whatever shuffles the tests, and stay in one
  process, however many share the work.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from course import network


def pytest_configure(config: pytest.Config) -> None:
    """Refuse the network before the first test file is imported."""
    config.addinivalue_line("markers", "task(number): the task that a test belongs to")
    # pytest-httpx2 1.0 reads this marker but does not register it.
    config.addinivalue_line("markers", "httpx2(**options): for `httpx2_mock`")
    # Whoever learnt with pytest-asyncio writes it; here async tests need no marker.
    config.addinivalue_line("markers", "asyncio: an async test, as all are here")
    network.stay_on_this_machine()


def pytest_collect_file(file_path: Path) -> None:
    """Let `test_aliasing.py` import the `aliasing.py` beside it."""
    folder = str(file_path.parent)
    if (file_path.parent / "exercise.toml").is_file() and folder not in sys.path:
        sys.path.insert(0, folder)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put notebook cells last, each notebook from top to bottom."""
    cells = [item for item in items if hasattr(item, "cell_num")]
    others = [item for item in items if not hasattr(item, "cell_num")]
    cells.sort(key=lambda item: (str(item.path), vars(item)["cell_num"]))
    items[:] = others + cells


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each file to one process, where `pytest -n 2` starts several."""
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

    return LoadFileScheduling(config, log)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Async tests run on asyncio."""
    return "asyncio"


@pytest.fixture(autouse=True)
def _nothing_left_this_machine() -> Iterator[None]:
    """Fail a test if it, or an import before it, tried to leave and hid the error."""
    yield
    tried = [*network.refused]
    network.refused.clear()
    if tried:
        pytest.fail(
            f"The code tried to reach `{tried[0]}`. Every call must be mocked, or go "
            "to the local OpenRouter.",
            pytrace=False,
        )
