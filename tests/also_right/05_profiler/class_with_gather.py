"""A class that keeps score, `asyncio.gather`, one scatter for all, pyplot, a log."""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from pydantic_ai import Agent
from pydantic_ai.models import Model

from openrouter_factory import response_cost

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ModelProfile:
    model: str
    samples: int
    error_rate: float
    warm_up: float | None
    median_latency: float | None
    p95_latency: float | None
    tokens_per_second: float | None
    cost: Decimal | None
    quality: float | None


class Stopwatch:
    def __init__(self, clock):
        self.clock = clock

    def __enter__(self):
        self.begin = self.clock()
        return self

    def __exit__(self, *exc):
        self.seconds = self.clock() - self.begin


class Profiler:
    def __init__(self, model, prompts, score, slots, clock):
        self.model, self.prompts = model, prompts
        self.score, self.slots, self.clock = score, slots, clock
        self.agent = Agent(model)
        self.latencies: list[float] = []
        self.tokens = 0
        self.costs: list[Decimal | None] = []
        self.scores: list[float] = []
        self.failures = 0

    async def warm(self):
        try:
            async with self.slots:
                with Stopwatch(self.clock) as watch:
                    await self.agent.run(self.prompts[0])
            return watch.seconds
        except Exception:
            logger.exception("%s does not warm up", self.model.model_name)
            return None

    async def measure(self, prompt):
        try:
            async with self.slots:
                with Stopwatch(self.clock) as watch:
                    result = await self.agent.run(prompt)
        except Exception as error:
            logger.warning("%s failed: %r", self.model.model_name, error)
            self.failures += 1
            return
        self.latencies.append(watch.seconds)
        self.tokens += result.usage.output_tokens
        self.costs.append(response_cost(result.response, self.model.model_name))
        self.scores.append(self.score(prompt, result.output))

    def percentile(self, p):
        if not self.latencies:
            return None
        ordered = sorted(self.latencies)
        k = -(-len(ordered) * p // 100)
        return ordered[k - 1]

    def middle(self):
        if not self.latencies:
            return None
        ordered = sorted(self.latencies)
        n = len(ordered)
        return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2

    async def row(self):
        warm_up = await self.warm()
        await asyncio.gather(*map(self.measure, self.prompts))
        n, total = len(self.latencies), math.fsum(self.latencies)
        unknown = not self.costs or any(c is None for c in self.costs)
        return ModelProfile(
            model=self.model.model_name,
            samples=n + self.failures,
            error_rate=self.failures / (n + self.failures),
            warm_up=warm_up,
            median_latency=self.middle(),
            p95_latency=self.percentile(95),
            tokens_per_second=self.tokens / total if total > 0 else None,
            cost=None if unknown else sum(self.costs) / Decimal(n),
            quality=sum(self.scores) / n if n else None,
        )


async def profile_models(
    models: Sequence[Model],
    prompts: Iterable[str],
    *,
    score: Callable[[str, str], float],
    max_concurrency: int = 4,
    clock: Callable[[], float] = time.perf_counter,
) -> list[ModelProfile]:
    prompts = tuple(prompts)
    if len(prompts) == 0:
        raise ValueError("give me something to ask")
    if max_concurrency <= 0:
        raise ValueError("max_concurrency must be positive")
    slots = asyncio.BoundedSemaphore(max_concurrency)
    profilers = [Profiler(model, prompts, score, slots, clock) for model in models]
    return list(await asyncio.gather(*(p.row() for p in profilers)))


def plot_profiles(profiles: Sequence[ModelProfile]) -> Figure:
    fig, ax = plt.subplots()
    plt.close(fig)
    good = [
        p
        for p in profiles
        if None not in (p.median_latency, p.cost, p.quality)
    ]
    ax.scatter(
        [p.median_latency for p in good],
        [p.cost for p in good],
        s=[50 + 300 * p.quality for p in good],
    )
    for p in good:
        ax.text(p.median_latency, float(p.cost), f" {p.model} (q={p.quality})")
    ax.set(xlabel="Latency (seconds)", ylabel="Cost (USD per answer)")
    lines = []
    for p in profiles:
        if p in good:
            lines.append(
                f"{p.model} answers in {p.median_latency} seconds for {p.cost} USD "
                f"with a quality of {p.quality}"
            )
        else:
            lines.append(f"{p.model} has no point")
    fig.set_label("; ".join(lines))
    return fig
