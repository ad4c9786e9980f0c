"""Defensive, with a log line for everything: workers that take from a queue."""

import asyncio
import logging
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from matplotlib.figure import Figure
from pydantic_ai.direct import model_request
from pydantic_ai.messages import ModelRequest, ModelResponse
from pydantic_ai.models import Model

from openrouter_factory import response_cost

log = logging.getLogger("profiler")
NEAREST: Final = Fraction(95, 100)


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


@dataclass(slots=True)
class _Job:
    model: Model
    prompt: str
    done: asyncio.Event
    seconds: float | None = None
    response: ModelResponse | None = None
    error: Exception | None = None


async def _work(queue: "asyncio.Queue[_Job]", clock: Callable[[], float]) -> None:
    while True:
        job = await queue.get()
        start = clock()
        try:
            job.response = await model_request(
                job.model, [ModelRequest.user_text_prompt(job.prompt)]
            )
            job.seconds = clock() - start
        except Exception as error:
            log.warning("%s failed: %r", job.model.model_name, error)
            job.error = error
        finally:
            job.done.set()


def _row(
    name: str, warm: _Job, jobs: list[_Job], score: Callable[[str, str], float]
) -> ModelProfile:
    seconds, tokens, costs, scores = [], 0, [], []
    for job in jobs:
        if job.response is None or job.seconds is None:
            continue
        seconds.append(job.seconds)
        tokens += job.response.usage.output_tokens or 0
        costs.append(response_cost(job.response, name))
        text = job.response.text
        scores.append(float(score(job.prompt, text if text is not None else "")))
    good = len(seconds)
    log.info("%s: %d of %d answers", name, good, len(jobs))
    p95 = None
    for rank, value in enumerate(sorted(seconds), start=1):
        if Fraction(rank, good) >= NEAREST:
            p95 = value
            break
    known = [cost for cost in costs if cost is not None]
    return ModelProfile(
        model=name,
        samples=len(jobs),
        error_rate=(len(jobs) - good) / len(jobs),
        warm_up=warm.seconds,
        median_latency=statistics.median(seconds) if good else None,
        p95_latency=p95,
        tokens_per_second=tokens / sum(seconds) if sum(seconds) > 0 else None,
        cost=sum(known, Decimal(0)) / good if good and len(known) == good else None,
        quality=sum(scores) / good if good else None,
    )


async def profile_models(
    models: Sequence[Model],
    prompts: Iterable[str],
    *,
    score: Callable[[str, str], float],
    max_concurrency: int = 4,
    clock: Callable[[], float] = time.perf_counter,
) -> list[ModelProfile]:
    """Ask each of `models` each of `prompts` once, and measure: one row per model."""
    if max_concurrency <= 0:
        raise ValueError(f"`max_concurrency` is {max_concurrency!r}, should be positive")
    texts = list(prompts)
    if not texts:
        raise ValueError("`prompts` is empty")
    queue: asyncio.Queue[_Job] = asyncio.Queue()
    workers = [asyncio.create_task(_work(queue, clock)) for _ in range(max_concurrency)]
    rows = []
    try:
        for model in models:
            warm = _Job(model, texts[0], asyncio.Event())
            queue.put_nowait(warm)
            await warm.done.wait()
            jobs = [_Job(model, text, asyncio.Event()) for text in texts]
            for job in jobs:
                queue.put_nowait(job)
            for job in jobs:
                await job.done.wait()
            rows.append(_row(model.model_name, warm, jobs, score))
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    return rows


def plot_profiles(profiles: Sequence[ModelProfile]) -> Figure:
    """Draw cost against latency, one point per model; the better, the larger."""
    figure = Figure(figsize=(7, 4))
    axes = figure.add_axes((0.15, 0.15, 0.8, 0.8))
    axes.set_title("Which model?")
    axes.grid(True)
    axes.set_xlabel("Latency (median, seconds)")
    axes.set_ylabel("Cost (USD for one answer)")
    best = max((p.quality or 0 for p in profiles), default=0) or 1
    lines = []
    for number, p in enumerate(profiles, start=1):
        if p.median_latency is None or p.cost is None or p.quality is None:
            log.info("%s is not drawn", p.model)
            lines.append(f"{number}. {p.model}: unknown")
            continue
        size = 20 + 180 * p.quality / best
        axes.scatter(p.median_latency, float(p.cost), s=size, label=p.model, alpha=0.5)
        lines.append(
            f"{number}. {p.model}: {p.median_latency:.4g} seconds, "
            f"{p.cost:.4g} USD, quality {p.quality:.4g}"
        )
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="best")
    figure.set_label("\n".join(lines))
    return figure
