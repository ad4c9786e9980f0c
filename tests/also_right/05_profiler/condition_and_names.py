"""A gate made of a condition, a dict of lists, running totals, sizes by rank."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from statistics import median

from matplotlib.figure import Figure
from pydantic_ai import Agent
from pydantic_ai.models import Model

from openrouter_factory import charged_cost, response_cost


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


class Gate:
    def __init__(self, places: int) -> None:
        self.free = places
        self.changed = asyncio.Condition()

    @contextlib.asynccontextmanager
    async def place(self):
        async with self.changed:
            await self.changed.wait_for(lambda: self.free > 0)
            self.free -= 1
        try:
            yield
        finally:
            self.free += 1
            async with self.changed:
                self.changed.notify()


async def profile_models(
    models: Sequence[Model],
    prompts: Iterable[str],
    *,
    score: Callable[[str, str], float],
    max_concurrency: int = 4,
    clock: Callable[[], float] = time.perf_counter,
) -> list[ModelProfile]:
    asked = list(prompts)
    if max_concurrency < 1 or not asked:
        raise ValueError("prompts and room for them, please")
    gate = Gate(max_concurrency)

    async def once(model, prompt):
        async with gate.place():
            t0 = clock()
            try:
                run = await Agent(model).run(prompt)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                return error
            t1 = clock()
        return {
            "seconds": t1 - t0,
            "tokens": run.response.usage.output_tokens,
            "usd": response_cost(run.response, model.model_name),
            "score": score(prompt, run.output),
        }

    async def whole(model):
        warm = await once(model, asked[0])
        async with asyncio.TaskGroup() as tg:
            tasks = [tg.create_task(once(model, text)) for text in asked]
        outcomes = [t.result() for t in tasks]
        rows = [o for o in outcomes if isinstance(o, dict)]
        column = {
            key: [row[key] for row in rows]
            for key in ("seconds", "tokens", "usd", "score")
        }
        fields = dict(
            model=model.model_name,
            samples=len(outcomes),
            error_rate=float(Fraction(len(outcomes) - len(rows), len(outcomes))),
            warm_up=warm["seconds"] if isinstance(warm, dict) else None,
            median_latency=None,
            p95_latency=None,
            tokens_per_second=None,
            cost=None,
            quality=None,
        )
        if rows:
            took = sorted(column["seconds"])
            fields["median_latency"] = median(took)
            fields["p95_latency"] = took[ceil(0.95 * len(took)) - 1]
            fields["quality"] = sum(column["score"]) / len(rows)
            if all(usd is not None for usd in column["usd"]):
                fields["cost"] = sum(column["usd"], Decimal("0")) / len(rows)
            with contextlib.suppress(ZeroDivisionError):
                fields["tokens_per_second"] = sum(column["tokens"]) / sum(took)
        return ModelProfile(**fields)

    async with asyncio.TaskGroup() as tg:
        waiting = [tg.create_task(whole(m)) for m in models]
    return [w.result() for w in waiting]


def plot_profiles(profiles: Sequence[ModelProfile]) -> Figure:
    figure = Figure()
    ax = figure.add_axes((0.15, 0.15, 0.8, 0.8))
    ax.set_xlabel("LATENCY of half of the answers [seconds]")
    ax.set_ylabel("COST [USD]")
    can = [
        p for p in profiles
        if p.median_latency is not None and p.cost is not None and p.quality is not None
    ]
    for rank, p in enumerate(sorted(can, key=lambda p: p.quality), start=1):
        ax.scatter([p.median_latency], [float(p.cost)], s=[60 * rank])
        ax.annotate(p.model, xy=(p.median_latency, float(p.cost)))
    figure.set_label(" | ".join(str(p) for p in profiles))
    return figure
