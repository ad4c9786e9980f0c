"""A profile of models on your own prompts: how fast, how dear, how good, how reliable.

Failures are counted and not raised: a model that fails often is a result too.
"""

import asyncio
import math
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from matplotlib.figure import Figure
from pydantic_ai import ModelRequest, ModelResponse
from pydantic_ai.direct import model_request
from pydantic_ai.models import Model

from openrouter_factory import response_cost


@dataclass(frozen=True)
class ModelProfile:
    """One row of the table; None stands for what is not known."""

    model: str
    samples: int
    """Measured requests, failures included, the warm-up not."""
    error_rate: float
    """Failures divided by samples: 0.0 to 1.0."""
    warm_up: float | None
    """Seconds of the first request of all; None if it failed."""
    median_latency: float | None
    """Seconds, of the answers."""
    p95_latency: float | None
    """Seconds, of the answers, by the nearest rank."""
    tokens_per_second: float | None
    """Tokens of all answers, divided by the seconds of all answers."""
    cost: Decimal | None
    """USD for one answer, on average; None if the cost of any answer is unknown."""
    quality: float | None
    """The mean of the scores."""


async def profile_models(
    models: Sequence[Model],
    prompts: Iterable[str],
    *,
    score: Callable[[str, str], float],
    max_concurrency: int = 4,
    clock: Callable[[], float] = time.perf_counter,
) -> list[ModelProfile]:
    """Ask each of `models` each of `prompts` once, and measure: one row per model.

    Each model is warmed up first, with the first prompt: that request stands apart.
    `score(prompt, answer)` says how good an answer is. At most `max_concurrency`
    requests are under way, those of all models together. `clock` gives seconds.

    Raises `ValueError` without any prompt, or if `max_concurrency` is less than 1.
    """
    # TODO task 1: warm up, ask, and measure how long each answer takes.
    # TODO task 2: tokens per second, cost and quality.
    # TODO task 3: a request that fails is counted.
    # TODO task 4: several requests at once, but not too many.
    raise NotImplementedError("Begin with one model, and one request at a time.")


def plot_profiles(profiles: Sequence[ModelProfile]) -> Figure:
    """Draw cost against latency, one point per model; the better, the larger.

    What is not known is not drawn. `get_label()` of the figure says it all in words.
    """
    # TODO task 5: make a `Figure()`, scatter the points, and say them in words.
    raise NotImplementedError("Begin with `Figure()` and its `subplots()`.")
