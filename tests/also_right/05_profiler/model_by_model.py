"""One model after the other, workers that take prompts from a queue, no Agent."""

import asyncio
import time
from collections import deque
from decimal import Decimal
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import mean, median

from matplotlib.figure import Figure
from pydantic_ai import ModelRequest
from pydantic_ai.direct import model_request
from pydantic_ai.models import Model

import openrouter_factory


@dataclass(frozen=True)
class ModelProfile:
    """One row of the table; None stands for what is not known."""

    model: str
    samples: int
    error_rate: float
    warm_up: float | None
    median_latency: float | None
    p95_latency: float | None
    tokens_per_second: float | None
    cost: Decimal | None
    quality: float | None


async def timed(model, prompt, clock):
    start = clock()
    response = await model_request(model, [ModelRequest.user_text_prompt(prompt)])
    return clock() - start, response


async def try_timed(model, prompt, clock):
    try:
        return await timed(model, prompt, clock)
    except Exception:
        return None


async def profile_models(
    models: Sequence[Model],
    prompts: Iterable[str],
    *,
    score: Callable[[str, str], float],
    max_concurrency: int = 4,
    clock: Callable[[], float] = time.perf_counter,
) -> list[ModelProfile]:
    texts = [*prompts]
    if not texts:
        raise ValueError("no prompts")
    if max_concurrency < 1:
        raise ValueError(f"max_concurrency is {max_concurrency}")

    table = []
    for model in models:
        cold = await try_timed(model, texts[0], clock)
        todo = deque(enumerate(texts))
        found = {}

        async def worker():
            while todo:
                number, text = todo.popleft()
                found[number] = await try_timed(model, text, clock)

        workers = [asyncio.create_task(worker()) for _ in range(max_concurrency)]
        try:
            for w in workers:
                await w
        finally:
            for w in workers:
                w.cancel()

        good = {n: sample for n, sample in found.items() if sample}
        times = sorted(seconds for seconds, _ in good.values())
        costs = [
            openrouter_factory.response_cost(response, model.model_name)
            for _, response in good.values()
        ]
        p95 = None
        for rank, seconds in enumerate(times, start=1):
            if rank * 20 >= len(times) * 19:
                p95 = seconds
                break
        tokens = sum(r.usage.output_tokens for _, r in good.values())
        row = ModelProfile(
            model.model_name,
            len(texts),
            (len(texts) - len(good)) / len(texts),
            cold[0] if cold else None,
            median(times) if times else None,
            p95,
            tokens / sum(times) if any(times) else None,
            None if None in costs or not costs else sum(costs, Decimal()) / len(costs),
            mean(score(texts[n], r.text) for n, (_, r) in good.items())
            if good
            else None,
        )
        table.append(row)
    return table


def plot_profiles(profiles: Sequence[ModelProfile]) -> Figure:
    fig = Figure(figsize=(8, 5))
    ax = fig.add_subplot()
    words = ["A plot of models"]
    for p in profiles:
        if p.median_latency is None or p.cost is None or p.quality is None:
            words.append(f"({p.model} is missing here)")
            continue
        ax.scatter(
            p.median_latency, p.cost, s=20 * 2 ** (5 * p.quality), label=p.model
        )
        words.append(
            f"{p.model}: {p.median_latency:.3f} s, {p.cost:.5f} USD, {p.quality:.3f}"
        )
    if len(words) > 1 and ax.collections:
        ax.legend()
    ax.set_xlabel("median latency in seconds")
    ax.set_ylabel("mean cost in USD")
    ax.set_title("Which model?")
    fig.set_label("\n".join(words))
    return fig
