"""Functional, with anyio's task group and limiter, and numpy for the figures."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import partial
from operator import attrgetter
from typing import NamedTuple

import anyio
import numpy as np
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


class Answer(NamedTuple):
    """What came, and how long it took."""

    prompt: str
    seconds: float
    response: ModelResponse


async def timed(limiter, clock, model, prompt) -> Answer | None:
    async with limiter:
        began = clock()
        try:
            response = await model_request(model, [ModelRequest.user_text_prompt(prompt)])
        except Exception:
            return None
        return Answer(prompt, clock() - began, response)


async def all_of(calls) -> list:
    found = [None] * len(calls)

    async def one(at, call):
        found[at] = await call()

    async with anyio.create_task_group() as group:
        for at, call in enumerate(calls):
            group.start_soon(one, at, call)
    return found


async def measured(ask, prompts, model):
    warm = await ask(model, prompts[0])
    return warm, await all_of([partial(ask, model, prompt) for prompt in prompts])


def mean_cost(model, answers) -> Decimal | None:
    costs = [response_cost(answer.response, model.model_name) for answer in answers]
    return None if None in costs else sum(costs) / Decimal(len(costs))


def known(model, score, answers) -> dict:
    if not answers:
        return dict.fromkeys(
            ["median_latency", "p95_latency", "tokens_per_second", "cost", "quality"]
        )
    seconds = np.array([answer.seconds for answer in answers])
    tokens = sum(answer.response.usage.output_tokens for answer in answers)
    return {
        "median_latency": float(np.median(seconds)),
        "p95_latency": float(np.quantile(seconds, 0.95, method="inverted_cdf")),
        "tokens_per_second": float(tokens / seconds.sum()) if seconds.any() else None,
        "cost": mean_cost(model, answers),
        "quality": float(np.mean([score(a.prompt, a.response.text) for a in answers])),
    }


def row(score, model, warm, results) -> ModelProfile:
    answers = [result for result in results if result is not None]
    return ModelProfile(
        model=model.model_name,
        samples=len(results),
        error_rate=results.count(None) / len(results),
        warm_up=warm and warm.seconds,
        **known(model, score, answers),
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
    prompts = tuple(prompts)
    if not prompts or max_concurrency < 1:
        raise ValueError("at least one prompt, and one request at a time")
    ask = partial(timed, anyio.CapacityLimiter(max_concurrency), clock)
    everything = await all_of([partial(measured, ask, prompts, model) for model in models])
    return [row(score, model, *found) for model, found in zip(models, everything, strict=True)]


def plot_profiles(profiles: Sequence[ModelProfile]) -> Figure:
    """Draw cost against latency, one point per model; the better, the larger."""
    needed = attrgetter("median_latency", "cost", "quality")
    drawn = [p for p in profiles if None not in needed(p)]
    figure = Figure()
    axes = figure.add_subplot(xlabel="latency [seconds]", ylabel="cost [USD]")
    x, y, quality = np.array([needed(p) for p in drawn], dtype=float).reshape(-1, 3).T
    axes.scatter(x, y, s=np.exp(-1 / (quality + 0.1)) * 200)
    for p in drawn:
        axes.annotate(p.model, (p.median_latency, float(p.cost)))
    figure.set_label(
        "\n".join(
            " ".join(f"{k}={v!s}" for k, v in asdict(p).items()) for p in profiles
        )
    )
    return figure
