"""A careful beginner's: lists, loops, one model after the other."""

import asyncio
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from matplotlib.figure import Figure
from pydantic_ai import Agent
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


def middle(numbers: list[float]) -> float:
    ordered = sorted(numbers)
    half = len(ordered) // 2
    if len(ordered) % 2 == 1:
        return ordered[half]
    return (ordered[half - 1] + ordered[half]) / 2


async def profile_models(
    models: Sequence[Model],
    prompts: Iterable[str],
    *,
    score: Callable[[str, str], float],
    max_concurrency: int = 4,
    clock: Callable[[], float] = time.perf_counter,
) -> list[ModelProfile]:
    """Ask each of `models` each of `prompts` once, and measure: one row per model."""
    prompt_list = []
    for p in prompts:
        prompt_list.append(p)
    if len(prompt_list) == 0:
        raise ValueError("Give at least one prompt.")
    if max_concurrency < 1:
        raise ValueError("max_concurrency must be 1 or more.")

    semaphore = asyncio.Semaphore(max_concurrency)
    table = []

    for model in models:
        agent = Agent(model)

        async def ask(prompt: str, agent: Any = agent) -> Any:
            async with semaphore:
                start = clock()
                try:
                    result = await agent.run(prompt)
                except Exception:
                    return None
                end = clock()
                return (prompt, end - start, result)

        first = await ask(prompt_list[0])
        warm_up = None
        if first is not None:
            warm_up = first[1]

        results = await asyncio.gather(*[ask(p) for p in prompt_list])

        latencies = []
        tokens = 0
        costs = []
        scores = []
        failures = 0
        for item in results:
            if item is None:
                failures = failures + 1
                continue
            prompt, seconds, result = item
            latencies.append(seconds)
            tokens = tokens + result.response.usage.output_tokens
            costs.append(response_cost(result.response, model.model_name))
            scores.append(score(prompt, result.output))

        row: dict[str, Any] = {}
        row["model"] = model.model_name
        row["samples"] = len(prompt_list)
        row["error_rate"] = failures / len(prompt_list)
        row["warm_up"] = warm_up
        row["median_latency"] = None
        row["p95_latency"] = None
        row["tokens_per_second"] = None
        row["cost"] = None
        row["quality"] = None
        if len(latencies) > 0:
            row["median_latency"] = middle(latencies)
            rank = math.ceil(0.95 * len(latencies))
            row["p95_latency"] = sorted(latencies)[rank - 1]
            total_seconds = sum(latencies)
            if total_seconds > 0:
                row["tokens_per_second"] = tokens / total_seconds
            if None not in costs:
                total = Decimal(0)
                for c in costs:
                    if c is not None:
                        total = total + c
                row["cost"] = total / len(costs)
            row["quality"] = sum(scores) / len(scores)
        table.append(ModelProfile(**row))
    return table


def plot_profiles(profiles: Sequence[ModelProfile]) -> Figure:
    """Draw cost against latency, one point per model; the better, the larger."""
    figure = Figure()
    ax = figure.subplots()
    ax.set_xlabel("Median latency in seconds")
    ax.set_ylabel("Cost in USD per answer")
    words = "This plot shows cost against latency. "
    for p in profiles:
        if p.median_latency is None or p.cost is None or p.quality is None:
            words = words + p.model + " is not drawn, because something is not known. "
        else:
            ax.scatter([p.median_latency], [float(p.cost)], s=[10 + 90 * p.quality])
            ax.text(p.median_latency, float(p.cost), p.model)
            words = words + p.model + ": latency " + str(p.median_latency)
            words = words + ", cost " + str(p.cost) + ", quality " + str(p.quality) + ". "
    figure.set_label(words)
    return figure
