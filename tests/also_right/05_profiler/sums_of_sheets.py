"""Two passes: all warm-ups, then all prompts of all models; one scatter with a list."""

import asyncio
import heapq
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce
from operator import add

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


class Gate:
    """At most `width` inside; who waits is let in by order."""

    def __init__(self, width: int) -> None:
        self.free = width
        self.waiting: list[tuple[int, asyncio.Event]] = []
        self.count = 0

    @asynccontextmanager
    async def inside(self) -> AsyncIterator[None]:
        while self.free == 0:
            self.count += 1
            ticket = (self.count, asyncio.Event())
            heapq.heappush(self.waiting, ticket)
            try:
                await ticket[1].wait()
            except asyncio.CancelledError:
                if ticket in self.waiting:
                    self.waiting.remove(ticket)
                    heapq.heapify(self.waiting)
                raise
        self.free -= 1
        try:
            yield
        finally:
            self.free += 1
            if self.waiting:
                heapq.heappop(self.waiting)[1].set()


@dataclass(frozen=True)
class Sheet:
    """What is known of a model so far: adding two gives a third."""

    seconds: tuple[float, ...] = ()
    tokens: int = 0
    money: Decimal | None = Decimal(0)
    points: float = 0.0
    failed: int = 0

    def __add__(self, other: "Sheet") -> "Sheet":
        unknown = self.money is None or other.money is None
        return Sheet(
            self.seconds + other.seconds,
            self.tokens + other.tokens,
            None if unknown else self.money + other.money,  # type: ignore[operator]
            self.points + other.points,
            self.failed + other.failed,
        )


FAILED = Sheet(failed=1)


def _row(name: str, warm: float | None, sheet: Sheet) -> ModelProfile:
    n = len(sheet.seconds)
    row = ModelProfile(
        model=name,
        samples=n + sheet.failed,
        error_rate=sheet.failed / (n + sheet.failed),
        warm_up=warm,
        median_latency=None,
        p95_latency=None,
        tokens_per_second=None,
        cost=None,
        quality=None,
    )
    if not n:
        return row
    s, total = sorted(sheet.seconds), sum(sheet.seconds)
    return replace(
        row,
        median_latency=(s[(n - 1) // 2] + s[n // 2]) / 2,
        p95_latency=next(x for i, x in enumerate(s, 1) if i * 100 >= n * 95),
        tokens_per_second=sheet.tokens / total if total else None,
        cost=None if sheet.money is None else sheet.money / n,
        quality=sheet.points / n,
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
    if max_concurrency < 1:
        raise ValueError(f"{max_concurrency=}")
    if not (asked := [*prompts]):
        raise ValueError("prompts is empty")
    gate = Gate(max_concurrency)
    warm: dict[int, float | None] = {}
    sheets: defaultdict[int, list[Sheet]] = defaultdict(list)

    async def measure(model: Model, prompt: str) -> tuple[ModelResponse | None, float]:
        async with gate.inside():
            start = clock()
            try:
                answer = await model_request(
                    model, [ModelRequest.user_text_prompt(prompt)]
                )
            except Exception:
                return None, clock() - start
            return answer, clock() - start

    async def first(number: int) -> None:
        answer, seconds = await measure(models[number], asked[0])
        warm[number] = seconds if answer else None

    async def each(number: int, prompt: str) -> None:
        answer, seconds = await measure(models[number], prompt)
        sheet = FAILED
        if answer:
            sheet = Sheet(
                (seconds,),
                answer.usage.output_tokens,
                response_cost(answer, models[number].model_name),
                score(prompt, answer.text or ""),
            )
        sheets[number].append(sheet)

    numbers = range(len(models))
    async with asyncio.TaskGroup() as group:
        for number in numbers:
            group.create_task(first(number))
    async with asyncio.TaskGroup() as group:
        for number in numbers:
            for prompt in asked:
                group.create_task(each(number, prompt))
    return [
        _row(models[i].model_name, warm[i], reduce(add, sheets[i])) for i in numbers
    ]


def plot_profiles(profiles: Sequence[ModelProfile]) -> Figure:
    """Draw cost against latency, one point per model; the better, the larger."""
    figure = Figure(layout="constrained")
    axes = figure.subplots()
    known = [
        (p.median_latency, float(p.cost), 40 * (1 + float(p.quality)) ** 2, p.model)
        for p in profiles
        if p.median_latency is not None and p.cost is not None and p.quality is not None
    ]
    if known:
        x, y, sizes, names = zip(*known, strict=True)
        axes.scatter(x, y, sizes, alpha=0.5)
        for across, up, name in zip(x, y, names, strict=True):
            axes.text(across, up, name)
    axes.set(xlabel="Latency [seconds]", ylabel="Cost [USD]")
    figure.set_label(" | ".join(map(_said, profiles)))
    return figure


def _said(p: ModelProfile) -> str:
    facts = {"s": p.median_latency, "USD": p.cost, "points of quality": p.quality}
    return p.model + " " + ", ".join(f"{value} {unit}" for unit, value in facts.items())
