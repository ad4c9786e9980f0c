"""
misconception = "best-of-nothing"
fails = [
    "test_the_better_the_larger",
    "test_what_is_not_known_is_not_drawn",
]
words = ["ZeroDivisionError"]
state = "failing"
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


@dataclass(frozen=True)
class _Sample:
    """One answer and how long it took."""

    prompt: str
    seconds: float
    response: ModelResponse


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
    texts = list(prompts)
    if not texts or max_concurrency < 1:
        raise ValueError(
            f"{len(texts)} prompts and `max_concurrency={max_concurrency}` came: at "
            "least one of each was wanted."
        )
    slots = asyncio.Semaphore(max_concurrency)

    async def ask(model: Model, prompt: str) -> _Sample | None:
        async with slots:
            return await _ask(model, prompt, clock)

    async def profile(model: Model) -> ModelProfile:
        warm_up = await ask(model, texts[0])
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(ask(model, text)) for text in texts]
        samples = [task.result() for task in asked]
        return _row(model.model_name, warm_up, samples, score)

    async with asyncio.TaskGroup() as group:
        rows = [group.create_task(profile(model)) for model in models]
    return [row.result() for row in rows]


async def _ask(model: Model, prompt: str, clock: Callable[[], float]) -> _Sample | None:
    started = clock()
    try:
        response = await model_request(model, [ModelRequest.user_text_prompt(prompt)])
    except Exception:
        return None
    return _Sample(prompt, clock() - started, response)


def _row(
    name: str,
    warm_up: _Sample | None,
    samples: Sequence[_Sample | None],
    score: Callable[[str, str], float],
) -> ModelProfile:
    answers = [sample for sample in samples if sample is not None]
    seconds = sorted(answer.seconds for answer in answers)
    tokens = sum(answer.response.usage.output_tokens for answer in answers)
    scores = [score(answer.prompt, answer.response.text or "") for answer in answers]
    return ModelProfile(
        model=name,
        samples=len(samples),
        error_rate=samples.count(None) / len(samples),
        warm_up=warm_up.seconds if warm_up else None,
        median_latency=statistics.median(seconds) if seconds else None,
        p95_latency=_nearest_rank(seconds, 95) if seconds else None,
        tokens_per_second=tokens / sum(seconds) if sum(seconds) else None,
        cost=_mean_cost(name, answers),
        quality=statistics.fmean(scores) if scores else None,
    )


def _nearest_rank(ordered: Sequence[float], percent: int) -> float:
    return ordered[math.ceil(len(ordered) * percent / 100) - 1]


def _mean_cost(name: str, answers: Sequence[_Sample]) -> Decimal | None:
    costs = [response_cost(answer.response, name) for answer in answers]
    known = [cost for cost in costs if cost is not None]
    return sum(known, Decimal(0)) / len(known) if costs and known == costs else None


def plot_profiles(profiles: Sequence[ModelProfile]) -> Figure:
    """Draw cost against latency, one point per model; the better, the larger.

    What is not known is not drawn. `get_label()` of the figure says it all in words.
    """
    figure = Figure()
    axes = figure.subplots()
    axes.set_xlabel("median latency, seconds")
    axes.set_ylabel("cost of one answer, USD")
    for row in profiles:
        if (point := _point(row)) is not None:
            x, y, quality = point
            axes.scatter([x], [y], s=[_area(quality, profiles)])
            axes.annotate(row.model, (x, y))
    figure.set_label(" ".join(map(_in_words, profiles)))
    return figure


def _point(row: ModelProfile) -> tuple[float, float, float] | None:
    if row.median_latency is None or row.cost is None or row.quality is None:
        return None
    return row.median_latency, float(row.cost), row.quality


def _area(quality: float, profiles: Sequence[ModelProfile]) -> float:
    """Larger for each lower quality that there is, in square points."""
    known = {row.quality for row in profiles if row.quality is not None}
    return 40 + 100 * quality / max(known)


def _in_words(row: ModelProfile) -> str:
    if (point := _point(row)) is None:
        return f"{row.model}: not drawn, latency, cost or quality is not known."
    x, y, quality = point
    return f"{row.model}: latency {x:.4g} s, cost {y:.4g} USD, quality {quality:.4g}."
