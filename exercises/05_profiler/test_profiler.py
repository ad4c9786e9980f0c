"""What the exercise asks for. Read it as a specification; it needs no change.

Time is made up here: models that take seconds take none, and nobody waits.
"""

import asyncio
import math
import random
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Any

import httpx
import httpx2
import numpy as np
import pytest
import respx
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from profiler import ModelProfile, plot_profiles, profile_models
from pydantic_ai import (
    ModelHTTPError,
    ModelMessage,
    ModelResponse,
    RequestUsage,
    TextPart,
)
from pydantic_ai.messages import UserPromptPart
from pydantic_ai.models import Model

from course.expect import Outcome, call, call_async, fail, same, shown
from course.fake_time import FakeTime
from course.replies import chat_reply
from openrouter_factory import (
    FAST,
    create_openrouter_model,
    get_model_info,
    token_cost,
)

A, B, C = "openai/test-a", "openai/test-b", "openai/test-c"
POINT = ("median_latency", "cost", "quality")  # what a point shows
Plot = tuple[list[ModelProfile], str, Figure]  # the rows, the call, what it gave
MEASURED: dict[str, ModelProfile] = {}
STUCK: list[Any] = []  # what waited for ever: from the second on, we wait less


# Task 1: measure


@pytest.mark.task(1)
async def test_each_model_has_a_row_in_the_order_given():
    time = FakeTime()
    slow, fast = {"one": Step(seconds=90)}, {"one": Step(seconds=1)}
    models = [Scripted(A, slow, time), Scripted(B, fast, time), Scripted(A, fast, time)]
    models.append(models[1])
    table = await profiled(models, ["one"], time)
    check(
        "await profile_models([test-a, b := test-b, test-a, b], …): the rows' models",
        [row.model for row in table],
        [A, B, A, B],
        why="Whoever reads the table looks for their models in their own order.",
        look="how you collect the rows: by name, or as they come, is another order.",
    )


@pytest.mark.task(1)
async def test_the_warm_up_comes_first_and_stands_apart():
    time, seen = FakeTime(start=0.0), Record()
    plan = {"one": Step(), "two": Step()}
    model = Scripted(A, plan, time, record=seen, first=Step(seconds=9))
    [row] = await profiled([model], ["one", "two"], time)
    called = "a model whose first answer takes 9 s, each later one 1 s; 2 prompts"
    why = "The first request pays for connections: it says nothing about the others."
    look = "the first prompt, asked once more before all else, and kept apart."
    begun = [(start.prompt, start.at >= 9) for start in seen.starts]
    check(
        f"{called}: who was asked, and whether 9 s had passed",
        [*begun[:1], *sorted(begun[1:])],
        [("one", False), ("one", True), ("two", True)],
        why=why,
        look="`await` the warm-up, with the first prompt; then start the others.",
    )
    has(called, row, why=why, look=look, warm_up=9.0, samples=2)
    has(called, row, why=why, look=look, median_latency=1.0, p95_latency=1.0)


@pytest.mark.task(1)
async def test_each_prompt_is_a_sample():
    time = FakeTime()
    plan = {"one": Step(), "two": Step()}
    [row] = await profiled([Scripted(A, plan, time)], ["one", "two", "one"], time)
    has(
        'the prompts ["one", "two", "one"]',
        row,
        why="Who asks twice wants two samples: answers differ, and so does their time.",
        look="what you go through: each prompt, as often as it comes.",
        samples=3,
    )


LATENCIES = {
    "one": [2.0],
    "odd": [9.0, 1.0, 2.0],
    "one of them slow": [96.0, *map(float, range(10, 0, -1))],
    "even, one of them slow": [96.0, *map(float, range(1, 20))],
}
P95 = {"one": 2.0, "odd": 9.0, "one of them slow": 96.0, "even, one of them slow": 19.0}


@pytest.mark.task(1)
async def test_the_median_is_in_the_middle():
    medians = [2.0, 2.0, 6.0, 10.5]
    for seconds, median in zip(LATENCIES.values(), medians, strict=True):
        called, row = await of_latencies(seconds)
        has(
            called,
            row,
            why="Half of the answers come sooner; of two in the middle, take the mean.",
            look="`statistics.median`, of the measured seconds.",
            median_latency=median,
        )


@pytest.mark.task(1)
async def test_the_95th_percentile_is_the_nearest_rank():
    for kind, seconds in LATENCIES.items():
        called, row = await of_latencies(seconds)
        has(
            called,
            row,
            why="At least 95 % of the answers came within this time, a measured one.",
            look="sort, then take the place `ceil(0.95 * n)`, counted from 1.",
            p95_latency=P95[kind],
        )


@pytest.mark.task(1)
async def test_prompts_may_come_from_a_generator():
    time = FakeTime()
    plan = {"one": Step(), "two": Step()}
    models = [Scripted(A, plan, time), Scripted(B, plan, time)]
    called = "await profile_models(2 models, a generator of 2 prompts, …)"
    table = await profiled(models, (text for text in ("one", "two")), time, called)
    check(
        f"{called}: the samples",
        [row.samples for row in table],
        [2, 2],
        why="A generator can be read once only; the second model needs prompts too.",
        look="what you do with `prompts` first: make a list of them.",
    )


@pytest.mark.task(1)
async def test_what_cannot_be_measured_is_refused():
    for prompts, limit in (([], 4), (["one"], 0), (["one"], -1)):
        time = FakeTime()
        models = [Scripted(A, {"one": Step()}, time)]
        outcome = await asked(models, prompts, time, max_concurrency=limit)
        called = f"await profile_models(1 model, {prompts}, max_concurrency={limit}, …)"
        replace(outcome, call=called).raises(
            ValueError,
            why="Nothing would be measured, or everything would wait for ever.",
            look="the first lines of `profile_models`: look at what came.",
        )


# Task 2: add up


@pytest.mark.task(2)
async def test_tokens_per_second_come_from_the_sums():
    time = FakeTime()
    plan = {"short": Step(seconds=1, tokens=1), "long": Step(seconds=7, tokens=63)}
    [row] = await profiled([Scripted(A, plan, time)], [*plan], time)
    has(
        "two answers: 1 token in 1 s, and 63 tokens in 7 s",
        row,
        why="64 tokens took 8 s. A mean of rates would count a short answer for much.",
        look="all output tokens, divided by all seconds.",
        tokens_per_second=8.0,
    )


@pytest.mark.task(2)
async def test_the_cost_is_that_of_one_answer_on_average():
    for costs, mean in ((("0.1", "0.2"), "0.15"), (("0.25", "1.75"), "1")):
        row = await of_costs(*costs)
        called = f"answers that cost {' and '.join(costs)} USD"
        look = "the sum of the costs as `Decimal`, divided by the number of answers."
        why = "Models are compared by what one answer costs; floats would round it."
        has(called, row, why=why, look=look, cost=Decimal(mean))
        check(f"{called}: the type", type(row.cost), Decimal, why=why, look=look)


@pytest.mark.task(2)
async def test_an_unknown_cost_is_not_zero():
    for costs in (("0.5", None), (None,), ("0",)):
        row = await of_costs(*costs)
        has(
            f"costs of {' and '.join(cost or 'nobody knows what' for cost in costs)}",
            row,
            why="A model of unknown price would look cheap; a free one is known to be.",
            look="`response_cost`: it gives None for unknown, and 0 for free.",
            cost=None if None in costs else Decimal(0),
        )


@pytest.mark.task(2)
async def test_quality_is_the_mean_of_the_callers_scores():
    time = FakeTime()
    plan = {
        "2 + 2?": Step(text="4"),
        "3 + 3?": Step(text="7"),
        "hm?": Step(text="-\n-"),
    }
    points = {("2 + 2?", "4"): 1, ("3 + 3?", "7"): 0, ("hm?", "-\n-"): 0.125}
    [row] = await profiled(
        [Scripted(A, plan, time)],
        [*plan],
        time,
        score=lambda *pair: points.get(pair, 99),
    )
    has(
        "three answers with the scores 1, 0 and 0.125",
        row,
        why="What a good answer is, the caller knows: `score(prompt, answer)`.",
        look="what you hand to `score`, and the mean of what it gives.",
        quality=0.375,
    )


@pytest.mark.task(2)
async def test_the_time_that_scoring_takes_is_no_latency():
    time = FakeTime()

    def slow_score(prompt: str, answer: str) -> float:
        time.advance(50)
        return 1.0

    models = [Scripted(A, {"one": Step(seconds=1)}, time)]
    [row] = await profiled(models, ["one"], time, score=slow_score)
    called = "an answer after 1 s, and a `score` that takes 50 s"
    why = "How long you think about an answer says nothing about the model."
    look = "when the clock is read again: as soon as the answer is there."
    has(called, row, why=why, look=look, median_latency=1.0, tokens_per_second=10.0)


@pytest.mark.task(2)
async def test_the_warm_up_is_in_no_sum():
    time = FakeTime()
    plan = {"one": Step(), "two": Step()}
    first = Step(seconds=9, tokens=900, cost="90", text="cold")
    model = Scripted(A, plan, time, first=first)
    [row] = await profiled(
        [model], ["one", "two"], time, score=lambda _, answer: float(answer != "cold")
    )
    called = "a first answer of 900 tokens for 90 USD; two of 10 tokens for 0.25 USD"
    why = "The warm-up stands apart: it is asked for your sake, not for the table's."
    look = "which answers go into the sums: those of the prompts alone."
    has(called, row, why=why, look=look, tokens_per_second=10.0, quality=1.0)
    has(called, row, why=why, look=look, cost=Decimal("0.25"))


@pytest.mark.task(2)
@pytest.mark.httpx2(assert_all_called=False)
async def test_what_openrouter_charged_is_counted(httpx2_mock: respx.Router):
    wire = httpx2_mock.post(path="/api/v1/chat/completions")
    wire.side_effect = [
        bill(cost=50.0),
        bill(cost=0.5),
        bill(cost=None),
    ]
    client = httpx2.AsyncClient(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    outcome = await call_async(
        profile_models,
        [create_openrouter_model(FAST, "sk-or-v1-test", http_client=client)],
        ["Hello?", "Bye?"],
        score=lambda prompt, answer: float(answer == "Hello!"),
        max_concurrency=1,
        clock=FakeTime().now,
    )
    called = "await profile_models([a model of the factory], 2 prompts, …)"
    by_table = token_cost(get_model_info(FAST), 5, 2) or Decimal(0)
    [row] = rows_of(replace(outcome, call=called), 1)
    check(
        f"{called}: the requests that OpenRouter saw",
        len(wire.calls),
        3,
        why="One for the warm-up and one for each prompt.",
        look="how you ask a model: `await Agent(model).run(prompt)`.",
    )
    has(
        f"{called}: charged were 0.50 USD, then the charge was not said",
        row,
        why="What counts is what OpenRouter charged, else the price of the name asked.",
        look="`response_cost(response, model.model_name)` of openrouter_factory.",
        cost=(Decimal("0.5") + by_table) / 2,
    )
    why, look = "The rest of the row must be right, too.", "this field."
    has(called, row, why=why, look=look, model=FAST, samples=2, error_rate=0.0)
    has(called, row, why=why, look=look, quality=1.0)


# Task 3: failures are rows


@pytest.mark.task(3)
async def test_a_failure_is_counted_and_not_raised():
    time = FakeTime()
    kinds = [
        ModelHTTPError(500, A),
        ValueError("no"),
        TimeoutError("no"),
        KeyError("no"),
    ]
    plan = {"good": Step(), **{type(e).__name__: Step(error=e) for e in kinds}}
    models = [Scripted(A, dict.fromkeys(plan, Step()), time), Scripted(B, plan, time)]
    table = await profiled(models, [*plan], time)
    called = f"5 prompts, of which 4 end in {', '.join([*plan][1:])}"
    why = "A model that fails is a result, and the other models still have theirs."
    look = "`except Exception` around one request: count it, and go on."
    has(called, table[1], why=why, look=look, error_rate=0.8, samples=5)
    has("its neighbour, without a failure", table[0], why=why, look=look, error_rate=0)


@pytest.mark.task(3)
async def test_only_answers_are_in_the_sums():
    time = FakeTime()
    quick = Step(seconds=0.25, error=RuntimeError("no"))
    slow = Step(seconds=50, error=RuntimeError("no"))
    plan = {"a": Step(seconds=2), "b": quick, "c": Step(seconds=4), "d": slow}
    [row] = await profiled([Scripted(A, plan, time)], [*plan], time)
    called = "answers after 2 and 4 s, failures after 0.25 and 50 s"
    why = "A model that fails at once is not a quick one, nor one without quality."
    look = "which samples go into the sums: the answers alone."
    has(called, row, why=why, look=look, median_latency=3.0, p95_latency=4.0)
    has(called, row, why=why, look=look, quality=1.0, cost=Decimal("0.25"))
    has(called, row, why=why, look=look, tokens_per_second=20 / 6)


@pytest.mark.task(3)
async def test_a_model_that_never_answers_has_a_row_too():
    time = FakeTime()
    broken = Step(error=RuntimeError("no"))
    models = [Scripted(A, {"a": broken, "b": broken}, time)]
    [row] = await profiled(models, ["a", "b"], time)
    has(
        "a model that fails each time",
        row,
        why="No answer means that nothing is known: 0 seconds or 0 USD would be lies.",
        look="what each sum gives without a single answer: None.",
        error_rate=1.0,
        samples=2,
        warm_up=None,
        median_latency=None,
        p95_latency=None,
        tokens_per_second=None,
        cost=None,
        quality=None,
    )


@pytest.mark.task(3)
async def test_a_warm_up_that_fails_changes_nothing_else():
    time = FakeTime()
    first = Step(error=RuntimeError("still asleep"))
    models = [Scripted(A, {"a": Step(), "b": Step()}, time, first=first)]
    [row] = await profiled(models, ["a", "b"], time)
    why = "Some models are asleep at the first request, and awake at the second."
    look = "the warm-up: it can fail as any other request can."
    called = "a model that fails at the first request only"
    has(called, row, why=why, look=look, warm_up=None, error_rate=0.0, samples=2)
    has(called, row, why=why, look=look, median_latency=1.0)


@pytest.mark.task(3)
async def test_answers_that_take_no_time_have_no_speed():
    time = FakeTime()
    [row] = await profiled([Scripted(A, {"a": Step(seconds=0)}, time)], ["a"], time)
    why = "Nothing can be divided by 0 seconds; 0 seconds are known all the same."
    look = "the division, and whether you ask for 0 or for None."
    called = "an answer after 0 s, by a coarse clock"
    has(called, row, why=why, look=look, tokens_per_second=None, warm_up=0.0)
    has(called, row, why=why, look=look, median_latency=0.0, p95_latency=0.0)


@pytest.mark.task(3)
async def test_random_tables_are_as_worked_out_by_hand():
    dice, time = random.Random(20261127), FakeTime()
    prompts = [f"{'o' * n}h" for n in range(4)]
    names = [f"openai/test-{n}" for n in range(4)]
    plans = [{text: any_step(dice) for text in prompts} for _ in names]
    models = [Scripted(*pair, time) for pair in zip(names, plans, strict=True)]
    table = await profiled(
        models, prompts, time, score=lambda text, answer: len(text) + float(answer)
    )
    for row, name, plan in zip(table, names, plans, strict=True):
        steps = [step for step in plan.values() if step.error is None]
        called = f"steps of (seconds, tokens, USD, error) {in_short(plan)}"
        why, look = "Worked out by hand.", "this sum, step by step, on paper."
        for field_name, expected in by_hand(name, plan, steps).items():
            has(called, row, why=why, look=look, **{field_name: expected})


def by_hand(name: str, plan: dict[str, "Step"], steps: list["Step"]) -> dict[str, Any]:
    """A slow, plain way to the same row."""
    ranks = sorted(step.seconds for step in steps)
    inside = [s for s in ranks if 100 * sum(r <= s for r in ranks) >= 95 * len(ranks)]
    middle = (ranks[(len(ranks) - 1) // 2] + ranks[len(ranks) // 2]) / 2 if ranks else 0
    costs = [step.cost for step in steps]
    total = sum(Decimal(cost or 0) for cost in costs)
    marks = [len(text) + float(s.text) for text, s in plan.items() if s.error is None]
    return {
        "model": name,
        "samples": len(plan),
        "error_rate": (len(plan) - len(steps)) / len(plan),
        "median_latency": middle if steps else None,
        "p95_latency": min(inside) if steps else None,
        "tokens_per_second": sum(s.tokens for s in steps) / sum(ranks)
        if steps
        else None,
        "cost": total / len(steps) if steps and None not in costs else None,
        "quality": sum(marks) / len(marks) if marks else None,
    }


# Task 4: several at once, but not too many


@pytest.mark.task(4)
async def test_never_more_requests_than_allowed_are_under_way():
    time, seen, limit = FakeTime(), Record(), 2
    plan = {f"prompt {n}": Step(seconds=1 + n) for n in range(2)}
    models = [Scripted(name, plan, time, record=seen) for name in (A, B, C)]
    await profiled(models, [*plan], time, max_concurrency=limit)
    if seen.most > limit:
        fail(
            f"3 models, 2 prompts, max_concurrency={limit}",
            f"{seen.most} requests under way at once",
            f"{limit} at most, warm-ups included",
            why="The limit is there for the account, and it is one for all models.",
            look="where the semaphore is made: once, not once for each model.",
        )


@pytest.mark.task(4)
async def test_requests_run_side_by_side_up_to_the_limit():
    for limit, prompts, took in ((1, 2, 3.0), (None, 5, 3.0), (5, 5, 2.0)):
        time = FakeTime()
        plan = {f"prompt {n}": Step(seconds=1) for n in range(prompts)}
        options = {} if limit is None else {"max_concurrency": limit}
        outcome = await asked([Scripted(A, plan, time)], [*plan], time, **options)
        called = f"a warm-up and {prompts} prompts of 1 s each, "
        called += f"max_concurrency={limit}" if limit else "no limit given"
        rows_of(replace(outcome, call=called), 1)
        check(
            f"{called}: all took",
            time.now() - 1_000,
            took,
            why="A profile of a hundred prompts, one by one, takes an hour.",
            look="start all the requests, each of which waits for its place.",
        )


@pytest.mark.task(4)
async def test_a_place_that_is_free_is_taken_at_once():
    time, seen, limit = FakeTime(start=0.0), Record(), 2
    seconds = [9, 1, 1, 2, 1]
    plan = {f"prompt {n}": Step(seconds=s) for n, s in enumerate(seconds)}
    model = Scripted(A, plan, time, record=seen, first=Step(seconds=0))
    await profiled([model], [*plan], time, max_concurrency=limit)
    came = [start.at for start in seen.starts[1:]]
    ends = [start.at + plan[start.prompt].seconds for start in seen.starts[1:]]
    free = [
        sorted(ends[:n])[n - limit] if n >= limit else 0.0 for n in range(len(came))
    ]
    check(
        f"latencies of {seconds} s, max_concurrency={limit}: when each request began",
        came,
        free,
        why="Whoever waits for a whole batch waits for its slowest request.",
        look="a semaphore in place of batches: each end lets the next one begin.",
    )


@pytest.mark.task(4)
async def test_waiting_for_a_place_is_no_latency():
    time = FakeTime()
    plan = {f"prompt {n}": Step(seconds=1) for n in range(2)}
    models = [Scripted(A, plan, time), Scripted(B, plan, time)]
    table = await profiled(models, [*plan], time, max_concurrency=1)
    called = "2 models, 2 prompts of 1 s each, 1 request at a time"
    why = "The wait is yours, not the model's."
    look = "when the clock is first read: after a place is free, not before."
    for row in table:
        has(called, row, why=why, look=look, warm_up=1.0, median_latency=1.0)
        has(called, row, why=why, look=look, p95_latency=1.0, tokens_per_second=10.0)


@pytest.mark.task(4)
async def test_a_failure_gives_its_place_back():
    time = FakeTime()
    plan = {f"prompt {n}": Step(error=RuntimeError("no")) for n in range(2)}
    plan["the last"] = Step()
    [row] = await profiled([Scripted(A, plan, time)], [*plan], time, max_concurrency=2)
    has(
        "2 failures and an answer, 2 requests at a time",
        row,
        why="A place that is not given back is lost for all that wait.",
        look="`async with` around the request: it gives back, whatever happens.",
        samples=3,
        median_latency=1.0,
    )


@pytest.mark.task(4)
async def test_whoever_cancels_stops_every_request():
    for when, under_way in (("in the warm-up", 1), ("after it", 3)):
        pace, seen = FakeTime(), Record()
        plan = dict.fromkeys(["a", "b", "c"], Step(seconds=1000))
        first = Step(seconds=1000 if under_way == 1 else 1)
        models = [Scripted(A, plan, pace, record=seen, first=first)]
        before = asyncio.all_tasks()
        task = asyncio.ensure_future(
            call_async(
                profile_models, models, [*plan], score=lambda *_: 1.0, clock=pace.now
            )
        )
        await pace.sleep(10)
        called = "task = create_task(profile_models(1 model, 3 prompts, …)); "
        called += f"task.cancel(), {when}"
        why = "Requests that nobody waits for any more still cost money."
        if task.done():
            came, wanted = task.result().came_back(), "requests under way"
            look = "what you return before the requests have ended."
            fail(called, came, wanted, why=why, look=look)
        answered = seen.answered
        task.cancel()
        await pace.sleep(9_999)  # so long that whatever goes on comes to its end
        others = asyncio.all_tasks() - before - {task}
        came = [task.cancelled(), seen.answered - answered, len(others)]
        for other in {*others, task}:
            other.cancel()
        await pace.sleep(9_999)
        check(
            f"{called}: [cancelled, requests that went on, tasks left]",
            came,
            [True, 0, 0],
            why=why,
            look="`except BaseException`, a bare `except:`, tasks that nobody awaits.",
        )


@pytest.mark.task(4)
async def test_the_same_input_gives_the_same_table():
    tables = []
    for _ in range(2):
        time, dice = FakeTime(), random.Random(7)
        plan = {f"prompt {n}": any_step(dice) for n in range(2)}
        models = [Scripted(name, plan, time) for name in (A, B)]
        tables.append(
            await profiled(models, [*plan], time, score=lambda _, text: float(text))
        )
    check(
        "the same models and prompts, twice",
        tables[1],
        tables[0],
        why="Two profiles can only be compared if chance has no say in them.",
        look="what one call leaves behind for the next: lists, counters, caches.",
    )


# Task 5: draw it


@pytest.mark.task(5)
def test_cost_is_drawn_against_latency():
    rows, called, figure = five_drawn()
    why = "Down and to the left are the quick and cheap ones."
    look = "x is the median latency, y the cost, in `scatter` of the figure's axes."
    came = [(x, y) for x, y, _ in points_of(figure)]
    wanted = [(row.median_latency, float(row.cost)) for row in rows]
    check(called, sorted(came), wanted, why=why, look=look)


@pytest.mark.task(5)
def test_the_better_the_larger():
    rows, called, figure = five_drawn()
    sizes = [size for _, _, size in sorted(points_of(figure))]
    grows_with([row.quality for row in rows], called, sizes)
    rows, called, figure = one_drawn_of_five()
    sizes = sorted(size for _, _, size in points_of(figure))
    grows_with([rows[0].quality], called, sizes[:1])


def grows_with(qualities: list[float], called: str, sizes: list[float]) -> None:
    ranked = [size for _, size in sorted(zip(qualities, sizes, strict=False))]
    grows = all(less < more for less, more in pairwise([0.0, *ranked]))
    if len(sizes) != len(qualities) or not grows:
        fail(
            f"{called}, of quality {', '.join(f'{q:g}' for q in qualities)}",
            f"points of the sizes {', '.join(f'{size:.4g}' for size in sizes)}",
            "a point for each row, the better the larger, none of size 0",
            why="Size is how the third number shows, also without colours.",
            look="`s` of `scatter`: it grows with quality, and starts above 0.",
        )


@pytest.mark.task(5)
def test_the_plot_names_models_and_units():
    rows, called, figure = five_drawn()
    why = "A point without a name, or a number without a unit, tells nothing."
    for row in rows:
        if not any(row.model in text for text in texts_of(figure)):
            came = f"the texts {shown([*dict.fromkeys(texts_of(figure))])}"
            look = "`annotate` of the axes, for each point; or a legend."
            fail(called, came, f"{row.model} among them", why=why, look=look)
    labels = [(axes.get_xlabel(), axes.get_ylabel()) for axes in figure.axes]
    x, y = labels[0] if labels else ("", "")
    for label, word in [(x, "latency"), (x, "second"), (y, "cost"), (y, "USD")]:
        if word.casefold() not in label.casefold():
            look = "`set_xlabel` and `set_ylabel`: what it is, and its unit."
            fail(called, f"the labels {x!r}, {y!r}", f'"{word}"', why=why, look=look)


@pytest.mark.task(5)
def test_what_is_not_known_is_not_drawn():
    rows, called, figure = one_drawn_of_five()
    why = "A point at 0 would be the best of all: quick and free."
    look = "leave such a row out of the drawing, and name it in the words."
    came = [(x, y) for x, y, _ in points_of(figure)]
    check(f"{called}: the points", came, [(1.5, 0.25)], why=why, look=look)
    label = str(figure.get_label())
    for row in rows[1:]:
        if row.model not in label:
            wanted = f"words that name {row.model}, too"
            fail(f"{called}.get_label()", shown(label), wanted, why=why, look=look)


@pytest.mark.task(5)
def test_nothing_to_draw_is_no_error():
    silent = replace(drawn(A, 1, "1", 1), **dict.fromkeys(POINT))
    for given in ([], [silent]):
        _, called, figure = plotted(given)
        why, look = "An empty plot says that nothing was measured.", "`max` of nothing."
        check(f"{called}: points", points_of(figure), [], why=why, look=look)


@pytest.mark.task(5)
def test_the_words_say_what_the_picture_says():
    rows, called, figure = five_drawn()
    words = str(figure.get_label())
    numbers = [float(text) for text in re.findall(NUMBER, words)]
    for row in rows:
        found = [near_enough(getattr(row, part), numbers) for part in POINT]
        lacking = [part for part, there in zip(POINT, found, strict=True) if not there]
        wanted = [f"{part} {getattr(row, part)}" for part in lacking]
        if row.model not in words:
            wanted = [row.model]
        if wanted:
            fail(
                f"{called}.get_label()",
                shown(words),
                f"words with {', '.join(wanted)} in them",
                why="Not everybody sees the picture; a screen reader reads words.",
                look="`figure.set_label(…)`: name and numbers of each row.",
            )


NUMBER = r"\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"


def near_enough(value: float | Decimal, numbers: list[float]) -> bool:
    """Whether `value` is among `numbers`, rounded to three digits at most."""
    return any(math.isclose(value, number, rel_tol=0.005) for number in numbers)


# Helpers


async def settle(done: Callable[[], bool] = lambda: False, turns: int = 400) -> None:
    """Let everything run that can run, until `done`."""
    for _ in range(turns):
        if done():
            return
        await asyncio.sleep(0)


@dataclass(frozen=True)
class Step:
    """What a made-up model does with one prompt."""

    seconds: float = 1.0
    tokens: int = 10
    cost: str | None = "0.25"
    text: str = "Hello!"
    error: Exception | None = None


@dataclass(frozen=True)
class Start:
    prompt: str
    at: float


@dataclass
class Record:
    """What the made-up models saw."""

    active: int = 0
    most: int = 0
    answered: int = 0
    starts: list[Start] = field(default_factory=list)


class Scripted(Model):
    """A model that follows `plan`; its first request of all does `first`, if given."""

    system = "made up"
    model_name = ""

    def __init__(
        self,
        name: str,
        plan: dict[str, Step],
        pace: FakeTime,
        *,
        record: Record | None = None,
        first: Step | None = None,
    ) -> None:
        super().__init__()
        self.model_name = name
        self.plan, self.pace, self.first = plan, pace, first
        self.seen = record or Record()

    async def request(self, messages: list[ModelMessage], *_: Any) -> ModelResponse:
        prompt, seen = last_prompt(messages), self.seen
        step, self.first = self.first or self.plan[prompt], None
        seen.starts.append(Start(prompt, self.pace.now()))
        seen.active += 1
        seen.most = max(seen.most, seen.active)
        try:
            await self.pace.sleep(step.seconds)
        finally:
            seen.active -= 1
        seen.answered += 1
        if step.error is not None:
            raise step.error
        return ModelResponse(
            parts=[TextPart(step.text)],
            usage=RequestUsage(input_tokens=5, output_tokens=step.tokens),
            model_name=self.model_name,
            provider_details=None if step.cost is None else charged(step.cost),
        )


def charged(cost: str) -> dict[str, Any]:
    return {"cost": float(cost)} if float(cost) else {"is_byok": False}


def last_prompt(messages: Sequence[ModelMessage]) -> str:
    parts = [part for message in messages for part in message.parts]
    prompts = [part.content for part in parts if isinstance(part, UserPromptPart)]
    content = prompts[-1] if prompts else ""
    return content if isinstance(content, str) else "".join(map(str, content))


def any_step(dice: random.Random) -> Step:
    return Step(
        seconds=dice.randint(1, 40) / 4,
        tokens=dice.randint(1, 90),
        cost=None if dice.random() < 0.15 else str(dice.randint(0, 64) / 64),
        text=str(dice.randint(0, 16) / 16),
        error=RuntimeError("no") if dice.random() < 0.2 else None,
    )


def in_short(plan: dict[str, Step]) -> str:
    steps = [(s.seconds, s.tokens, s.cost, bool(s.error)) for s in plan.values()]
    return f"{', '.join(map(str, steps[:4]))}{', …' if len(steps) > 4 else ''}"


async def asked(models: Any, prompts: Any, time: FakeTime, **options: Any) -> Any:
    """Call the learner's code in made-up time, and keep what came back."""
    options = {"score": lambda prompt, answer: 1.0, "clock": time.now} | options
    work = asyncio.ensure_future(call_async(profile_models, models, prompts, **options))
    before, still = time.now(), 0
    while not work.done() and still < (1 if STUCK else 4):
        await asyncio.wait({work}, timeout=0.25)
        before, still = time.now(), still + 1 if time.now() == before else 0
    if work.done():
        return work.result()
    work.cancel()
    await settle(work.done)
    STUCK.append(work)
    return Outcome("", error=TimeoutError("it waits for what never comes"))


async def profiled(
    models: Any, prompts: Any, time: FakeTime, called: str = "", **options: Any
) -> Any:
    """The table that the learner's code makes, in made-up time, with much room."""
    outcome = await asked(models, prompts, time, **{"max_concurrency": 99} | options)
    text = f"await profile_models({len(models)} model{'s'[: len(models) - 1]}, …)"
    return rows_of(replace(outcome, call=called or text), len(models))


def rows_of(outcome: Any, count: int) -> list[ModelProfile]:
    while isinstance(outcome.error, ExceptionGroup):
        outcome = replace(outcome, error=outcome.error.exceptions[0])
    rows = outcome.value
    names = [each.name for each in fields(ModelProfile)]
    good = isinstance(rows, list) and len(rows) == count
    if not good or not all(isinstance(row, ModelProfile) for row in rows):
        look = "the end of `profile_models`: what it returns."
        if outcome.error is not None:
            look = "the error; a part that is still to be written says so."
        fail(
            outcome.call,
            outcome.came_back(),
            f"a list of {count} ModelProfile, one for each model",
            why=f"Each row has {names[0]}, {names[1]} … {names[-1]}.",
            look=look,
        )
    return rows


async def of_latencies(seconds: Sequence[float]) -> tuple[str, ModelProfile]:
    """The row of a model that takes so many seconds; measured once for all tests."""
    called = f"one model, latencies of {', '.join(f'{s:g}' for s in seconds)} s"
    if called not in MEASURED:
        time = FakeTime()
        plan = {f"prompt {n}": Step(seconds=s) for n, s in enumerate(seconds)}
        model = Scripted(A, plan, time, first=Step(seconds=0.5))
        [MEASURED[called]] = await profiled([model], [*plan], time)
    return called, MEASURED[called]


async def of_costs(*costs: str | None) -> ModelProfile:
    """The row of a model whose answers cost so much."""
    time = FakeTime()
    plan = {f"prompt {n}": Step(cost=cost) for n, cost in enumerate(costs)}
    [row] = await profiled([Scripted(A, plan, time)], [*plan], time)
    return row


def has(called: str, row: ModelProfile, *, why: str, look: str, **wanted: Any) -> None:
    """Fail unless the fields of `row` are as `wanted`."""
    __tracebackhide__ = True
    for name, expected in wanted.items():
        came = getattr(row, name)
        if not (same(came, expected) or near(came, expected)):
            fail(
                called,
                f"{name} = {shown(came)}",
                f"{name} = {shown(expected)}",
                why=why,
                look=look,
            )


def near(came: Any, expected: Any) -> bool:
    """Whether two numbers are equal but for the last digits of a float."""
    kind = Decimal if isinstance(expected, Decimal) else (float, int)
    if not isinstance(came, kind) or isinstance(came, bool) or expected is None:
        return False
    return math.isclose(came, expected, rel_tol=1e-12, abs_tol=1e-12)


def check(called: str, came: Any, expected: Any, *, why: str, look: str) -> None:
    """Fail unless `came` is `expected`."""
    __tracebackhide__ = True
    if not same(came, expected):
        fail(called, shown(came), shown(expected), why=why, look=look)


def bill(*, cost: float | None) -> httpx.Response:
    """An answer with what it cost; with `None`, an answer that does not say it."""
    body = chat_reply().json()
    if cost is None:
        del body["usage"]["cost"]
    else:
        body["usage"] |= {"cost": cost, "is_byok": False}
    return httpx.Response(200, json=body)


def drawn(name: str, latency: float, cost: str, quality: float) -> ModelProfile:
    return ModelProfile(
        model=name,
        samples=4,
        error_rate=0.25,
        warm_up=9.0,
        median_latency=latency,
        p95_latency=latency + 7,
        tokens_per_second=80.0,
        cost=Decimal(cost),
        quality=quality,
    )


def plotted(rows: list[ModelProfile]) -> Plot:
    called = f"plot_profiles([{', '.join(row.model.split('/')[1] for row in rows)}])"
    outcome = call(plot_profiles, [*rows])
    if not isinstance(outcome.value, Figure):
        fail(
            called,
            outcome.came_back(),
            "a Figure of matplotlib",
            why="Notebooks show it, and `savefig` writes it.",
            look="`Figure()` of `matplotlib.figure`, and what you return.",
        )
    return rows, called, outcome.value


@cache
def five_drawn() -> Plot:
    """Five rows and their plot, from left to right; drawn once for all tests."""
    rows = [
        drawn(A, 1.234, "0.000125", 0.5),
        drawn(B, 1.5, "0.0216", 10.0),
        drawn(C, 2.25, "0.0625", 0.0),
        drawn("openai/test-d", 3.75, "0.375", 3.0),
        drawn("openai/test-e", 6.0, "1.75", 0.54),
    ]
    return plotted(rows)


@cache
def one_drawn_of_five() -> Plot:
    """A row and rows of which something is not known; no quality is above 0."""
    rows = [drawn(A, 1.5, "0.25", 0.0)]
    for gap in [("median_latency",), ("cost",), ("quality",), POINT]:
        name = f"openai/without-{'-'.join(gap)}"
        rows.append(replace(drawn(name, 3, "1", 0.0), **dict.fromkeys(gap)))
    return plotted(rows)


def texts_of(figure: Figure) -> Iterator[str]:
    """The texts in `figure`: those of the axes first, as it takes long to find all."""
    yield from (text.get_text() for axes in figure.axes for text in axes.texts)
    yield from filter(None, (text.get_text() for text in figure.findobj(Text)))


def points_of(figure: Figure) -> list[tuple[float, float, float]]:
    """Each point in `figure`, by `scatter` or as a marker of `plot`: x, y and size."""
    drawn = [point for axes in figure.axes for point in _points(axes)]
    return [point for point in drawn if all(map(math.isfinite, point))]


def _points(axes: Axes) -> Iterator[tuple[float, float, float]]:
    for scattered in axes.collections:
        sizes = [float(size) for size in scattered.get_sizes()] or [0.0]
        offsets = np.ma.filled(np.ma.asarray(scattered.get_offsets(), float), math.nan)
        for n, (x, y) in enumerate(offsets):
            yield float(x), float(y), sizes[n % len(sizes)]
    for line in axes.lines:
        if line.get_marker() not in (None, "None", "none", " ", ""):
            for x, y in line.get_xydata():
                yield float(x), float(y), line.get_markersize() ** 2
