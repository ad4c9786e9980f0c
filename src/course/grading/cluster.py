"""An executor for a Dask cluster that exists: each submission is a task of its own.

A worker that dies loses nothing: its tasks go to another one. A task that ended with
its worker again and again is kept as *could not be graded*. Each worker has the course
installed, in the same version; nothing but answers and grades travels.
"""

import importlib
import logging
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

from course.content import CourseError
from course.grading import grader
from course.grading.classroom import Executor
from course.grading.grade import Grade
from course.grading.settings import Settings, versions
from course.grading.submission import Submission

PATIENCE = 10.0  # seconds for the scheduler to answer
_GONE = (
    "The cluster at {} is gone ({}). What was graded is kept: the same line goes on."
)


def dask(address: str) -> Executor:
    """An executor that hands submissions to the cluster at `address`."""
    return partial(_dask, address)


def _dask(
    address: str, submissions: Iterator[Submission], settings: Settings
) -> Iterator[tuple[Submission, Grade]]:
    there = replace(settings, root="")  # the course that is installed there
    with _client(address) as client:
        module: Any = importlib.import_module("distributed")
        running: dict[Any, Submission] = {}
        done = module.as_completed(with_results=False, loop=client.loop)
        while True:
            ahead = 2 * sum(client.nthreads().values())
            for one in islice(submissions, max(1, ahead - len(running))):
                future = client.submit(grader.grade_one, one, there, pure=False)
                running[future] = one
                done.add(future)
            if not running:
                return
            future = next(done)
            submission = running.pop(future)
            yield submission, _result(future, submission, settings)


def _result(future: Any, submission: Submission, settings: Settings) -> Grade:
    try:
        grade: Grade = future.result()
    except Exception as error:
        if type(error).__name__ != "KilledWorker":
            raise
        problem = "The machines that graded it ended, more than once."
        return grader.not_graded(submission, settings, problem)
    return grade


@contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        module: Any = importlib.import_module("distributed")
    except ImportError as error:
        raise CourseError(
            "Dask is not installed here. This brings it:\n"
            "  uv pip install 'openrouter-course[dask]'"
        ) from error
    for logger in ("distributed", "distributed.client"):  # each has a level of its own
        logging.getLogger(logger).setLevel(logging.CRITICAL)  # we tell it in words
    try:
        client = module.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError, AssertionError) as error:
        # The last one: Dask asserts that its loop starts in time, busy or not.
        raise CourseError(
            f"No Dask scheduler answers at {address}: an address such as "
            "tcp://127.0.0.1:8786 was wanted."
        ) from error
    try:
        _refuse_strangers(client)
        yield client
        client.run(grader.close_all)
    except (OSError, CancelledError) as error:
        raise CourseError(_GONE.format(address, type(error).__name__)) from error
    finally:
        client.close(timeout=PATIENCE)


def _refuse_strangers(client: Any) -> None:
    """Refuse workers that would give other grades: with another course or Python."""
    theirs = client.run(versions)
    if not theirs:
        raise CourseError("The cluster has no workers yet. Start some, then try again.")
    for worker, found in theirs.items():
        if found != versions():
            wrong = [f"{k} {v}" for k, v in found.items() if versions().get(k) != v]
            raise CourseError(
                f"The worker at {worker} has {', '.join(wrong)}; here it is "
                f"{', '.join(f'{k} {v}' for k, v in versions().items())}. Install the "
                "same versions there."
            )
