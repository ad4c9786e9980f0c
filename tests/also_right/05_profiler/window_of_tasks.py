"""A window of tasks that slides; points are markers of `plot`, names in a legend."""

import asyncio
import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import repeat
from typing import NamedTuple

from matplotlib.figure import Figure
from pydantic_ai import ModelRequest
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


class Answer(NamedTuple):
    """What one request gave."""

    seconds: float
    tokens: int
    cost: Decimal | None
    score: float


Sample = Answer | None  # None: it failed


class Stopwatch:
    """Seconds between `with` and its end."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock, self.seconds = clock, math.nan

    @contextmanager
    def running(self) -> Iterator[None]:
        start = self.clock()
        yield
        self.seconds = self.clock() - start


def p95(seconds: list[float]) -> float:
    return sorted(seconds)[(len(seconds) * 95 + 99) // 100 - 1]


def middle(seconds: list[float]) -> float:
    ordered, half = sorted(seconds), len(seconds) // 2
    if len(ordered) % 2:
        return ordered[half]
    return (ordered[half - 1] + ordered[half]) / 2


def summed(name: str, warm: float | None, samples: list[Sample]) -> ModelProfile:
    good = [sample for sample in samples if sample is not None]
    rate = (len(samples) - len(good)) / len(samples)
    match good:
        case []:
            rest: tuple[float | Decimal | None, ...] = tuple(repeat(None, 5))
        case _:
            seconds, tokens, costs, scores = map(list, zip(*good, strict=True))
            total = math.fsum(seconds)
            rest = (
                middle(seconds),
                p95(seconds),
                sum(tokens) / total if total else None,
                None if None in costs else sum(costs) / Decimal(len(costs)),
                math.fsum(scores) / len(scores),
            )
    return ModelProfile(name, len(samples), rate, warm, *rest)  # type: ignore[arg-type]


async def profile_models(
    models: Sequence[Model],
    prompts: Iterable[str],
    *,
    score: Callable[[str, str], float],
    max_concurrency: int = 4,
    clock: Callable[[], float] = time.perf_counter,
) -> list[ModelProfile]:
    """Ask each of `models` each of `prompts` once, and measure: one row per model."""
    questions = list(prompts)
    match len(questions), max_concurrency:
        case 0, _:
            raise ValueError("there is no prompt")
        case _, limit if limit < 1:
            raise ValueError(f"max_concurrency must be 1 or more, not {limit}")

    async def ask(model: Model, prompt: str) -> Answer | None:
        async with places:
            watch = Stopwatch(clock)
            try:
                with watch.running():
                    response = await model_request(
                        model, [ModelRequest.user_text_prompt(prompt)]
                    )
            except Exception:
                return None
        return Answer(
            watch.seconds,
            response.usage.output_tokens,
            response_cost(response, model.model_name),
            score(prompt, response.text or ""),
        )

    async def warm_up(model: Model) -> float | None:
        async with places:
            watch = Stopwatch(clock)
            try:
                with watch.running():
                    await model_request(
                        model, [ModelRequest.user_text_prompt(questions[0])]
                    )
            except Exception:
                return None
        return watch.seconds

    places = asyncio.BoundedSemaphore(max_concurrency)
    table = []
    for model in models:
        warm = await warm_up(model)
        waiting = list(enumerate(questions))[::-1]
        running: dict[asyncio.Task[Sample], int] = {}
        results: dict[int, Sample] = {}
        try:
            while waiting or running:
                while waiting and len(running) < max_concurrency:
                    number, q = waiting.pop()
                    running[asyncio.ensure_future(ask(model, q))] = number
                done, _ = await asyncio.wait(
                    running, return_when=asyncio.FIRST_COMPLETED
                )
                for task in done:
                    results[running.pop(task)] = task.result()
        finally:
            for task in running:
                task.cancel()
            if running:
                await asyncio.wait(running)
        samples = [results[n] for n in range(len(questions))]
        table.append(summed(model.model_name, warm, samples))
    return table


def plot_profiles(profiles: Sequence[ModelProfile]) -> Figure:
    """Draw cost against latency, one point per model; the better, the larger."""
    figure = Figure()
    axes = figure.subplots()
    axes.set_xlabel("latency in seconds")
    axes.set_ylabel("cost in USD")
    lines = ["Models by latency and cost."]
    for p in profiles:
        if p.median_latency is None or p.cost is None or p.quality is None:
            lines.append(f"{p.model}: something is not known.")
            continue
        axes.plot(
            [p.median_latency],
            [float(p.cost)],
            marker="o",
            linestyle="",
            markersize=4 + 8 * math.sqrt(p.quality),
            label=p.model,
        )
        lines.append(
            f"{p.model}: {p.median_latency:.6g} s, {p.cost:.6g} USD, "
            f"quality {p.quality:.6g}."
        )
    if len(lines) > 1 and axes.get_lines():
        figure.legend()
    figure.set_label("\n".join(lines))
    return figure
