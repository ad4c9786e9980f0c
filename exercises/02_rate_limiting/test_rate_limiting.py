"""What the exercise asks for. Read it as a specification; it needs no change."""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
import respx
from pydantic_ai import Agent
from pydantic_ai.exceptions import (
    ModelAuthenticationError,
    ModelHTTPError,
    ModelQuotaExceededError,
    ModelRateLimitError,
    ModelRequestRejectedError,
)
from pydantic_ai.messages import ModelRequest, ModelResponse, TextPart
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.function import FunctionModel
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition
from rate_limiting import RateLimitedModel, RateLimiter

from course.expect import Outcome, call, fail
from course.fake_time import FakeTime
from course.held_locks import HeldLocks
from course.replies import chat_reply
from openrouter_factory import FAST, create_openrouter_model

MOMENT = 0.001  # seconds that nobody minds
LONG = 100_000.0  # seconds after which nobody waits any more


@dataclass
class Visitor:
    """One who asks a limiter at `arrives`, and may give up at `leaves`."""

    arrives: float
    leaves: float | None = None
    times: int = 1  # that it asks, without a pause
    start: float | None = None
    error: BaseException | None = None
    task: Any = None
    on_start: Callable[[], Any] = field(default=lambda: None)


class RealSleepError(Exception):
    """The learner's code waits for real."""


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    """A clock that jumps; nobody waits for real meanwhile."""
    pause = asyncio.sleep

    async def asyncio_sleep(delay: float, result: Any = None) -> Any:
        if delay > 0:
            refuse("asyncio", delay)
        return await pause(0, result)

    def refuse(module: str, delay: float) -> None:
        raise RealSleepError(f"`{module}.sleep({delay:g})` is not the `sleep` given")

    monkeypatch.setattr("asyncio.sleep", asyncio_sleep)
    monkeypatch.setattr("time.sleep", lambda delay: refuse("time", delay))
    return FakeTime()


def a_limiter(max_calls: int, period: float, fake: FakeTime, **other: Any) -> Any:
    given: dict[str, Any] = {"clock": fake.now, "sleep": fake.sleep} | other
    outcome = call(RateLimiter, max_calls, period, **given)
    if outcome.error is not None or not hasattr(outcome.value, "acquire"):
        fail(
            f"RateLimiter({max_calls}, {period:g}, clock=…, sleep=…)",
            outcome.came_back(),
            "a limiter with `acquire`",
            why="Whoever wants to be limited makes one of these first.",
            look="`RateLimiter.__init__`.",
        )
    return outcome.value


async def visit(
    limiter: Any, fake: FakeTime, visitors: list[Visitor], called: str
) -> list[float]:
    """When each visitor started, in order; those who gave up are left out."""
    begin = fake.now()

    async def come(visitor: Visitor) -> None:
        if visitor.arrives:
            await fake.sleep(visitor.arrives)
        try:
            for _ in range(visitor.times):
                await limiter.acquire()
        except BaseException as error:
            visitor.error = error
        else:
            visitor.start = fake.now() - begin
            visitor.on_start()

    async def go(visitor: Visitor) -> None:
        await fake.sleep(visitor.leaves or 0.0)
        visitor.task.cancel()

    for visitor in visitors:
        visitor.task = asyncio.ensure_future(come(visitor))
    leaving = [asyncio.ensure_future(go(v)) for v in visitors if v.leaves is not None]
    await fake.sleep(LONG)
    for task in [*leaving, *(v.task for v in visitors)]:
        task.cancel()
    staying = [v for v in visitors if not isinstance(v.error, asyncio.CancelledError)]
    for visitor in staying:
        came_back_well(visitor, called)
    return [visitor.start for visitor in staying if visitor.start is not None]


def came_back_well(visitor: Visitor, called: str) -> None:
    if visitor.error is not None:
        fail(
            called,
            Outcome("", error=visitor.error).came_back(),
            "that every caller may start, some of them later",
            why="A limiter delays calls; it refuses none.",
            look="`acquire`.",
        )
    if visitor.start is None:
        fail(
            called,
            f"nothing: the caller of {visitor.arrives:g} s still waits, for ever",
            "that each caller starts as soon as there is a place",
            why="A call that never starts is worse than one that is refused.",
            look="who wakes those who wait; and is it the given `sleep` that you call?",
        )


def alone(pauses: list[float]) -> str:
    listed = ", ".join(f"{pause:g}" for pause in pauses[:9])
    more = ", …" if len(pauses) > 9 else ""
    return f"one caller, who pauses for {listed}{more} s before each call"


async def one_after_the_other(
    limiter: Any, fake: FakeTime, pauses: list[float], called: str
) -> tuple[list[float], list[float]]:
    """Ready times and starts of one caller, who comes again and again."""
    begin, ready, starts = fake.now(), [], []
    caller = Visitor(0.0)

    async def come() -> None:
        for pause in pauses:
            if pause:
                await fake.sleep(pause)
            caller.arrives, caller.start = fake.now() - begin, None
            ready.append(caller.arrives)
            try:
                await limiter.acquire()
            except BaseException as error:
                caller.error = error
                return
            caller.start = fake.now() - begin
            starts.append(caller.start)

    tasks = [asyncio.ensure_future(come()), asyncio.ensure_future(fake.sleep(LONG))]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    came_back_well(caller, called)
    return ready, starts


def seconds(times: list[float]) -> str:
    listed = ", ".join(f"{round(time, 3):g}" for time in times[:8])
    return f"{listed}{', …' if len(times) > 8 else ''} s"


def fits(
    called: str,
    ready: list[float],
    starts: list[float],
    max_calls: int,
    period: float,
    look: str,
) -> None:
    """Fail unless each start is as early as the rules allow, and no earlier."""
    for i, start in enumerate(starts):
        if i >= max_calls and start < starts[i - max_calls] + period - MOMENT:
            window = starts[max(0, i - max_calls) : i + 1]
            fail(
                f"RateLimiter({max_calls}, {period:g}), {called}",
                f"{len(window)} starts within {period:g} s: at {seconds(window)}",
                f"at most {max_calls} in any {period:g} s, wherever they begin",
                why="The service counts in windows of its own, and answers 429.",
                look=look,
            )
        earliest = max(
            ready[i],
            starts[i - 1] if i else 0.0,
            starts[i - max_calls] + period if i >= max_calls else 0.0,
        )
        if start < starts[i - 1] - MOMENT and i:
            fail(
                f"RateLimiter({max_calls}, {period:g}), {called}",
                f"number {i + 1} started at {start:g} s, before number {i}: "
                f"{seconds(starts)}",
                "first come, first served",
                why="Who is overtaken again and again never starts.",
                look="how `acquire` knows who came first.",
            )
        if start > earliest + 0.1:
            fail(
                f"RateLimiter({max_calls}, {period:g}), {called}",
                f"number {i + 1} started at {start:g} s; starts: {seconds(starts)}",
                f"number {i + 1} at {earliest:g} s: by then there is a place",
                why="Who waits without need waits for nothing.",
                look=look,
            )


# Task 1: at most so many in any window


@pytest.mark.task(1)
async def test_each_limiter_counts_for_itself(fake: FakeTime):
    one, other = a_limiter(1, 10, fake), a_limiter(1, 10, fake)
    called = "a call, after one by another limiter"
    _, starts = await one_after_the_other(one, fake, [0.0], called)
    _, more = await one_after_the_other(other, fake, [0.0], called)
    if starts + more != [0.0, 0.0]:
        fail(
            f"RateLimiter(1, 10), {called}",
            f"a start after {more[0]:g} s",
            "a start at once",
            why="Two services have two limits, and so two limiters.",
            look="where the starts are kept: in `self`, and made in `__init__`?",
        )


@pytest.mark.task(1)
async def test_the_first_calls_start_at_once(fake: FakeTime):
    for max_calls in (1, 3):
        limiter = a_limiter(max_calls, 10, fake)
        pauses = [0.0] * max_calls
        called = alone(pauses)
        ready, starts = await one_after_the_other(limiter, fake, pauses, called)
        look = (
            "what `_until_free` does when there were fewer than `max_calls`: nothing."
        )
        fits(called, ready, starts, max_calls, 10, look)


@pytest.mark.task(1)
async def test_time_passes_by_the_clock_that_was_given(fake: FakeTime):
    limiter = a_limiter(2, 10, fake)
    called = "a third call, when the given clock has moved on by 11 s"
    await one_after_the_other(limiter, fake, [0.0, 0.0], called)
    fake.advance(11)
    before = fake.now()
    await one_after_the_other(limiter, fake, [0.0], called)
    if fake.now() > before + 0.1:
        fail(
            f"RateLimiter(2, 10), {called}",
            f"it slept for {fake.now() - before:g} s",
            "that it starts at once",
            why="A clock that is given can be replaced, here and in your own tests.",
            look="each place where you ask for the time: is it the given `clock`?",
        )


@pytest.mark.task(1)
async def test_the_next_call_waits_until_the_oldest_is_a_period_ago(fake: FakeTime):
    for max_calls, calls in [(1, 3), (2, 6)]:
        limiter = a_limiter(max_calls, 10, fake)
        pauses = [0.0] * calls
        called = alone(pauses)
        ready, starts = await one_after_the_other(limiter, fake, pauses, called)
        look = "the oldest of the last `max_calls` starts: how long ago is it?"
        fits(called, ready, starts, max_calls, 10, look)


OVER_BORDERS = [
    [9.0, 0.5, 0.6, 0.0, 0.0],
    [0.0, 9.0, 2.0, 0.0, 0.0],
    [4.0, 0.0, 6.5, 0.0],
]


@pytest.mark.task(1)
async def test_no_window_holds_too_many_wherever_it_begins(fake: FakeTime):
    for pauses in OVER_BORDERS:
        limiter = a_limiter(2, 10, fake)
        called = alone(pauses)
        ready, starts = await one_after_the_other(limiter, fake, pauses, called)
        look = "what you keep: a count that starts anew, or the times of the last ones?"
        fits(called, ready, starts, 2, 10, look)


@pytest.mark.task(1)
async def test_a_call_counts_from_when_it_really_starts(fake: FakeTime):
    late = iter([3.0, 0.0, 0.0, 0.0])

    async def oversleep(wanted: float) -> None:
        await fake.sleep(wanted + next(late, 0.0))

    limiter = a_limiter(1, 10, fake, sleep=oversleep)
    called = "a `sleep` that once lasts 3 s longer than asked"
    _, starts = await one_after_the_other(limiter, fake, [0.0] * 3, called)
    if starts[2] < starts[1] + 10 - MOMENT:
        fail(
            f"RateLimiter(1, 10), {called}",
            f"starts at {seconds(starts)}: 2 within 10 s",
            "the third at 23 s: 10 s after the second really started",
            why="`sleep` promises not to wake you early; late it may be.",
            look="the time that you note: is it planned, or read after the sleep?",
        )


@pytest.mark.task(1)
async def test_a_clock_that_does_not_move_does_not_hang_it(fake: FakeTime):
    naps = 0

    async def nap(_: float) -> None:
        nonlocal naps
        naps += 1
        await asyncio.sleep(0)

    async def several(limiter: Any, calls: int) -> None:
        for _ in range(calls):
            await limiter.acquire()

    for max_calls in (1, 2):
        naps = 0
        limiter = a_limiter(max_calls, 10, fake, clock=lambda: 5.0, sleep=nap)
        called = f"{max_calls + 3} calls while the clock stands at 5.0"
        task = asyncio.ensure_future(several(limiter, max_calls + 3))
        for _ in range(3_000):
            if not task.done():
                await asyncio.sleep(0)
        ended = task.done()
        task.cancel()
        error = (await asyncio.gather(task, return_exceptions=True))[0]
        if not ended or (error is not None and not is_plain_runtime_error(error)):
            fail(
                f"RateLimiter({max_calls}, 10), {called}",
                Outcome("", error=error).came_back()
                if ended
                else f"no end: it has called `sleep` {naps} times and goes on",
                "an end: it returns, or raises a RuntimeError that names the clock",
                why="A clock can stand still for a while, and nobody sees what hangs.",
                look="the loop around `sleep`: what if the time is the same as before?",
            )


def is_plain_runtime_error(error: BaseException) -> bool:
    return isinstance(error, RuntimeError) and not isinstance(
        error, NotImplementedError | RecursionError
    )


@pytest.mark.task(1)
async def test_random_calls_start_when_reckoned_by_hand():
    for dice in map(random.Random, range(3)):
        fake = FakeTime()
        max_calls, period = dice.randint(1, 4), dice.choice([1.5, 10.0, 60.0])
        pauses = [dice.choice([0, 0, 0.1, 0.3, 0.7, 1.1]) * period for _ in range(25)]
        limiter = a_limiter(max_calls, period, fake)
        called = alone(pauses)
        ready, starts = await one_after_the_other(limiter, fake, pauses, called)
        look = "the oldest of the last `max_calls` starts, and what you forget when."
        fits(called, ready, starts, max_calls, period, look)


# Task 2: many callers at once


CROWD = "the line: who is next, and who wakes the next one?"


@pytest.mark.task(2)
async def test_who_comes_first_starts_first(fake: FakeTime):
    for max_calls in (1, 3):
        visitors = [Visitor(0.0) for _ in range(8)]
        called = "8 callers at once"
        limiter = a_limiter(max_calls, 10, fake)
        starts = await visit(limiter, fake, visitors, called)
        fits(called, [0.0] * 8, starts, max_calls, 10, CROWD)


@pytest.mark.task(2)
async def test_a_newcomer_does_not_overtake_those_who_wait(fake: FakeTime):
    limiter = a_limiter(1, 10, fake)
    last = Visitor(10.0)  # wakes before the sleepers of the limiter do
    visitors = [Visitor(0.0), Visitor(1.0), Visitor(2.0), last]
    called = "callers at 0, 1, 2 s, and one at 10 s, when a place becomes free"
    starts = await visit(limiter, fake, visitors, called)
    ready = [visitor.arrives for visitor in visitors]
    fits(called, ready, starts, 1, 10, CROWD)


@pytest.mark.task(2)
async def test_who_comes_again_at_once_stands_behind_those_who_wait(fake: FakeTime):
    limiter = a_limiter(1, 10, fake)
    called = "one caller at 0 s, three times without a pause, and another at 1 s"
    starts = await visit(limiter, fake, [Visitor(0.0, times=3), Visitor(1.0)], called)
    if any(abs(a - b) > 0.1 for a, b in zip(starts, [30.0, 20.0], strict=True)):
        fail(
            f"RateLimiter(1, 10), {called}",
            f"its third start at {starts[0]:g} s, the other's at {starts[1]:g} s",
            "the other at 20 s, between its second (10 s) and its third (30 s)",
            why="One busy caller would keep all the others out.",
            look=CROWD,
        )


@pytest.mark.task(2)
async def test_a_cancelled_waiter_gives_its_place_back(fake: FakeTime):
    for leaving in ([1], [1, 2], [2, 5]):
        limiter = a_limiter(1, 10, fake)
        visitors = [Visitor(0.0) for _ in range(6)]
        for number in leaving:
            visitors[number].leaves = 3.0
        who = " and ".join(str(number + 1) for number in leaving)
        called = f"6 callers at once; number {who} is cancelled after 3 s"
        starts = await visit(limiter, fake, visitors, called)
        wanted = [10.0 * number for number in range(len(starts))]
        gives_back(called, starts, wanted)


def gives_back(called: str, starts: list[float], wanted: list[float]) -> None:
    if any(abs(a - b) > 0.1 for a, b in zip(starts, wanted, strict=True)):
        fail(
            f"RateLimiter(1, 10), {called}",
            f"the others started at {seconds(starts)}",
            f"starts at {seconds(wanted)}: those behind move up",
            why="Who gives up uses no place, so nobody has to wait for it.",
            look="`finally`: what has to happen however `acquire` ends.",
        )


@pytest.mark.task(2)
async def test_one_who_is_cancelled_as_its_turn_comes_hands_it_on(fake: FakeTime):
    limiter = a_limiter(1, 10, fake)
    visitors = [Visitor(0.0) for _ in range(5)]
    visitors[1].on_start = lambda: visitors[2].task.cancel()
    called = "5 callers at once; number 3 is cancelled as number 2 starts"
    starts = await visit(limiter, fake, visitors, called)
    gives_back(called, starts, [0.0, 10.0, 20.0, 30.0])


@pytest.mark.task(2)
async def test_nobody_sleeps_while_holding_a_lock(
    fake: FakeTime, monkeypatch: pytest.MonkeyPatch
):
    locks = HeldLocks(monkeypatch)
    held = False

    async def sleep(wanted: float) -> None:
        nonlocal held
        held = held or locks.mine()
        await fake.sleep(wanted)

    limiter = a_limiter(2, 10, fake, sleep=sleep)
    visitors = [Visitor(0.0) for _ in range(5)]
    called = "5 callers at once"
    await visit(limiter, fake, visitors, called)
    if held:
        fail(
            f"RateLimiter(2, 10), {called}",
            "one of them slept and held a lock of asyncio's",
            "that a lock is let go before `sleep`",
            why="Whoever wants the lock for a moment would wait out the whole sleep.",
            look="`async with` a lock: is there an `await` of `sleep` inside?",
        )


@pytest.mark.task(2)
async def test_random_crowds_start_when_reckoned_by_hand():
    for dice in map(random.Random, range(3)):
        fake = FakeTime()
        max_calls = dice.randint(1, 4)
        arrivals = sorted(round(dice.uniform(0, 60), 2) for _ in range(25))
        visitors = [Visitor(arrives) for arrives in arrivals]
        for number in dice.sample(range(25), 6):
            visitors[number].leaves = visitors[number].arrives + dice.uniform(0, 15)
        limiter = a_limiter(max_calls, 10, fake)
        called = "25 callers within 60 s, some of whom give up"
        starts = await visit(limiter, fake, visitors, called)
        ready = [
            visitor.arrives
            for visitor in visitors
            if not isinstance(visitor.error, asyncio.CancelledError)
        ]
        fits(called, ready, starts, max_calls, 10, CROWD)


# Task 3: a model that asks first


class Inside(WrapperModel):
    """The model inside: notes the context of each stream, and how many are open."""

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        self.contexts: list[Any] = []
        self.open = 0

    @asynccontextmanager
    async def request_stream(self, *question: Any, **more: Any) -> AsyncGenerator[Any]:
        self.contexts.append(more.get("run_context", (*question, None)[3]))
        async with super().request_stream(*question, **more) as stream:
            self.open += 1
            try:
                yield stream
            finally:
                self.open -= 1


class Service:
    """A model that notes when it is asked, and fails with each of `errors` first."""

    def __init__(self, fake: FakeTime, errors: list[Exception] | None = None) -> None:
        self.fake, self.errors = fake, list(errors or [])
        self.asked: list[float] = []
        self.seen: list[Any] = []
        self.takes = 0.0  # seconds that an answer takes
        self.model = Inside(
            FunctionModel(
                self._answer, stream_function=self._stream, model_name="made-up/model"
            )
        )
        self._begin = fake.now()

    def _note(self, messages: Any, info: Any) -> None:
        self.asked.append(self.fake.now() - self._begin)
        said = [message.parts[0].content for message in messages]
        tools = [tool.name for tool in info.function_tools]
        self.seen.append((said, info.model_settings, tools))
        if self.errors and len(self.asked) < 30:
            raise self.errors.pop(0)

    async def _answer(self, messages: Any, info: Any) -> ModelResponse:
        self._note(messages, info)
        if self.takes:
            await self.fake.sleep(self.takes)
        return ModelResponse(parts=[TextPart(f"Answer {len(self.asked)}")])

    async def _stream(self, messages: Any, info: Any) -> Any:
        self._note(messages, info)
        yield "Answer "
        yield str(len(self.asked))


def limited(model: Any, limiter: Any) -> Any:
    outcome = call(RateLimitedModel, model, limiter)
    if outcome.error is not None or not hasattr(outcome.value, "request_stream"):
        fail(
            "RateLimitedModel(model, limiter)",
            outcome.came_back(),
            "a model that can be asked",
            why="It stands wherever a model can stand.",
            look="`RateLimitedModel.__init__`.",
        )
    return outcome.value


def question() -> tuple[Any, Any, Any]:
    messages = [
        ModelRequest.user_text_prompt("Hello?"),
        ModelResponse([TextPart("Yes?")]),
        ModelRequest.user_text_prompt("Roll the dice."),
    ]
    tools = [ToolDefinition(name="roll")]
    return messages, {"max_tokens": 7}, ModelRequestParameters(function_tools=tools)


CONTEXT: Any = object()  # whatever it is: nobody here looks into it


async def outcome_of(called: str, work: Awaitable[Any]) -> Outcome:
    try:
        return Outcome(called, value=await work)
    except BaseException as error:
        return Outcome(called, error=error)


async def ask(model: Any, called: str = "RateLimitedModel(…).request(…)") -> Outcome:
    """Ask once, and keep the text that came back."""

    async def work() -> Any:
        reply = await model.request(*question())
        return getattr(reply, "text", reply)

    return await outcome_of(called, work())


async def ask_stream(
    model: Any,
    called: str = "RateLimitedModel(…).request_stream(…)",
    error: Exception | None = None,
) -> Outcome:
    """Read a stream to its end, and keep its text; or raise `error` in its midst."""

    async def work() -> Any:
        async with model.request_stream(*question(), CONTEXT) as stream:
            if error is not None:
                raise error
            async for _ in stream:
                pass
            return stream.get().text

    return await outcome_of(called, work())


WRAP = "what you pass on to `self.wrapped`, and what you return."


@pytest.mark.task(3)
async def test_question_and_answer_pass_through_unchanged(fake: FakeTime):
    for asking in (ask, ask_stream):
        service = Service(fake)
        model = limited(service.model, a_limiter(5, 10, fake))
        outcome = await asking(model)
        why = "Whoever wraps a model wants all that the model can do."
        outcome.returns("Answer 1", why=why, look=WRAP)
        wanted = (["Hello?", "Yes?", "Roll the dice."], {"max_tokens": 7}, ["roll"])
        if service.seen != [wanted]:
            fail(
                outcome.call,
                f"the model was asked, with messages, settings, tools: {service.seen}",
                f"asked once: {wanted}",
                why=why,
                look=WRAP,
            )
        if service.model.contexts != [CONTEXT] * (asking is ask_stream):
            fail(
                outcome.call,
                "the model was asked without the `run_context` that came",
                "all four arguments, as they came",
                why=why,
                look=WRAP,
            )


@pytest.mark.task(3)
async def test_it_shows_the_name_of_the_model_inside(fake: FakeTime):
    model = limited(Service(fake).model, a_limiter(5, 10, fake))
    named = Outcome(
        "RateLimitedModel(model, limiter).model_name",
        value=getattr(model, "model_name", None),
    )
    outcome = await ask(model)
    outcome.returns("Answer 1", why="A model is there to be asked.", look=WRAP)
    named.returns(
        "made-up/model",
        why="Logs and prices go by the name.",
        look="the base class: `WrapperModel` does this for you.",
    )


@pytest.mark.task(3)
async def test_each_request_waits_for_the_limiter(fake: FakeTime):
    for calls, askings in {
        "request(…) 4 times": [ask] * 4,
        "request_stream(…) 4 times": [ask_stream] * 4,
        "request(…) twice, request_stream(…) twice": [ask] * 2 + [ask_stream] * 2,
    }.items():
        service = Service(fake)
        model = limited(service.model, a_limiter(2, 10, fake))
        for asking in askings:
            waits_well(await asking(model))
        counted(f"{calls}, RateLimiter(2, 10)", service)


def waits_well(outcome: Outcome) -> None:
    if outcome.error is not None:
        outcome.returns(
            "an answer", why="The limiter delays calls; it refuses none.", look=WRAP
        )


def counted(called: str, service: Service) -> None:
    wanted = [0.0, 0.0, 10.0, 10.0]
    came = service.asked
    if len(came) != 4 or any(
        abs(a - b) > 0.1 for a, b in zip(came, wanted, strict=True)
    ):
        fail(
            called,
            f"the service was asked at {seconds(came)}",
            f"asked at {seconds(wanted)}",
            why="Every call counts at the service, a stream as much as another.",
            look="`acquire`: once before each call, in both methods.",
        )


@pytest.mark.task(3)
async def test_several_calls_are_under_way_at_once(fake: FakeTime):
    service = Service(fake)
    service.takes = 5.0
    model = limited(service.model, a_limiter(3, 10, fake))
    called = "3 requests at once with RateLimiter(3, 10), each of which takes 5 s"
    tasks = [asyncio.ensure_future(ask(model, called)) for _ in range(3)]
    await fake.sleep(LONG)
    for task in tasks:
        waits_well(task.result())
    if max(service.asked) > 0.1:
        fail(
            called,
            f"the service was asked at {seconds(service.asked)}",
            "asked 3 times at 0 s: there are 3 places",
            why="The limit is on starts. To wait for answers as well is needless.",
            look="what you hold while the model answers: a lock, or the line?",
        )


@pytest.mark.task(3)
async def test_each_stream_is_closed_when_it_ends(fake: FakeTime):
    endings = {"read to its end": None, "left by an error": ValueError("mine")}
    for ending, error in endings.items():
        service = Service(fake)
        model = limited(service.model, a_limiter(5, 10, fake))
        called = f"a stream that is {ending}, while another one is open"
        came = await two_streams(service, model, called, error)
        if came != (1, 0):
            fail(
                called,
                f"{came[0]} open streams after the first, {came[1]} after both",
                "1 after the first, 0 after both",
                why="An open stream keeps its connection; a closed one cannot be read.",
                look="who leaves the `async with` of the stream inside, and when.",
            )


async def two_streams(
    service: Service, model: Any, called: str, error: Exception | None
) -> tuple[int, int]:
    """How many streams are open after the inner one, and after both."""
    still_open = -1

    async def both() -> None:
        nonlocal still_open
        async with model.request_stream(*question(), None):
            await ask_stream(model, called, error)
            still_open = service.model.open

    waits_well(await outcome_of(called, both()))
    return still_open, service.model.open


@pytest.mark.task(3)
async def test_two_models_can_share_a_limiter(fake: FakeTime):
    service, limiter = Service(fake), a_limiter(2, 10, fake)
    for _ in range(2):
        waits_well(await ask(limited(service.model, limiter)))
        waits_well(await ask_stream(limited(service.model, limiter)))
    counted("4 calls through 4 models with one RateLimiter(2, 10)", service)


@pytest.mark.task(3)
@pytest.mark.httpx2(assert_all_called=False)
async def test_an_agent_asks_openrouter_through_it(
    fake: FakeTime, httpx2_mock: respx.Router
):
    wire = httpx2_mock.post(path="/api/v1/chat/completions").mock(
        return_value=chat_reply("Good day!")
    )
    limiter = a_limiter(1, 10, fake)
    model = limited(OnTheWire(fake), limiter)
    called = "Agent(RateLimitedModel(create_openrouter_model(…), RateLimiter(1, 10)))"
    called += ".run(…), after one `acquire()`"
    begin = fake.now()
    await one_after_the_other(limiter, fake, [0.0], "`acquire()`")
    outcome = await outcome_of(called, run_agent(model))
    waits_well(outcome)
    if wire.call_count != 1 or outcome.value.output != "Good day!":
        fail(
            called,
            f"{wire.call_count} requests that OpenRouter saw",
            "1 request, and the answer of OpenRouter",
            why="This is what the limiter is for.",
            look=WRAP,
        )
    if fake.now() - begin < 10 - MOMENT:
        fail(
            called,
            f"a request after {fake.now() - begin:g} s",
            "one after 10 s",
            why="At most 1 may start in any 10 s.",
            look="`acquire`: before each request.",
        )


async def run_agent(model: Any) -> Any:
    return await Agent(model).run("Hello?")


class OnTheWire(WrapperModel):
    """The real client; the clock stands still while a request is under way."""

    def __init__(self, fake: FakeTime) -> None:
        no_own_tries = ModelSettings(max_retries=0)
        key = "sk-or-v1-test"
        super().__init__(create_openrouter_model(FAST, key, settings=no_own_tries))
        self._fake = fake

    async def request(self, *question: Any) -> ModelResponse:
        with self._fake.stopped():
            return await super().request(*question)


# Task 4: patience with a 429


CATEGORIES = {
    400: ModelRequestRejectedError,
    401: ModelAuthenticationError,
    402: ModelQuotaExceededError,
    403: ModelAuthenticationError,
    429: ModelRateLimitError,
}
SAYS = "No, or not yet: see 429."


def on_the_wire(retry_after: str) -> httpx.Response:
    error = {"error": {"code": 429, "message": SAYS}}
    return httpx.Response(429, json=error, headers={"retry-after": retry_after})


def refused(status: int, retry_after: str | None) -> ModelHTTPError:
    """The error that PydanticAI makes of such an answer."""
    return ModelHTTPError.for_category(
        CATEGORIES[status],
        status_code=status,
        model_name="made-up/model",
        body=SAYS,
        headers={} if retry_after is None else {"retry-after": retry_after},
    )


def too_many(retry_after: str | None = "3") -> ModelHTTPError:
    return refused(429, retry_after)


async def wait_after(
    fake: FakeTime, *waits: str, router: respx.Router | None = None
) -> tuple[str, float]:
    """Seconds that a call takes, when a 429 asks to wait for each of `waits`."""
    inside: Any = Service(fake, [too_many(wait) for wait in waits]).model
    answer = f"Answer {len(waits) + 1}"
    if router is not None:
        wire = router.post(path="/api/v1/chat/completions")
        wire.mock(side_effect=[*map(on_the_wire, waits), chat_reply(answer)])
        inside = OnTheWire(fake)
    model = limited(inside, a_limiter(100, 10, fake))
    begin = fake.now()
    called = f"a request, answered by 429 with Retry-After: {' and '.join(waits)}"
    outcome = await ask(model, called)
    outcome.returns(
        answer,
        why="A 429 is no refusal: it says when to come again.",
        look="what `_patiently` does with a `ModelHTTPError` of status 429.",
    )
    return called, fake.now() - begin


@pytest.mark.task(4)
@pytest.mark.httpx2(assert_all_called=False)
async def test_a_429_waits_as_long_as_the_server_asks(
    fake: FakeTime, httpx2_mock: respx.Router
):
    for waits in (["7"], ["0"], ["2", "40"]):
        router = httpx2_mock if waits == ["7"] else None
        called, waited = await wait_after(fake, *waits, router=router)
        wanted = sum(float(wait) for wait in waits)
        waits_for(called, waited, wanted, len(waits))


def waits_for(called: str, waited: float, wanted: float, times: int = 1) -> None:
    if not wanted - MOMENT <= waited <= wanted + times:
        fail(
            called,
            f"an answer after {waited:g} s",
            f"one after {wanted:g} s",
            why="Who comes back too early is refused again; too late is time lost.",
            look="`retry_after` of the error, and who sleeps for how long.",
        )


@pytest.mark.task(4)
async def test_retry_after_may_be_a_date(fake: FakeTime):
    # No clock is read here: dates an hour apart must give waits an hour apart.
    past, one, two = (
        format_datetime(datetime(year, 1, 1, hour, tzinfo=UTC), usegmt=True)
        for year, hour in [(2001, 1), (2200, 1), (2200, 2)]
    )
    called, waited = await wait_after(fake, past)
    waits_for(called, waited, 0.0)
    called, first = await wait_after(fake, one)
    called, second = await wait_after(fake, two)
    if first < 1e9 or abs(second - first - 3600) > 60:
        fail(
            called,
            f"a wait of {second:.0f} s, and {first:.0f} s for an hour earlier",
            "waits until those dates, which differ by 3600 s",
            why="HTTP allows a date in Retry-After, and some proxies send one.",
            look="`retry_after` of the error: PydanticAI reads both forms for you.",
        )


@pytest.mark.task(4)
async def test_each_try_asks_the_limiter(fake: FakeTime):
    for asking in (ask, ask_stream):
        service = Service(fake, [too_many("3"), too_many("3")])
        model = limited(service.model, a_limiter(1, 10, fake))
        outcome = await asking(model)
        again(outcome, "Answer 3")
        waits_well(await asking(model))
        gaps = [b - a for a, b in zip(service.asked, service.asked[1:], strict=False)]
        if len(gaps) != 3 or min(gaps) < 10 - 0.5 or max(gaps) > 10 + 2:
            fail(
                f"{outcome.call} with RateLimiter(1, 10), two 429, one call more",
                f"the service was asked at {seconds(service.asked)}",
                "asked every 10 s: a second try is a call too, and takes one place",
                why="Who was refused for asking too often must not ask more often.",
                look="`acquire`: before each try, or only before the first?",
            )


def again(outcome: Outcome, expected: str) -> None:
    outcome.returns(
        expected,
        why="A 429 is no refusal: it says when to come again.",
        look="what you catch, and around which calls: whole answers and streams.",
    )


@pytest.mark.task(4)
async def test_it_gives_up_after_some_tries(fake: FakeTime):
    for asking in (ask, ask_stream):
        service = Service(fake, [too_many("1") for _ in range(30)])
        model = limited(service.model, a_limiter(100, 10, fake))
        for before in ("", ", and so was the call before"):
            tried = len(service.asked)
            outcome = await asking(model)
            tries = len(service.asked) - tried
            gives_up(outcome, tries, before)


def gives_up(outcome: Outcome, tries: int, before: str) -> None:
    status = getattr(outcome.error, "status_code", None)
    if not 3 <= tries <= 11 or status != 429:
        fail(
            f"{outcome.call}, when each try is answered by 429{before}",
            f"{tries} tries, then {outcome.came_back()}",
            "3 to 11 tries, then the `ModelHTTPError` of the last one",
            why="A service may be closed for a day, and somebody waits for you.",
            look="what counts the tries, and what happens after the last.",
        )


@pytest.mark.task(4)
async def test_what_would_fail_again_is_not_tried_again(fake: FakeTime):
    for status in (400, 401, 402, 403):
        service = Service(fake, [refused(status, "1") for _ in range(30)])
        model = limited(service.model, a_limiter(100, 10, fake))
        called = f"a request, answered by {status} with Retry-After: 1"
        outcome = await ask(model, called)
        came = getattr(outcome.error, "status_code", None)
        requests = len(service.asked)
        if came != status or requests != 1:
            fail(
                called,
                f"{requests} requests, and {outcome.came_back()}",
                f"1 request, and the `ModelHTTPError` with {status}",
                why="A wrong key or an empty account is the same a second later.",
                look="the status that you compare: only 429 is worth another try.",
            )


@pytest.mark.task(4)
async def test_a_429_that_does_not_say_how_long_is_no_crash(fake: FakeTime):
    for says in (None, "soon"):
        service = Service(fake, [too_many(says)])
        model = limited(service.model, a_limiter(100, 10, fake))
        called = f"a request, answered by 429 with Retry-After: {says}"
        outcome = await ask(model, called)
        gave_up = getattr(outcome.error, "status_code", None) == 429
        if outcome.value != "Answer 2" and not gave_up:
            fail(
                called,
                outcome.came_back(),
                "another try, or the `ModelHTTPError` with 429",
                why="Retry-After is a courtesy: many a 429 comes without it.",
                look="what you do with `retry_after` when it is `None`.",
            )


@pytest.mark.task(4)
async def test_an_error_in_an_open_stream_comes_out_as_it_is(fake: FakeTime):
    for error in (ValueError("mine"), too_many("3")):
        service = Service(fake)
        model = limited(service.model, a_limiter(100, 10, fake))
        kind = type(error).__name__
        called = f"request_stream(…), when a {kind} is raised inside the `async with`"
        outcome = await ask_stream(model, called, error)
        if outcome.error is not error or len(service.asked) != 1:
            fail(
                called,
                f"{outcome.came_back()}, after {len(service.asked)} calls",
                f"that very {kind}, after 1 call",
                why="Half of the answer has been read: it cannot begin again.",
                look="the `yield`: does it stand inside the `try` that catches a 429?",
            )
