"""What the exercise asks for. Read it as a specification; it needs no change."""

import asyncio
import random
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import respx
from caching import CachedModel
from pydantic_ai import Agent
from pydantic_ai.messages import (
    BinaryContent,
    ModelMessage,
    ModelRequest,
    ModelResponse,
    PartDeltaEvent,
    PartStartEvent,
    SystemPromptPart,
    TextPart,
    TextPartDelta,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.function import FunctionModel
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.native_tools import WebSearchTool
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.tools import ToolDefinition

from course.expect import Outcome, call, fail, shown
from course.fake_time import FakeTime
from course.replies import chat_reply
from openrouter_factory import FAST, create_openrouter_model

MANY = "".join(map(chr, range(ord("a"), ord("a") + 129)))
LONG = 10_000.0  # seconds after which nobody waits any more
KEY = "sk-or-v1-never-in-a-cache"

Question = tuple[list[ModelMessage], Any, ModelRequestParameters]


@pytest.fixture
def fake() -> FakeTime:
    return FakeTime()


class Service(FunctionModel):
    """A model that counts its calls, and fails when it is told to.

    Answers at once, or after a second of `fake`.
    """

    def __init__(self, fake: FakeTime | None = None) -> None:
        super().__init__(stream_function=self._stream, model_name="made-up/model")
        self.fake, self.calls = fake, 0
        self.errors: list[Exception | None] = []
        self.breaks = self.broke = False
        self.seen: list[Any] = []
        self.reply: type[ModelResponse] = ModelResponse
        self.parts: Callable[[int], list[Any]] = lambda n: [TextPart(f"Answer {n}")]

    def _note(self, messages: Any, settings: Any, tools: Any) -> int:
        self.calls += 1
        prompt = messages[-1].parts[-1].content
        self.seen.append((prompt, settings, [tool.name for tool in tools]))
        return self.calls

    async def request(
        self, messages: Any, model_settings: Any, model_request_parameters: Any
    ) -> ModelResponse:
        tools = model_request_parameters.function_tools
        number = self._note(messages, model_settings, tools)
        if self.fake:
            await self.fake.sleep(1)
        if self.errors and (error := self.errors.pop(0)) is not None:
            raise error
        return self.reply(self.parts(number), provider_details={"number": [number]})

    async def _stream(self, messages: Any, info: Any) -> Any:
        number = self._note(messages, info.model_settings, info.function_tools)
        yield "Answer "
        if self.breaks:
            self.broke = True
            raise ConnectionError("the stream broke off")
        yield str(number)


class Light(ModelResponse):
    """A reply that costs nothing to copy: for where only the calls are counted."""

    def __deepcopy__(self, memo: Any) -> "Light":
        return self


def cached(model: Model, **options: Any) -> Any:
    outcome = call(CachedModel, model, **options)
    if outcome.error is not None or not isinstance(outcome.value, Model):
        fail(
            "CachedModel(model, …)",
            outcome.came_back(),
            "a model that can be asked",
            why="It stands wherever a model can stand.",
            look="`CachedModel`: its base class and its `__init__`.",
        )
    return outcome.value


def question(
    prompt: str = "Hello?",
    *,
    settings: Any = None,
    instructions: str | None = None,
    **parameters: Any,
) -> Question:
    messages = [ModelRequest([UserPromptPart(prompt)], instructions=instructions)]
    return messages, settings, ModelRequestParameters(**parameters)


async def outcome_of(called: str, work: Awaitable[Any]) -> Outcome:
    try:
        return Outcome(called, value=await work)
    except BaseException as error:
        return Outcome(called, error=error)


async def ask(
    model: Any, asked: Question | str, called: str = "CachedModel(…).request(…)"
) -> Outcome:
    """Ask once, and keep the reply that came back."""
    asked = question(asked) if isinstance(asked, str) else asked
    return await outcome_of(called, model.request(*asked))


async def ask_stream(
    model: Any,
    asked: Question | str,
    called: str = "CachedModel(…).request_stream(…)",
    most: int = 1000,
) -> Outcome:
    """Read `most` events of a stream; keep its reply and the text of its events."""
    asked = question(asked) if isinstance(asked, str) else asked

    async def work() -> tuple[Any, str]:
        text = ""
        async with model.request_stream(*asked) as stream:
            left = most
            async for event in stream:
                text += text_of(event)
                left -= 1
                if not left:
                    break
            return stream.get(), text

    return await outcome_of(called, work())


def text_of(event: Any) -> str:
    if isinstance(event, PartStartEvent) and isinstance(event.part, TextPart):
        return event.part.content
    if isinstance(event, PartDeltaEvent) and isinstance(event.delta, TextPartDelta):
        return event.delta.content_delta
    return ""


def says(outcome: Outcome, expected: str, *, why: str, look: str) -> None:
    """Fail unless the reply says `expected`."""
    value = outcome.value
    text = value.text if isinstance(value, ModelResponse) else value
    Outcome(outcome.call, text, outcome.error).returns(expected, why=why, look=look)


FROM_CACHE = "The same question costs once: that is what a cache is for."
ASK_ANEW = "An answer to another question is a wrong answer, and nobody notices."
KEY_PARTS = "`_key`: what belongs to the question, and what does not."


def asked_so_often(
    called: str, service: Service, expected: int, *, why: str, look: str
) -> None:
    if service.calls != expected:
        fail(
            called,
            f"{service.calls} calls of the model inside",
            f"{expected}",
            why=why,
            look=look,
        )


# Task 1: what makes two questions the same


@pytest.mark.task(1)
async def test_each_cached_model_has_a_cache_of_its_own():
    services = [Service(), Service()]
    for service in services:
        outcome = await ask(cached(service), "Hello?")
        called = "request(…) of two CachedModels around two models of one name"
        says(
            outcome, "Answer 1", why="This model was not asked before.", look=KEY_PARTS
        )
        look = "where replies are kept: in `self`, and made in `__init__`?"
        why = "Two accounts, or two services, can have models of one name."
        asked_so_often(called, service, 1, why=why, look=look)


@pytest.mark.task(1)
@pytest.mark.httpx2(assert_all_called=False)
async def test_the_same_question_goes_over_the_wire_once(httpx2_mock: respx.Router):
    wire = httpx2_mock.post(path="/api/v1/chat/completions").mock(
        side_effect=[chat_reply("One."), chat_reply("Two.")]
    )
    agent = Agent(cached(create_openrouter_model(FAST, KEY)), instructions="Be brief.")
    called = 'Agent(CachedModel(…)).run("Hello?")'
    for _ in range(2):
        outcome = await outcome_of(called, agent.run("Hello?"))
        text = getattr(outcome.value, "output", None)
        says(
            Outcome(called, text, outcome.error), "One.", why=FROM_CACHE, look=KEY_PARTS
        )
    if wire.call_count != 1:
        fail(
            f"{called}, twice",
            f"{wire.call_count} requests that OpenRouter saw",
            "1 request",
            why=FROM_CACHE,
            look="who asks the model inside, and who sees its request.",
        )


@pytest.mark.task(1)
async def test_what_each_run_adds_is_no_part_of_the_question():
    for what in ("timestamp", "run_id", "conversation_id"):
        model = cached(Service())
        first, second = stamped("morning", what), stamped("evening", what)
        await ask(model, (first, None, ModelRequestParameters()))
        if first != stamped("morning", what):
            fail(
                f"request(…), with a `{what}` in the messages",
                "the caller's own messages have changed",
                "the messages as they were",
                why="They are the caller's, who will send them again, or keep them.",
                look="`_key`: does it take things out of the messages, or of a copy?",
            )
        called = f"request(…), twice, with another `{what}` in the messages"
        outcome = await ask(model, (second, None, ModelRequestParameters()), called)
        says(outcome, "Answer 1", why=FROM_CACHE, look=KEY_PARTS)


def stamped(word: str, what: str) -> list[ModelMessage]:
    """A conversation; `what` is made from `word`."""
    when = datetime(2026, 1, 1, tzinfo=UTC)
    if what == "timestamp":
        when += timedelta(hours=len(word) + word.count("e"))
    noise: dict[str, Any] = {"timestamp": when}
    if what != "timestamp":
        noise[what] = word
    return [
        ModelRequest([UserPromptPart("What time is it?", timestamp=when)], **noise),
        ModelResponse([ToolCallPart("now", {"zone": "UTC"}, "call-1")], **noise),
        ModelRequest(
            [ToolReturnPart("now", "noon", "call-1", timestamp=when)], **noise
        ),
    ]


A_TOOL = ToolDefinition(name="look_up", parameters_json_schema={"type": "object"})
OTHER_TOOL = ToolDefinition(
    name="look_up",
    parameters_json_schema={"type": "object", "properties": {"x": {"type": "string"}}},
)
NUMBER = OutputObjectDefinition(json_schema={"type": "number"}, name="Reply")
STRING = OutputObjectDefinition(json_schema={"type": "string"}, name="Reply")


def history(said: str) -> Question:
    messages: list[ModelMessage] = [
        ModelRequest([UserPromptPart("Guess a number.")]),
        ModelResponse([TextPart(said)]),
        ModelRequest([UserPromptPart("Why?")]),
    ]
    return messages, None, ModelRequestParameters()


def looked_up(city: str) -> Question:
    messages: list[ModelMessage] = [
        ModelRequest([UserPromptPart("Is it warmer there?")]),
        ModelResponse([ToolCallPart("look_up", {"city": city}, "call-1")]),
        ModelRequest([ToolReturnPart("look_up", "12 degrees", "call-1")]),
    ]
    return messages, None, ModelRequestParameters()


def told(system: str) -> Question:
    parts = [SystemPromptPart(system), UserPromptPart("Hello?")]
    return [ModelRequest(parts)], None, ModelRequestParameters()


def shown_picture(data: bytes) -> Question:
    picture = BinaryContent(data, media_type="image/png")
    parts = [UserPromptPart(["What is this?", picture])]
    return [ModelRequest(parts)], None, ModelRequestParameters()


DIFFERENT = {
    "prompt": (question("Hello?"), question("Hello!")),
    "capitals": (question("Polish?"), question("polish?")),
    "space": (question("a b"), question("a  b")),
    "instructions": (question(instructions="Be kind."), question(instructions="Joke.")),
    "system prompt": (told("Be kind."), told("Joke.")),
    "picture": (shown_picture(b"\xff\x00"), shown_picture(b"\xff\x01")),
    "earlier answer": (history("One."), history("Two.")),
    "arguments of an earlier tool call": (looked_up("Oslo"), looked_up("Rome")),
    "a setting": (question(settings={"temperature": 0.0}), question()),
    "value of a setting": (
        question(settings={"max_tokens": 10}),
        question(settings={"max_tokens": 11}),
    ),
    "tools": (question(function_tools=[A_TOOL]), question()),
    "schema of a tool": (
        question(function_tools=[A_TOOL]),
        question(function_tools=[OTHER_TOOL]),
    ),
    "a tool of the service's": (question(native_tools=[WebSearchTool()]), question()),
    "output": (question(output_object=NUMBER), question()),
    "output schema": (
        question(output_mode="native", output_object=NUMBER),
        question(output_mode="native", output_object=STRING),
    ),
    "output tools": (question(output_tools=[A_TOOL]), question()),
}


@pytest.mark.task(1)
async def test_another_question_is_asked_anew():
    look = KEY_PARTS
    for what, (one, other) in DIFFERENT.items():
        model = cached(Service())
        called = f"request(…), twice; they differ in: {what}"
        says(
            await ask(model, one),
            "Answer 1",
            why="This model was not asked before.",
            look=look,
        )
        says(await ask(model, other, called), "Answer 2", why=ASK_ANEW, look=look)
        called = f"{called}; and the first once more"
        says(await ask(model, one, called), "Answer 1", why=FROM_CACHE, look=look)


class Open(WrapperModel):
    """Notes with which context each stream is opened."""

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self.contexts: list[Any] = []

    def request_stream(self, *asked: Any, **more: Any) -> Any:
        self.contexts.append(more.get("run_context", (*asked, None)[3]))
        return super().request_stream(*asked, **more)


class Renamed(WrapperModel):
    """A model whose name can be changed, as an alias can."""

    name = "made-up/one"

    @property
    def model_name(self) -> str:
        return self.name

    @property
    def model_id(self) -> str:
        return f"function:{self.name}"


@pytest.mark.task(1)
async def test_another_model_is_asked_anew():
    service = Service()
    inside = Renamed(service)
    model = cached(inside)
    why, look = ASK_ANEW, "`_key`: is the name of the model in it, as it is now?"
    says(
        await ask(model, "Hello?"),
        "Answer 1",
        why="This model was not asked before.",
        look=look,
    )
    inside.name = "made-up/two"
    called = "request(…), after the model inside has got another name"
    says(await ask(model, "Hello?", called), "Answer 2", why=why, look=look)


FULL = question(settings={"max_tokens": 7}, function_tools=[A_TOOL])


def passed_on(outcome: Outcome, service: Service) -> None:
    wanted = [("Hello?", {"max_tokens": 7}, ["look_up"])]
    if outcome.error is not None or service.seen != wanted:
        came = outcome.came_back() if outcome.error is not None else service.seen
        fail(
            outcome.call,
            f"the model inside was asked {came}",
            f"prompt, settings and tools: {wanted}",
            why="Whoever wraps a model wants all that the model can do.",
            look="what you pass on to `self.wrapped`: all arguments that came.",
        )


@pytest.mark.task(1)
async def test_the_model_inside_gets_the_whole_question():
    service = Service()
    outcome = await ask(cached(service), FULL)
    passed_on(outcome, service)


@pytest.mark.task(1)
@pytest.mark.httpx2(assert_all_called=False)
async def test_no_key_of_the_cache_holds_the_api_key(httpx2_mock: respx.Router):
    wire = httpx2_mock.post(path="/api/v1/chat/completions")
    wire.mock(return_value=chat_reply("Good day!"))
    model = cached(create_openrouter_model(FAST, KEY))
    outcome = await ask(model, "Hello?")
    says(outcome, "Good day!", why="OpenRouter said so.", look=KEY_PARTS)
    if any(KEY in found for found in keys_within(vars(model), {})):
        fail(
            "CachedModel(create_openrouter_model(…, api_key)).request(…)",
            "a cache with the API key in one of its keys",
            "keys made from the question alone",
            why="Caches are printed, logged and stored: a key in them is a key lost.",
            look=KEY_PARTS,
        )


def keys_within(thing: Any, seen: dict[int, Any]) -> Iterator[str]:
    """Every key of every dict in `thing`, written out; models are left alone."""
    if isinstance(thing, Model | str | bytes) or id(thing) in seen or len(seen) > 5000:
        return
    seen[id(thing)] = thing
    inner: list[Any] = []
    if hasattr(thing, "items") and hasattr(thing, "keys"):
        items = list(thing.items())
        yield from (repr(key) for key, _ in items)
        inner = [part for item in items for part in item]
    elif isinstance(thing, list | tuple | set | frozenset | deque):
        inner = list(thing)
    elif hasattr(thing, "__dict__") and not callable(thing):
        inner = list(vars(thing).values())
    for one in inner:
        yield from keys_within(one, seen)


@pytest.mark.task(1)
async def test_random_questions_are_each_asked_once():
    for seed in range(2):
        dice = random.Random(seed)
        model = cached(Service())
        answers: dict[Any, str] = {}
        for _ in range(15):
            prompt, limit = dice.choice("ab"), dice.choice([None, 1, 2])
            tools, manner = dice.choice([[], [A_TOOL]]), dice.choice([None, "Be kind."])
            content = (prompt, limit, bool(tools), manner)
            answer = answers.setdefault(content, f"Answer {len(answers) + 1}")
            settings = None if limit is None else {"max_tokens": limit}
            asked = question(
                prompt, settings=settings, instructions=manner, function_tools=tools
            )
            called = f"request(…), prompt, max_tokens, tool, instructions = {content}"
            says(
                await ask(model, asked, called),
                answer,
                why="So it is when a list is kept by hand.",
                look=KEY_PARTS,
            )


# Task 2: how much is kept, and for how long


@pytest.mark.task(2)
async def test_hits_and_misses_are_counted():
    model = cached(Service())
    for prompt in "aabaab":
        says_something(await ask(model, prompt))
    counted(model, (4, 2), "CachedModel(…), asked a, a, b, a, a, b")


def counted(model: Any, expected: tuple[int, int], called: str) -> None:
    came = (getattr(model, "hits", None), getattr(model, "misses", None))
    if came != expected:
        fail(
            called,
            f"hits and misses: {shown(came)}",
            f"hits and misses: {expected}",
            why="Without the two numbers nobody knows what a cache is worth.",
            look="`_find`: it knows which of the two it is.",
        )


def says_something(outcome: Outcome) -> None:
    if outcome.error is not None or not isinstance(outcome.value, ModelResponse):
        fail(
            outcome.call,
            outcome.came_back(),
            "a reply",
            why="The model inside has answered.",
            look="`request`, and what it calls.",
        )


async def asked_in_order(
    model: Any, service: Service, prompts: str, called: str
) -> list[str]:
    """Ask each letter of `prompts`; give those that reached the model inside."""
    reached = []
    for prompt in prompts:
        before = service.calls
        says_something(await ask(model, prompt, called))
        if service.calls > before:
            reached.append(prompt)
    return reached


async def reaches(
    size: int | None, prompts: str, expected: str, *, why: str, look: str
) -> None:
    """Fail unless those of `prompts` that no cache of that `size` has are asked for."""
    service = Service()
    service.reply = Light
    model = cached(service, **({} if size is None else {"max_entries": size}))
    listed = f"{', '.join(prompts[:20])}{', …' if len(prompts) > 20 else ''}"
    called = f"CachedModel(…, max_entries={size or 'as it is'}), asked {listed}"
    reached = await asked_in_order(model, service, prompts, called)
    if reached != list(expected):
        fail(
            called,
            f"the model inside was asked {', '.join(reached[-20:])}",
            f"asked {', '.join(expected[-20:])}",
            why=why,
            look=look,
        )


SIZES = [  # max_entries, what is asked, what the model inside is asked
    (1, "aabba", "aba"),
    (2, "ababcab", "abcab"),
    (3, "abcabc", "abc"),
    (None, f"{MANY}{MANY[1]}{MANY[-1]}{MANY[0]}", f"{MANY}{MANY[0]}"),
]


@pytest.mark.task(2)
async def test_it_keeps_so_many_replies_and_no_more():
    for size, prompts, expected in SIZES:
        why = "A cache without a limit grows until the memory is full."
        look = "`_keep`: how many replies are there when it ends?"
        await reaches(size, prompts, expected, why=why, look=look)


USES = [(2, "abacab", "abcb"), (3, "abcadabc", "abcdbc"), (2, "aabbaca", "abc")]


@pytest.mark.task(2)
async def test_the_least_recently_used_goes_first():
    for size, prompts, expected in USES:
        why = "What was asked a moment ago will most likely be asked again."
        look = "`_find`: a hit is a use as well. What does it move?"
        await reaches(size, prompts, expected, why=why, look=look)


@pytest.mark.task(2)
async def test_random_orders_are_kept_as_by_hand():
    dice = random.Random(0)
    for size in (2, 3):
        prompts = "".join(dice.choice("abcde") for _ in range(25))
        kept, expected = OrderedDict[str, None](), ""
        for prompt in prompts:
            if prompt not in kept:
                expected += prompt
            kept[prompt] = None
            kept.move_to_end(prompt)
            while len(kept) > size:
                kept.popitem(last=False)
        why = "So it is when a list is kept by hand, the latest used last."
        look = "`_find` and `_keep`: what is moved, and what goes."
        await reaches(size, prompts, expected, why=why, look=look)


LIVES = [  # ttl, pauses before each question, calls of the model inside
    (10, [0, 9, 2], 2),  # a hit does not begin a new life
    (10, [0, 11, 6, 6], 3),
    (0.5, [0, 0.4, 0.4], 2),
    (0, [0, 1, 1], 3),
    (None, [0, 1e9], 1),
]


@pytest.mark.task(2)
async def test_a_reply_lives_for_ttl_seconds():
    for ttl, pauses, expected in LIVES:
        service = Service()
        now = [500.0]
        model = cached(service, ttl=ttl, clock=lambda now=now: now[0])
        listed = ", ".join(f"{pause:g}" for pause in pauses)
        called = f"CachedModel(…, ttl={ttl}, clock=…), asked after pauses of {listed} s"
        for number, pause in enumerate(pauses):
            now[0] += pause
            if number:  # a younger reply is there, too
                says_something(await ask(model, f"Number {number}"))
            says_something(await ask(model, "Hello?", called))
        service.calls = [prompt for prompt, *_ in service.seen].count("Hello?")
        asked_so_often(
            called,
            service,
            expected,
            why="An old answer may be wrong; its age counts from its arrival.",
            look="`_find`: how old is the reply, by the clock that was given?",
        )
        others = len(pauses) - 1
        called = f"{called}, and {others} other question{'s' * (others != 1)}"
        counted(model, (len(pauses) - expected, expected + others), called)


@pytest.mark.task(2)
async def test_the_age_of_a_reply_counts_from_its_arrival():
    service = Service()
    now = [500.0]

    def slowly(number: int) -> list[Any]:
        now[0] += 8
        return [TextPart(f"Answer {number}")]

    service.parts = slowly
    model = cached(service, ttl=10, clock=lambda: now[0])
    says_something(await ask(model, "Hello?"))
    now[0] += 5
    says(
        await ask(
            model, "Hello?", "request(…) with ttl=10, 5 s after a reply that took 8 s"
        ),
        "Answer 1",
        why="It is 5 s old: before it came there was no reply that could age.",
        look="when you read the clock: before the model inside is asked, or after?",
    )


@pytest.mark.task(2)
async def test_clear_forgets_everything():
    service = Service()
    model = cached(service)
    called = "request(…), `clear()`, and the same request(…)"
    says_something(await ask(model, "Hello?"))
    cleared = call(model.clear)
    look = "`clear`: what has to be empty after it."
    if cleared.error is not None:
        cleared.returns("no error", why="Nothing can go wrong here.", look=look)
    says(
        await ask(model, "Hello?", called),
        "Answer 2",
        why="Whoever clears a cache wants new answers.",
        look=look,
    )


@pytest.mark.task(2)
async def test_nobody_can_change_what_is_kept():
    for change in ("text", "parts", "details"):
        model = cached(Service())
        for _ in ("the first", "one from the cache"):
            outcome = await ask(model, "Hello?")
            says_something(outcome)
            is_kept_whole(outcome.value, change)
            spoil(outcome.value, change)
        last = await ask(model, "Hello?")
        says_something(last)
        is_kept_whole(last.value, change)


def is_kept_whole(reply: ModelResponse, change: str) -> None:
    came = (
        [getattr(part, "content", None) for part in reply.parts],
        reply.provider_details,
    )
    expected = (["Answer 1"], {"number": [1]})
    if came != expected:
        fail(
            f"request(…), after someone has changed the {change} of a reply before",
            f"text and details: {shown(came)}",
            shown(expected),
            why="One caller's change would reach every other caller.",
            look="what `_keep` keeps and `_find` gives: the same object, or a copy?",
        )


def spoil(reply: ModelResponse, change: str) -> None:
    if change == "text":
        for part in reply.parts:
            part.content = "spoilt"  # type: ignore[union-attr]
    elif change == "parts" and isinstance(reply.parts, list):
        reply.parts.append(TextPart("spoilt"))
    elif reply.provider_details is not None:
        reply.provider_details["number"].append("spoilt")


# Task 3: errors, and many who ask at once


@pytest.mark.task(3)
async def test_an_error_is_never_kept(fake: FakeTime):
    service = Service(fake)
    service.errors = [ValueError("not today"), ValueError("nor now")]
    model = cached(service)
    for said in ("not today", "nor now"):
        (await ask(model, "Hello?")).raises(
            ValueError,
            naming=[said],
            why="The caller has to know that there is no answer.",
            look="what you catch, and whether you let it go on.",
        )
    says(
        await ask(model, "Hello?", "request(…), after two that failed"),
        "Answer 3",
        why="A bad minute of the service would last as long as the cache.",
        look="what is kept when the model inside raises: nothing.",
    )
    says(
        await ask(model, "Hello?", "request(…), after one that did not fail"),
        "Answer 3",
        why=FROM_CACHE,
        look="what is left behind when the model inside raises: nothing.",
    )


@pytest.mark.task(3)
async def test_an_error_comes_out_even_if_an_old_reply_is_there(fake: FakeTime):
    service = Service(fake)
    now = [500.0]
    model = cached(service, ttl=10, clock=lambda: now[0])
    says_something(await ask(model, "Hello?"))
    now[0] += 11
    service.errors = [ValueError("not today")]
    called = "request(…) with ttl=10, 11 s after a reply, when the model inside fails"
    (await ask(model, "Hello?", called)).raises(
        ValueError,
        naming=["not today"],
        why="Whoever set a `ttl` wants no older answer, and nobody said it was old.",
        look="what you do when the model inside raises: nothing.",
    )


async def together(
    fake: FakeTime, model: Any, prompts: list[str], called: str, leaves: int = -1
) -> list[Outcome]:
    """Ask all at once; number `leaves` gives up after half of a call."""
    tasks = [asyncio.ensure_future(ask(model, prompt, called)) for prompt in prompts]
    if leaves >= 0:
        await fake.sleep(0.5)
        tasks[leaves].cancel()
    await fake.sleep(LONG)
    for task in tasks:
        if not task.done():
            task.cancel()
            fail(
                called,
                "nothing: one of them still waits, for ever",
                "that each of them gets an answer or an error",
                why="A call that never ends is worse than one that fails.",
                look="who wakes those who wait, also when the first one fails.",
            )
    return [task.result() for task in tasks]


AT_ONCE = "`request`, while the model inside is being asked: what do others find?"


@pytest.mark.task(3)
async def test_those_who_ask_the_same_at_once_share_one_call(fake: FakeTime):
    service = Service(fake)
    model = cached(service)
    called = "request(…), 5 times at once"
    outcomes = await together(fake, model, ["Hello?"] * 5, called)
    for outcome in outcomes:
        says(outcome, "Answer 1", why=FROM_CACHE, look=AT_ONCE)
    *others, last = outcomes
    for outcome in others:
        spoil(outcome.value, "text")
    says(
        Outcome(f"{called}; all but one change their reply", last.value),
        "Answer 1",
        why="One caller's change would reach every other caller.",
        look="what those who wait are given: one object for all, or a copy each?",
    )
    asked_so_often(called, service, 1, why=FROM_CACHE, look=AT_ONCE)


@pytest.mark.task(3)
async def test_different_questions_do_not_wait_for_each_other(fake: FakeTime):
    service = Service(fake)
    model = cached(service)
    starts: list[float] = []
    begin = fake.now()
    service.parts = lambda n: starts.append(fake.now() - begin) or [TextPart("Yes.")]
    called = "request(…) with 5 questions at once, each of which takes a second"
    for outcome in await together(fake, model, list("abcde"), called):
        says(outcome, "Yes.", why="The model said so.", look=AT_ONCE)
    if max(starts, default=0.0) > 1.5:
        fail(
            called,
            f"the last answer after {max(starts):g} s",
            "all answers after 1 s",
            why="With one lock for all questions, a hundred users wait in one line.",
            look="the lock: is it one for all, or one for each question?",
        )


@pytest.mark.task(3)
async def test_one_who_gives_up_takes_nobody_along(fake: FakeTime):
    for leaves in (0, 1):
        service = Service(fake)
        model = cached(service)
        called = f"request(…), 3 times at once; number {leaves + 1} is cancelled"
        outcomes = await together(fake, model, ["Hello?"] * 3, called, leaves)
        gone = outcomes.pop(leaves)
        if not isinstance(gone.error, asyncio.CancelledError):
            fail(
                called,
                f"for that one: {gone.came_back()}",
                "a CancelledError",
                why="Whoever gives up wants no answer, and none that was made up.",
                look="`except`: one that catches CancelledError must raise it again.",
            )
        for outcome in outcomes:
            if getattr(outcome.value, "text", None) not in ("Answer 1", "Answer 2"):
                fail(
                    called,
                    f"for another one: {outcome.came_back()}",
                    "an answer for those who did not give up",
                    why="One user closes a window, and others lose their answer.",
                    look="who makes the call, and what becomes of it when he is "
                    "cancelled.",
                )
        if service.calls > 2:
            expected = 1 + (leaves == 0)
            asked_so_often(called, service, expected, why=FROM_CACHE, look=AT_ONCE)


@pytest.mark.task(3)
async def test_an_error_leaves_nobody_waiting(fake: FakeTime):
    service = Service(fake)
    service.errors = [ValueError("not today")]
    model = cached(service)
    called = "request(…), 3 times at once, when the first call fails"
    outcomes = await together(fake, model, ["Hello?"] * 3, called)
    for outcome in outcomes:
        right = isinstance(outcome.value, ModelResponse)
        if not right and not isinstance(outcome.error, ValueError):
            fail(
                called,
                outcome.came_back(),
                "an answer, or that very error",
                why="Each caller has to hear how it ended.",
                look="what those who wait are told when the call fails.",
            )
    says_something(await ask(model, "Hello?", f"{called}; and once more"))


# Task 4: streams


STREAM = "`request_stream`: what you `yield` when the reply is in the cache."


def streams(outcome: Outcome, expected: str, *, why: str, look: str) -> None:
    """Fail unless the stream's events, and its reply, say `expected`."""
    if outcome.error is not None:
        Outcome(outcome.call, error=outcome.error).returns(expected, why=why, look=look)
    reply, text = outcome.value
    events = Outcome(f"the events of {outcome.call}", text)
    events.returns(expected, why=why, look=look)
    whole = Outcome(f"the reply at the end of {outcome.call}", reply)
    says(whole, expected, why=why, look=look)


@pytest.mark.task(4)
async def test_a_stream_is_answered_from_the_cache_as_a_stream():
    for kind, first in (("whole answer", ask), ("stream", ask_stream)):
        service = Service()
        model = cached(service)
        outcome = await first(model, "Hello?")
        if outcome.error is not None:
            streams(outcome, "Answer 1", why="The model said so.", look=STREAM)
        called = f"request_stream(…), after a {kind} to the same question"
        why = "Whoever reads a stream wants its pieces, wherever they come from."
        for _ in range(2):
            outcome = await ask_stream(model, "Hello?", called)
            streams(outcome, "Answer 1", why=why, look=STREAM)
        asked_so_often(called, service, 1, why=FROM_CACHE, look=STREAM)
        counted(model, (2, 1), f"{called}, twice")


@pytest.mark.task(4)
async def test_a_tool_call_is_streamed_from_the_cache_too():
    service = Service()
    service.parts = lambda n: [ToolCallPart("look_up", {"x": "y"}, "call-1")]
    model = cached(service)
    called = "request_stream(…), when a tool call is in the cache"
    says_something(await ask(model, "Hello?"))
    outcome = await ask_stream(model, "Hello?", called)
    reply = outcome.value[0] if outcome.error is None else None
    came = [
        (part.tool_name, part.args_as_dict())
        for part in getattr(reply, "parts", [])
        if isinstance(part, ToolCallPart)
    ]
    if came != [("look_up", {"x": "y"})] or service.calls != 1:
        fail(
            called,
            shown(came) if outcome.error is None else outcome.came_back(),
            'the call of `look_up` with {"x": "y"}, from the cache',
            why="A reply is more than its text.",
            look=STREAM,
        )


@pytest.mark.task(4)
async def test_another_question_is_streamed_anew():
    service = Service()
    now = [500.0]
    model = cached(service, ttl=10, clock=lambda: now[0])
    asked = [
        ("another prompt", question("Hello!"), 0),
        ("another setting", question("Hello!", settings={"max_tokens": 7}), 0),
        ("a tool", question("Hello!", function_tools=[A_TOOL]), 0),
        ("instructions", question("Hello!", instructions="Be kind."), 0),
        ("the first question again, 11 s later", question("Hello!"), 11),
    ]
    for number, (what, one, pause) in enumerate(asked, start=1):
        now[0] += pause
        called = f"request_stream(…), with ttl=10: {what}"
        outcome = await ask_stream(model, one, called)
        streams(outcome, f"Answer {number}", why=ASK_ANEW, look=STREAM)


@pytest.mark.task(4)
async def test_a_stream_gets_the_whole_question_too():
    service, context = Service(), object()
    inside = Open(service)
    asked: Any = (*FULL, context)
    outcome = await ask_stream(cached(inside), asked)
    passed_on(outcome, service)
    if inside.contexts not in ([], [context]):  # none, if it asked for a whole one
        fail(
            outcome.call,
            "the model inside was asked without the `run_context` that came",
            "all four arguments, as they came",
            why="Whoever wraps a model wants all that the model can do.",
            look="what you pass on to `self.wrapped`: all arguments that came.",
        )


@pytest.mark.task(4)
async def test_streams_are_kept_no_longer_than_others():
    service = Service()
    model = cached(service, max_entries=2)
    called = "CachedModel(…, max_entries=2), asked for streams of a, b, a, c, a, b"
    reached = ""
    for prompt in "abacab":
        before = service.calls
        outcome = await ask_stream(model, prompt, called)
        if outcome.error is not None:
            streams(outcome, "an answer", why="The model said so.", look=STREAM)
        reached += prompt * (service.calls - before)
    if reached != "abcb":
        fail(
            called,
            f"the model inside was asked {', '.join(reached)}",
            "asked a, b, c, b",
            why="A reply takes room, and is used, however it is asked for.",
            look="`request_stream`: does it look up and keep as `request` does?",
        )


@pytest.mark.task(4)
async def test_half_a_stream_is_not_kept():
    for how in ("left", "broken"):
        service = Service()
        model = cached(service)
        service.breaks = how == "broken"
        half = await ask_stream(model, "Hello?", most=1 if how == "left" else 1000)
        service.breaks = False
        if isinstance(half.error, ConnectionError) != service.broke:
            fail(
                f"request_stream(…), when the stream is {how} half-way",
                half.came_back() if half.error else "half an answer, and no error",
                "that very ConnectionError" if service.broke else "no error",
                why="The caller has to know whether there is more to come.",
                look="what you catch around the `yield`: nothing.",
            )
        called = f"request_stream(…), after a stream that was {how} half-way"
        again = await ask_stream(model, "Hello?", called)
        expected = f"Answer {service.calls}"  # whole, whoever has read it to its end
        why = "Half an answer, kept, is half an answer for everybody."
        look = "when you keep it: `stream.get().state` says whether it is complete."
        streams(again, expected, why=why, look=look)


@pytest.mark.task(4)
async def test_nobody_can_change_what_is_kept_through_a_stream():
    model = cached(Service())
    called = "request_stream(…), after someone has changed the reply of one before"
    for number in range(3):
        outcome = await ask_stream(model, "Hello?", called)
        why = "One caller's change would reach every other caller."
        streams(outcome, "Answer 1", why=why, look="copies, here as in `request`.")
        if number < 2:
            spoil(outcome.value[0], "text")
