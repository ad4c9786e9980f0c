"""What the exercise asks for. Read it as a specification; it needs no change."""

import json
import random
from contextlib import suppress

import httpx
import pytest
import respx
from aliasing import DEFAULT_ALIASES, create_aliased_model, resolve_alias
from pydantic_ai import Agent

from course.expect import call, fail, shown

WORDS = ("fast", "balanced", "quality")


@pytest.mark.task(1)
def test_a_caller_cannot_change_the_default_map():
    before = {word: DEFAULT_ALIASES.get(word) for word in WORDS}
    attempts = {
        'DEFAULT_ALIASES["fast"] = "changed/model"': lambda m: m.__setitem__(
            "fast", "changed/model"
        ),
        'DEFAULT_ALIASES.update(fast="changed/model")': lambda m: m.update(
            fast="changed/model"
        ),
        'del DEFAULT_ALIASES["fast"]': lambda m: m.__delitem__("fast"),
        "DEFAULT_ALIASES.clear()": lambda m: m.clear(),
    }
    for text, attempt in attempts.items():
        with suppress(Exception):
            attempt(DEFAULT_ALIASES)
        after = {word: DEFAULT_ALIASES.get(word) for word in WORDS}
        if after != before or not all("/" in str(name) for name in after.values()):
            with suppress(Exception):
                DEFAULT_ALIASES.update(before)
            fail(
                text,
                f"no error, and the map is now {shown(after)}",
                f"an error, and the map as before: {shown(before)}",
                why="One caller's change would reach every other caller.",
                look="`MappingProxyType`, a read-only view of a dict.",
            )


@pytest.mark.task(2)
@pytest.mark.parametrize("word", WORDS)
def test_an_alias_stands_for_its_model(word):
    call(resolve_alias, word).returns(
        DEFAULT_ALIASES[word],
        why=f"Whoever writes `{word}` wants the model that the map names.",
        look="the end of `resolve_alias`: what it looks up, and what it returns.",
    )


@pytest.mark.task(2)
@pytest.mark.parametrize(
    ("asked", "in_the_map"),
    [("FAST", "fast"), (" fast\n", "fast"), ("team pick", "Team Pick ")],
)
def test_capitals_and_space_around_an_alias_do_not_matter(asked, in_the_map):
    expected = "openai/for-this-test"
    call(resolve_alias, asked, {in_the_map: expected}).returns(
        expected,
        why="People type aliases by hand, in the call and in the map.",
        look="the keys of `known`: tidy them in the same way as `name`.",
    )


@pytest.mark.task(2)
@pytest.mark.parametrize("name", ["openai/gpt-test", "a/b:free", "Some/Model"])
def test_a_full_name_comes_back_unchanged(name):
    call(resolve_alias, name).returns(
        name,
        why="A full name needs no alias, and judging it is the factory's work.",
        look="what happens first to a name with a `/` in it.",
    )


@pytest.mark.task(2)
def test_the_callers_map_wins_over_the_defaults():
    call(resolve_alias, "fast", {"Fast": "mistralai/callers-choice"}).returns(
        "mistralai/callers-choice",
        why="Whoever brings a map wants to overrule the defaults.",
        look="the line that puts the two maps together: which one comes last?",
    )


@pytest.mark.task(2)
def test_the_defaults_stand_behind_the_callers_map():
    call(resolve_alias, "quality", {"mine": "openai/mine"}).returns(
        DEFAULT_ALIASES["quality"],
        why="A caller who adds one alias does not want to lose the others.",
        look="the line that puts the two maps together.",
    )


@pytest.mark.task(2)
def test_the_callers_map_is_left_as_it_was():
    callers = {"Mine": "openai/mine"}
    outcome = call(resolve_alias, "mine", callers)
    outcome.returns(
        "openai/mine",
        why="The caller's map says so.",
        look="what you look the name up in: is the caller's map part of it?",
    )
    if callers != {"Mine": "openai/mine"}:
        fail(
            outcome.call,
            f"the right name, but the caller's map is now {shown(callers)}",
            'the caller\'s map as it was: {"Mine": "openai/mine"}',
            why="A map that changes in the hands of a function surprises its owner.",
            look="which dict you write to: make a new one.",
        )


@pytest.mark.task(2)
@pytest.mark.parametrize(
    ("asked", "meant"), [("balancd", "balanced"), ("team-writter", "team-writer")]
)
def test_an_unknown_name_is_refused_with_names_that_are_close(asked, meant):
    call(resolve_alias, asked, {"team-writer": "openai/writer"}).raises(
        ValueError,
        naming=[meant],
        why="A typing mistake is mended at once if the message says what was meant.",
        look="`get_close_matches(word, known_words)`.",
    )


@pytest.mark.task(2)
@pytest.mark.parametrize("asked", ["xylophone", ""])
def test_an_unknown_name_that_resembles_nothing_is_refused_too(asked):
    call(resolve_alias, asked).raises(
        ValueError,
        naming=[asked],
        why="Without a close match, the error must still say what is wrong.",
        look="what you do when `get_close_matches` returns an empty list.",
    )


@pytest.mark.task(3)
def test_an_alias_may_stand_for_another_alias():
    call(resolve_alias, "chat", {"chat": " Writer", "writer": "QUALITY"}).returns(
        DEFAULT_ALIASES["quality"],
        why="A team says `chat` stands for `writer`, and `writer` for `quality`.",
        look="what you do when the look-up gives a name without a `/`.",
    )


@pytest.mark.task(3)
def test_an_unknown_name_at_the_end_of_a_chain_is_refused():
    call(resolve_alias, "chat", {"chat": "qualty"}).raises(
        ValueError,
        naming=["quality"],
        why="A mistake inside the map is as likely as one in the call.",
        look="the check for unknown names: it belongs inside the loop.",
    )


@pytest.mark.task(3)
@pytest.mark.parametrize(
    ("asked", "aliases", "circle"),
    [
        ("zig", {"zig": "zag", "zag": "Zig"}, ["zig", "zag"]),
        ("echo", {"echo": " ECHO"}, ["echo"]),
        ("start", {"start": "zig", "zig": "zag", "zag": "zig"}, ["zig", "zag"]),
    ],
)
def test_aliases_in_a_circle_are_refused_and_shown(asked, aliases, circle):
    call(resolve_alias, asked, aliases).raises(
        ValueError,
        naming=circle,
        why="Without a check the look-up runs for ever; the names say what to mend.",
        look="which aliases you have already passed on the way.",
    )


@pytest.mark.task(3)
def test_one_call_leaves_nothing_behind_for_the_next():
    aliases = {"chat": "writer", "writer": "openai/writer"}
    call(resolve_alias, "chat", aliases)
    call(resolve_alias, "chat", aliases).returns(
        "openai/writer",
        why="The second of two equal calls must get what the first one got.",
        look="where you remember the aliases that you passed: inside the function.",
    )


@pytest.mark.task(3)
def test_a_hundred_random_maps_give_what_following_by_hand_gives():
    dice = random.Random(20261120)
    words = ["ada", "bob", "cleo", "dora", "eve", "finn"]
    for _ in range(100):
        targets = [*words, "openai/one", "openai/two"]
        aliases = {word: dice.choice(targets) for word in words}
        asked = dice.choice(words)
        end, steps = asked, 0
        while end in aliases and steps <= len(words):
            end, steps = aliases[end], steps + 1
        outcome = call(resolve_alias, asked, aliases)
        why = "Whoever follows the map with a finger ends there."
        look = "your loop: go through it on paper, with this map."
        if end in aliases:
            outcome.raises(ValueError, naming=[end], why=why, look=look)
        else:
            outcome.returns(end, why=why, look=look)


@pytest.mark.task(4)
@pytest.mark.httpx2(assert_all_called=False)
async def test_the_full_name_is_on_the_wire(httpx2_mock: respx.Router):
    wire = httpx2_mock.post(path="/api/v1/chat/completions").mock(return_value=reply())
    await ask("Mine", aliases={"mine": "Quality"}, wire=wire)
    came = json.loads(wire.calls.last.request.content)["model"]
    if came != DEFAULT_ALIASES["quality"]:
        fail(
            'create_aliased_model("Mine", key, aliases={"mine": "Quality"})',
            f"a model that asks OpenRouter for {shown(came)}",
            f"one that asks for {shown(DEFAULT_ALIASES['quality'])}",
            why="OpenRouter does not know your aliases.",
            look="what `create_aliased_model` hands to `create_openrouter_model`.",
        )


@pytest.mark.task(4)
@pytest.mark.httpx2(assert_all_called=False)
async def test_what_else_the_caller_asked_for_reaches_the_factory(
    httpx2_mock: respx.Router,
):
    wire = httpx2_mock.post(path="/api/v1/chat/completions").mock(return_value=reply())
    title = {"X-OpenRouter-Title": "Alias test"}
    elsewhere = "https://gateway.example/api/v1"
    await ask("fast", base_url=elsewhere, extra_headers=title, wire=wire)
    request = wire.calls.last.request
    came = request.url.host, request.headers.get("X-OpenRouter-Title")
    if came != ("gateway.example", "Alias test"):
        fail(
            f'create_aliased_model("fast", key, base_url="{elsewhere}", '
            f"extra_headers={title})",
            f"a request to {came[0]} with the title {came[1]}",
            "a request to gateway.example with the title Alias test",
            why="Whoever uses an alias wants everything else that the factory can do.",
            look="`**factory_kwargs`: where it comes in, and where it should go on to.",
        )


def reply() -> httpx.Response:
    """What OpenRouter would answer."""
    message = {"role": "assistant", "content": "Hello!"}
    choice = {
        "index": 0,
        "message": message,
        "finish_reason": "stop",
        "native_finish_reason": "stop",
    }
    usage = {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}
    return httpx.Response(
        200,
        json={
            "id": "gen-1",
            "object": "chat.completion",
            "created": 1760000000,
            "model": "openai/any",
            "provider": "OpenAI",
            "choices": [choice],
            "usage": usage,
        },
    )


async def ask(name: str, *, wire: respx.Route, **kwargs) -> None:
    """Build a model with the learner's code, and let it ask one question."""
    outcome = call(create_aliased_model, name, "sk-or-v1-test", **kwargs)
    wanted = "a model that answers a question"
    why = "This is what aliases are for."
    look = "what `create_aliased_model` hands to `create_openrouter_model`."
    if outcome.error is not None or not hasattr(outcome.value, "request"):
        fail(outcome.call, outcome.came_back(), wanted, why=why, look=look)
    await Agent(outcome.value).run("Hello?")
    if not wire.called:
        fail(outcome.call, "a model that asked nobody", wanted, why=why, look=look)
