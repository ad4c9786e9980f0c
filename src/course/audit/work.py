"""Does many jobs, two at a time, and says how far it is."""

import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Any, TypeVar

from course.content import CourseError
from course.workshop import Workshop

AT_ONCE = 2  # processes

Tell = Callable[[int, int, str], None]
"""Is told how many jobs are done, of how many, and which one was the last."""

_Key = TypeVar("_Key", bound=Hashable)
Job = Callable[[Workshop], Any]


def silent(done: int, total: int, name: str) -> None:
    """Tell nobody."""


def do_all(jobs: Mapping[_Key, Job], tell: Tell = silent) -> dict[_Key, Any]:
    """Do every job; the result of one that failed is its error."""
    results: dict[_Key, Any] = {}
    with _workers() as submit:
        names = {submit(job): name for name, job in jobs.items()}
        for done, future in enumerate(as_completed(names), start=1):
            results[names[future]] = _result(future)
            tell(done, len(jobs), _in_words(names[future]))
    return results


def _in_words(name: object) -> str:
    return ", ".join(name) if isinstance(name, tuple) else str(name)


def _result(future: "Future[Any]") -> Any:
    try:
        return future.result()
    except (CourseError, OSError, ValueError) as error:
        return error


@contextmanager
def _workers() -> Iterator[Callable[[Job], "Future[Any]"]]:
    """A pool in which each thread has a workshop; stopped at once by Ctrl-C."""
    own, workshops = threading.local(), list[Workshop]()

    def equip() -> None:
        own.workshop = Workshop()
        workshops.append(own.workshop)

    pool = ThreadPoolExecutor(AT_ONCE, initializer=equip)
    try:
        yield lambda job: pool.submit(lambda: job(own.workshop))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for workshop in workshops:
            workshop.close()
        pool.shutdown()
