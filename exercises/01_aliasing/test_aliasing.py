"""What the exercise asks for. Read it as a specification; it needs no change."""

import json
import operator
import random
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
import respx
from aliasing import DEFAULT_ALIASES, create_aliased_model, resolve_alias
from pydantic_ai import ModelRequest
from pydantic_ai.direct import model_request

from course.expect import call, fail, shown
from course.replies import chat_reply

WORDS = ("fast", "balanced", "quality")


# Task 1: protect the default map


@pytest.mark.task(1)
def test_nobody_can_change_the_default_map():
    before = contents_of_the_default_map()
    attempts = {
        '["fast"] = "changed/model"': lambda m: m.__setitem__("fast", "changed/model"),
        '["new"] = "new/model"': lambda m: m.__setitem__("new", "new/model"),
        '.update(fast="changed/model")': lambda m: m.update(fast="changed/model"),
        '.setdefault("new", "new/model")': lambda m: m.setdefault("new", "new/model"),
        ' |= {"new": "new/model"}': lambda m: operator.ior(m, {"new": "new/model"}),
        '.pop("fast")': lambda m: m.pop("fast"),
        ".popitem()": lambda m: m.popitem(),
        ".clear()": lambda m: m.clear(),
    }
    for text, attempt in attempts.items():
        with suppress(Exception):
            attempt(DEFAULT_ALIASES)
        after = contents_of_the_default_map()
        if after != before:
            with suppress(Exception):
                DEFAULT_ALIASES.clear()
                DEFAULT_ALIASES.update(before)
            fail(
                f"DEFAULT_ALIASES{text}",
                f"no error, and the map now holds {shown(after)}",
                "an error, and the map as it was",
                why="One caller's change would reach every other caller.",
                look="the type of `DEFAULT_ALIASES`: a dict can be changed by anyone.",
            )


def contents_of_the_default_map() -> dict[str, str]:
    is_map = isinstance(DEFAULT_ALIASES, Mapping)
    contents = dict(DEFAULT_ALIASES.items()) if is_map else {}
    if not all("/" in str(contents.get(word)) for word in WORDS):
        fail(
            "DEFAULT_ALIASES",
            shown(DEFAULT_ALIASES),
            f"a mapping with full names for {', '.join(WORDS)}",
            why="These three aliases are what the exercise starts with.",
            look="the lines that make `DEFAULT_ALIASES`.",
        )
    return contents


# Task 2: look an alias up


@pytest.mark.task(2)
def test_an_alias_stands_for_its_model():
    for word in WORDS:
        call(resolve_alias, word).returns(
            DEFAULT_ALIASES[word],
            why=f"Whoever writes `{word}` wants the model that the map names.",
            look="the end of `resolve_alias`: what it looks up, and what it returns.",
        )
        call(resolve_alias, word).returns(
            DEFAULT_ALIASES[word],
            why="The second of two equal calls must get what the first one got.",
            look="what the first call left behind: a list that is made only once?",
        )


@pytest.mark.task(2)
def test_a_map_from_the_caller_wins_over_the_defaults():
    call(resolve_alias, "fast", {"fast": "mistralai/callers-choice"}).returns(
        "mistralai/callers-choice",
        why="Whoever brings a map wants to overrule the defaults.",
        look="the line that puts the two maps together: which one comes last?",
    )


@pytest.mark.task(2)
def test_the_defaults_stand_behind_a_map_from_the_caller():
    call(resolve_alias, "quality", {"mine": "openai/mine"}).returns(
        DEFAULT_ALIASES["quality"],
        why="A caller who adds one alias does not want to lose the others.",
        look="the line that puts the two maps together: are the defaults in it?",
    )


@pytest.mark.task(2)
def test_capitals_and_space_around_an_alias_do_not_matter():
    expected = "openai/for-this-test"
    for asked, in_the_map in [
        ("GREEN", "green"),
        ("\tgreen \r\n", "green"),
        ("team pick", " Team Pick "),
        ("Fast", "FAST"),
    ]:
        call(resolve_alias, asked, {in_the_map: expected}).returns(
            expected,
            why="People type aliases by hand, in the call and in the map.",
            look="the keys of `known`: tidy them in the same way as `name`.",
        )


@pytest.mark.task(2)
def test_a_full_name_comes_back_unchanged():
    why = "A full name needs no alias, and judging it is the factory's work."
    look = "what you do with a name that has a `/` in it: nothing at all."
    for name in ("openai/gpt-test", "Some/Model", "a/b:free", "~a/b-latest", "a/b/c"):
        call(resolve_alias, name).returns(name, why=why, look=look)
        call(resolve_alias, "mine", {"mine": name}).returns(name, why=why, look=look)


@pytest.mark.task(2)
def test_an_unknown_name_is_refused_with_names_that_are_close():
    aliases = {"team-writer": "openai/writer", " TEAM-READER ": "openai/reader"}
    for asked, meant in [
        (" Balancd ", "balanced"),
        ("QUALTY", "quality"),
        ("team-writter", "team-writer"),
        ("team-readr", "team-reader"),
    ]:
        call(resolve_alias, asked, aliases).raises(
            ValueError,
            naming=[asked.strip(), meant],
            why="Another model would hide the mistake; a close name mends it.",
            look="a word not in `known`: raise, with what is close in both maps, "
            "tidied.",
        )


@pytest.mark.task(2)
def test_whatever_is_no_alias_is_refused():
    for asked in ("xylophone", "", "  ", "f ast", "qual", "fast:free"):
        call(resolve_alias, asked).raises(
            ValueError,
            naming=[asked] if asked.strip() else [],
            why="Close is not the same, and some words resemble nothing.",
            look="what `get_close_matches` is used for, and what if it returns none.",
        )


@pytest.mark.task(2)
def test_one_call_leaves_nothing_behind_for_the_next():
    callers = {"mine": "openai/mine", " Blue": "openai/blue"}
    before = dict(callers)
    outcome = call(resolve_alias, "mine", callers)
    outcome.returns(
        "openai/mine",
        why="The caller's map says so.",
        look="what you look the name up in: is the caller's map part of it?",
    )
    fail_if_changed(callers, before, outcome.call)
    call(resolve_alias, "mine").raises(
        ValueError,
        why="A call without the map must not find what an earlier call brought.",
        look="the dict that you write to: make a new one in each call.",
    )


def fail_if_changed(came: Any, expected: Any, called: str) -> None:
    if came != expected:
        fail(
            called,
            f"and the caller's map is now {shown(came)}",
            f"the caller's map as it was: {shown(expected)}",
            why="A map that changes in the hands of a function surprises its owner.",
            look="the dict that you write to: make a new one.",
        )


# Task 3: follow an alias to an alias


@pytest.mark.task(3)
def test_an_alias_may_stand_for_another_alias():
    for aliases, expected in [
        ({"chat": "writer", "writer": "a/b"}, "a/b"),
        ({"chat": "Quality"}, DEFAULT_ALIASES["quality"]),
        ({"chat": " Writer", "writer": "a/b"}, "a/b"),
        ({"chat": "team pick", " Team Pick": "a/b"}, "a/b"),
        ({"chat": "fast", "fast": "a/b"}, "a/b"),
        ({"chat": "chat-writer", "chat-writer": "writer", "writer": "a/b"}, "a/b"),
    ]:
        call(resolve_alias, "chat", aliases).returns(
            expected,
            why="A team says `chat` stands for `writer`, and `writer` for a model.",
            look="each step: it needs the same look-up, with the same care, as the "
            "first.",
        )


@pytest.mark.task(3)
def test_a_chain_of_a_hundred_aliases_has_an_end():
    aliases = {f"step{n}": f"step{n + 1}" for n in range(99)} | {"step99": "a/b"}
    call(resolve_alias, "step0", aliases).returns(
        "a/b",
        why="A long chain is no circle.",
        look="how you notice a circle: by counting steps, or by what you passed?",
    )


@pytest.mark.task(3)
def test_an_unknown_name_at_the_end_of_a_chain_is_refused():
    for aliases in ({"chat": "qualty"}, {"chat": "writer", "writer": "qualty"}):
        call(resolve_alias, "chat", aliases).raises(
            ValueError,
            naming=["quality"],
            why="A mistake inside the map is as likely as one in the call.",
            look="the check for unknown names: it belongs inside the loop.",
        )


@pytest.mark.task(3)
def test_aliases_in_a_circle_are_refused_and_shown():
    for asked, aliases, circle in [
        ("zig", {"zig": "zag", "zag": "Zig"}, ["zig", "zag"]),
        ("echo", {"echo": " ECHO"}, ["echo"]),
        ("fast", {"fast": "fast"}, ["fast"]),
        ("start", {"start": "zig", "zig": "zag", "zag": "zig"}, ["zig", "zag"]),
    ]:
        call(resolve_alias, asked, aliases).raises(
            ValueError,
            naming=circle,
            why="A circle has no end, and whoever mends it needs the names in it.",
            look="the aliases you have visited: any of them may come again.",
        )


@pytest.mark.task(3)
def test_a_long_way_leaves_nothing_behind_either():
    for end in ("a/b", "nothing-like-it", "chat"):
        aliases = {"chat": "writer", "writer": "poet", "poet": end}
        before = dict(aliases)
        first = call(resolve_alias, "chat", aliases)
        fail_if_changed(aliases, before, first.call)
        second = call(resolve_alias, "chat", aliases)
        if type(second.error) is not type(first.error) or second.value != first.value:
            fail(
                f"{second.call}, a second time",
                second.came_back(),
                f"as the first time: {first.came_back()}",
                why="The second of two equal calls must get what the first one got.",
                look="where you remember what you passed: inside the function.",
            )
        why, look = "The way ends there.", "what you do after the last step."
        if "/" in end:
            second.returns(end, why=why, look=look)
        else:
            second.raises(ValueError, why=why, look=look)


@pytest.mark.task(3)
def test_a_hundred_random_maps_give_what_following_by_hand_gives():
    dice = random.Random(20261120)
    words = ["ada", "bob", "cleo", "dora", "eve", "finn"]
    for _ in range(100):
        aliases = {w: dice.choice([*words, "openai/one", "openai/two"]) for w in words}
        path = [dice.choice(words)]
        while path[-1] in aliases and path[-1] not in path[:-1]:
            path.append(aliases[path[-1]])
        outcome = call(resolve_alias, path[0], dict(aliases))
        why = f"Followed by hand: {' -> '.join(path)}."
        look = "your loop: go through it on paper, with this map."
        if "/" in path[-1]:
            outcome.returns(path[-1], why=why, look=look)
        else:
            circle = path[path.index(path[-1]) : -1]
            outcome.raises(ValueError, naming=circle, why=why, look=look)


# Task 4: build the model


@pytest.mark.task(4)
@pytest.mark.httpx2(assert_all_called=False)
async def test_the_full_name_is_on_the_wire(httpx2_mock: respx.Router):
    wire = httpx2_mock.post(path="/api/v1/chat/completions").mock(
        return_value=chat_reply()
    )
    called, request = await ask(wire, "Mine", aliases={"mine": "Quality"})
    came = json.loads(request.content)["model"]
    if came != DEFAULT_ALIASES["quality"]:
        fail(
            called,
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
    wire = httpx2_mock.post(path="/api/v1/chat/completions").mock(
        return_value=chat_reply()
    )
    for host in ("one.example", "two.example"):
        key = f"sk-or-v1-for-{host}"
        called, request = await ask(
            wire,
            "fast",
            key,
            base_url=f"https://{host}/api/v1",
            extra_headers={"X-OpenRouter-Title": "Alias"},
            settings={"max_tokens": 7},
        )
        came = (
            request.url.host,
            request.headers["authorization"],
            request.headers.get("X-OpenRouter-Title"),
            json.loads(request.content).get("max_tokens"),
        )
        expected = (host, f"Bearer {key}", "Alias", 7)
        if came != expected:
            fail(
                called,
                f"a request with host, key, title and limit {shown(came)}",
                f"one with {shown(expected)}",
                why="Whoever uses an alias wants all else that the factory can do.",
                look="`**factory_kwargs`: with two stars it comes in, and goes on.",
            )


@pytest.mark.task(4)
def test_an_unknown_alias_builds_no_model():
    call(create_aliased_model, "balancd", "sk-or-v1-test").raises(
        ValueError,
        naming=["balanced"],
        why="Whoever mistypes an alias wants to hear which ones there are.",
        look="what `create_aliased_model` does with the error of `resolve_alias`.",
    )


async def ask(
    wire: respx.Route, name: str, key: str = "sk-or-v1-test", **kwargs: Any
) -> tuple[str, Any]:
    """Build a model with the learner's code, let it ask, and give what was sent."""
    outcome = call(create_aliased_model, name, key, **kwargs)
    wanted = "a model that asks OpenRouter for a full name"
    why = "This is what aliases are for."
    look = "who gets what: `resolve_alias` the aliases, the factory the rest."
    if outcome.error is not None or not hasattr(outcome.value, "request"):
        fail(outcome.call, outcome.came_back(), wanted, why=why, look=look)
    await model_request(outcome.value, [ModelRequest.user_text_prompt("Hello?")])
    if not wire.called:
        fail(outcome.call, "a model that asked nobody", wanted, why=why, look=look)
    return outcome.call, wire.calls.last.request
