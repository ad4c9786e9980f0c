"""`asyncio.wait`, the cost asked for at once, everything in closures."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from matplotlib.figure import Figure
from pydantic_ai import ModelRequest
from pydantic_ai.direct import model_request
from pydantic_ai.models import Model

from openrouter_factory import response_cost


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


async def profile_models(
    models: Sequence[Model],
    prompts: Iterable[str],
    *,
    score: Callable[[str, str], float],
    max_concurrency: int = 4,
    clock: Callable[[], float] = time.perf_counter,
) -> list[ModelProfile]:
    prompts = list(prompts)
    if not prompts:
        raise ValueError("prompts is empty")
    if max_concurrency < 1:
        raise ValueError("max_concurrency < 1")
    places: asyncio.Queue[None] = asyncio.Queue()
    for _ in range(max_concurrency):
        places.put_nowait(None)

    async def ask(model, prompt):
        await places.get()
        try:
            t = clock()
            response = await model_request(
                model, [ModelRequest.user_text_prompt(prompt)]
            )
            return clock() - t, prompt, response
        finally:
            places.put_nowait(None)

    async def one(model):
        tasks = []
        try:
            try:
                warm_up, _, _ = await ask(model, prompts[0])
            except Exception:
                warm_up = None
            tasks = [asyncio.ensure_future(ask(model, p)) for p in prompts]
            await asyncio.wait(tasks)
        except asyncio.CancelledError:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            raise
        ok = [t.result() for t in tasks if t.exception() is None]
        bad = len(tasks) - len(ok)
        if not ok:
            nothing = [None] * 5
            return ModelProfile(model.model_name, bad, bad / bad, warm_up, *nothing)
        seconds = np.array([s for s, _, _ in ok])
        usd = [response_cost(r, model.model_name) for _, _, r in ok]
        out = sum(r.usage.output_tokens for _, _, r in ok)
        return ModelProfile(
            model=model.model_name,
            samples=len(tasks),
            error_rate=bad / len(tasks),
            warm_up=warm_up,
            median_latency=float(np.median(seconds)),
            p95_latency=float(np.percentile(seconds, 95, method="inverted_cdf")),
            tokens_per_second=float(out / seconds.sum()) if seconds.sum() else None,
            cost=None if None in usd else sum(usd) / len(usd),
            quality=float(np.mean([score(p, r.text) for _, p, r in ok])),
        )

    return list(await asyncio.gather(*[one(model) for model in models]))


def plot_profiles(profiles: Sequence[ModelProfile]) -> Figure:
    figure = Figure()
    axes = figure.subplots()
    axes.set_xlabel("Latency / seconds")
    axes.set_ylabel("Cost / USD")
    said = []
    for p in profiles:
        try:
            x, y, q = float(p.median_latency), float(p.cost), float(p.quality)
        except TypeError:
            said.append(f"{p.model} is not in the picture")
        else:
            axes.scatter(x, y, s=(5 + 10 * q) ** 2)
            axes.annotate(f"{p.model}\n{q:.0%}", (x, y), fontsize=8)
            said.append(f"{p.model}: x={x}, y={y}, size={q}")
    figure.set_label("Plot. " + ", ".join(said))
    return figure
