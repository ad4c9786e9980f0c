"""From someone who likes classes: samples, a sheet for each model, and a gate."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from statistics import fmean, median

from matplotlib.axes import Axes
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


@dataclass
class Stopwatch:
    """Seconds between start and stop."""

    clock: Callable[[], float]
    seconds: float | None = None

    def __enter__(self) -> Stopwatch:
        self._start = self.clock()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self.seconds = self.clock() - self._start


@dataclass
class Gate:
    """Lets at most `places` through."""

    places: int
    inside: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        if self.places < 1:
            raise ValueError(f"max_concurrency is {self.places}, and must be 1 or more")
        self.inside = asyncio.Semaphore(self.places)

    @asynccontextmanager
    async def pass_through(self) -> AsyncIterator[None]:
        await self.inside.acquire()
        try:
            yield
        finally:
            self.inside.release()


@dataclass(frozen=True)
class Sample:
    """One answer."""

    prompt: str
    text: str
    seconds: float
    tokens: int
    cost: Decimal | None


class Bench:
    """One model under test."""

    def __init__(self, model: Model, gate: Gate, clock: Callable[[], float]) -> None:
        self.model = model
        self.gate = gate
        self.clock = clock

    async def ask(self, prompt: str) -> Sample | Exception:
        async with self.gate.pass_through():
            try:
                question = [ModelRequest.user_text_prompt(prompt)]
                with Stopwatch(self.clock) as watch:
                    response = await model_request(self.model, question)
            except Exception as error:
                return error
        assert watch.seconds is not None
        return Sample(
            prompt,
            response.text or "",
            watch.seconds,
            response.usage.output_tokens,
            response_cost(response, self.model.model_name),
        )

    async def run(self, prompts: list[str]) -> Sheet:
        warm_up = await self.ask(prompts[0])
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self.ask(prompt)) for prompt in prompts]
        return Sheet(self.model.model_name, warm_up, [task.result() for task in tasks])


@dataclass(frozen=True)
class Sheet:
    """What one model did."""

    name: str
    warm: Sample | Exception
    results: list[Sample | Exception]

    @cached_property
    def answers(self) -> list[Sample]:
        return [result for result in self.results if isinstance(result, Sample)]

    @cached_property
    def times(self) -> list[float]:
        return sorted(answer.seconds for answer in self.answers)

    @property
    def speed(self) -> float | None:
        seconds = sum(self.times)
        return sum(a.tokens for a in self.answers) / seconds if seconds else None

    @property
    def cost(self) -> Decimal | None:
        known = [a.cost for a in self.answers if a.cost is not None]
        if not known or len(known) < len(self.answers):
            return None
        return sum(known, Decimal()) / len(known)

    def row(self, score: Callable[[str, str], float]) -> ModelProfile:
        some = bool(self.answers)
        return ModelProfile(
            self.name,
            len(self.results),
            1 - len(self.answers) / len(self.results),
            self.warm.seconds if isinstance(self.warm, Sample) else None,
            median(self.times) if some else None,
            self.times[(95 * len(self.times) + 99) // 100 - 1] if some else None,
            self.speed,
            self.cost,
            fmean(score(a.prompt, a.text) for a in self.answers) if some else None,
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
    gate = Gate(max_concurrency)
    if not (asked := list(prompts)):
        raise ValueError("There is no prompt to ask.")
    benches = [Bench(model, gate, clock) for model in models]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(bench.run(asked)) for bench in benches]
    return [task.result().row(score) for task in tasks]


class Plot:
    """The drawing, and what it says in words."""

    def __init__(self) -> None:
        self.figure = Figure(layout="constrained")
        self.axes: Axes = self.figure.add_subplot()
        self.axes.set(xlabel="latency (seconds)", ylabel="cost (USD)")
        self.words: list[str] = []

    def add(self, profile: ModelProfile) -> None:
        where = profile.median_latency, profile.cost, profile.quality
        match where:
            case float(x), Decimal() as y, float(z):
                self.axes.scatter(x, float(y), s=30 * (1 + z), label=profile.model)
                self.words.append(f"{profile.model} {x:.3f} s, {y:.6f} USD, quality {z:.3f}")
            case _:
                self.words.append(f"{profile.model} (not drawn)")

    def finish(self) -> Figure:
        if self.axes.collections:
            self.axes.legend()
        self.figure.set_label("; ".join(self.words))
        return self.figure


def plot_profiles(profiles: Sequence[ModelProfile]) -> Figure:
    """Draw cost against latency, one point per model; the better, the larger."""
    plot = Plot()
    for profile in profiles:
        plot.add(profile)
    return plot.finish()
