"""What the exercise asks for. Read it as a specification; it needs no change."""

import json
import random
import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
import respx
from pydantic_ai import ModelRequest
from pydantic_ai.direct import model_request
from recommendation import WISHES, recommend_models

from course.expect import Outcome, call, fail, shown
from course.replies import chat_reply
from openrouter_factory import BALANCED, FAST, QUALITY, create_openrouter_model
from openrouter_factory import ModelInfo as Info
from openrouter_factory import get_model_info as known

WISH_NAMES = ("image", "audio", "structured output", "reasoning")


def model(name: str, price: str | None = "1", **more: Any) -> Info:
    """A made-up model; both its prices are `price` unless `more` says otherwise."""
    usd = None if price is None else Decimal(price)
    facts = {"context_length": 1000, "input_price": usd, "output_price": usd} | more
    return Info(f"test/{name}", **facts)


def ask(task: str, models: Iterable[Info], **limits: Any) -> Outcome:
    """Call the learner's function once, and name the models in the call's text."""
    catalogue = {info.name: info for info in models}
    outcome = call(partial(recommend_models, task, catalogue, **limits))
    names = ", ".join(name.removeprefix("test/") for name in catalogue)
    words = [f"{key}={shown(value)}" for key, value in limits.items()]
    text = ", ".join([shown(task), f"{{{names}}}", *words])
    return replace(outcome, call=f"recommend_models({text})")


def recommended(outcome: Outcome, *, why: str, look: str) -> list[Any]:
    """The recommendations that came back; fails if something else did."""
    items = outcome.value if type(outcome.value) is list else [None]
    if not all(isinstance(getattr(item, "info", None), Info) for item in items):
        wanted = "a list of `Recommendation`"
        fail(outcome.call, outcome.came_back(), wanted, why=why, look=look)
    return items


def expect_names(
    outcome: Outcome, *names: str, ordered: bool = False, why: str, look: str
) -> None:
    """Fail unless these models came back; in this order, if `ordered`."""
    items = recommended(outcome, why=why, look=look)
    came = [item.info.name.removeprefix("test/") for item in items]
    good = came == list(names) if ordered else sorted(came) == sorted(names)
    if not good:
        wanted = f"{listed(names)}{', in this order' if ordered else ''}"
        fail(outcome.call, listed(came), wanted, why=why, look=look)


def listed(names: Iterable[str]) -> str:
    return f"[{', '.join(names)}]"


# Task 1: shut out what cannot do it


@pytest.mark.task(1)
def test_the_only_candidate_is_recommended():
    expect_names(
        ask("Say hello", [model("alone")]),
        "alone",
        why="Nothing speaks against it, and there is nothing to compare it with.",
        look="what you return: a list, also for one model.",
    )


@pytest.mark.task(1)
def test_a_model_without_tools_is_shut_out_when_tools_are_needed():
    models = [model("no-tools"), model("tools", supports_tools=True)]
    expect_names(
        ask("Say hello", models, needs_tools=True),
        "tools",
        why="Asked to call a tool, the other one answers with an error.",
        look="`supports_tools`, and when you ask for it.",
    )


@pytest.mark.task(1)
def test_tools_do_not_matter_when_they_are_not_needed():
    models = [model("no-tools"), model("tools", supports_tools=True)]
    expect_names(
        ask("Say hello", models),
        "no-tools",
        "tools",
        why="`needs_tools=False` says that none are needed, not that none may be.",
        look="what you do with `supports_tools` if `needs_tools` is false: nothing.",
    )


@pytest.mark.task(1)
def test_a_context_that_is_too_short_or_unknown_is_shut_out():
    lengths = {"too-short": 7999, "exactly": 8000, "longer": 8001, "unknown": None}
    models = [model(name, context_length=n) for name, n in lengths.items()]
    expect_names(
        ask("Say hello", models, min_context=8000, limit=9),
        "exactly",
        "longer",
        why="`min_context` is the least that is enough; nobody knows if unknown is.",
        look="the comparison with `context_length`, and what it does with `None`.",
    )


@pytest.mark.task(1)
def test_an_unknown_context_is_no_fault_when_none_is_asked_for():
    models = [model("unknown", context_length=None), model("known")]
    expect_names(
        ask("Say hello", models),
        "unknown",
        "known",
        why="Whoever sets no limit shuts nobody out.",
        look="`min_context=0`, and what you do with a `context_length` of `None`.",
    )


@pytest.mark.task(1)
def test_a_retired_model_is_always_shut_out():
    expect_names(
        ask("Say hello", [model("retired", retired=True), model("current")]),
        "current",
        why="Nobody answers under the name of a retired model.",
        look="`retired`: no argument asks for it, it always counts.",
    )


@pytest.mark.task(1)
def test_a_batch_variant_is_always_shut_out():
    models = [model("one:batch", "0.5"), model("one")]
    expect_names(
        ask("Say hello", models),
        "one",
        why="`:batch` rows are half price, list tools, and take no chat.",
        look="the variant of the name: `variant_of` in `openrouter_factory` reads it.",
    )


@pytest.mark.task(1)
def test_other_variants_and_the_word_batch_in_a_name_are_welcome():
    names = ["one:free", "two:thinking", "batch-writer", "one-batch", "x:batch-2"]
    expect_names(
        ask("Say hello", map(model, names), limit=9),
        *names,
        why="Only the variant `batch`, behind a colon, marks what takes no chat.",
        look="how you look for `:batch`: in the whole variant, or in part of the name?",
    )


@pytest.mark.task(1)
def test_every_limit_counts_at_once():
    good = {"supports_tools": True, "context_length": 9000}
    faults: dict[str, dict[str, Any]] = {
        "no-tools": {"supports_tools": False},
        "short": {"context_length": 1},
        "retired": {"retired": True},
    }
    models = [model(name, **good | fault) for name, fault in faults.items()]
    expect_names(
        ask("Hi", [*models, model("good", **good)], needs_tools=True, min_context=9000),
        "good",
        why="One limit that is kept makes up for none that is not.",
        look="how you join the limits: a model must be within all of them.",
    )


@pytest.mark.task(1)
def test_each_call_looks_at_the_catalogue_that_came():
    why = "A catalogue is refreshed: the same name, and other facts."
    look = "what an earlier call left behind: a list, or a dict, in the module?"
    models = [model("today", supports_tools=True), model("tomorrow")]
    expect_names(ask("Hi", models, needs_tools=True), "today", why=why, look=look)
    models = [model("today"), model("tomorrow", supports_tools=True)]
    expect_names(ask("Hi", models, needs_tools=True), "tomorrow", why=why, look=look)


@pytest.mark.task(1)
def test_the_catalogue_is_left_as_it_was():
    models = [model("retired", retired=True), model("dear", "9"), model("cheap")]
    catalogue = {info.name: info for info in models}
    before = list(catalogue.items())
    outcome = call(recommend_models, "Say hello", catalogue)
    outcome = replace(outcome, call='recommend_models("Say hello", catalogue)')
    why, look = "The catalogue is shared.", "what you remove from: make a list first."
    expect_names(outcome, "cheap", "dear", why=why, look=look)
    if list(catalogue.items()) != before:
        came = f"and the catalogue now holds {listed(catalogue)}"
        fail(outcome.call, came, "the catalogue as it was", why=why, look=look)


# Task 2: mind the price


@pytest.mark.task(2)
def test_the_dearer_of_both_prices_counts():
    look = "the price that you compare: the larger of `input_price`, `output_price`."
    for price_in, price_out, within in [
        ("1", "2", True),
        ("2", "1", True),
        ("1", "2.01", False),
        ("2.01", "1", False),
    ]:
        prices = {"input_price": Decimal(price_in), "output_price": Decimal(price_out)}
        models = [model("asked", **prices), model("cheap", "0.5")]
        expect_names(
            ask("Hi", models, max_price=Decimal(2)),
            *(["asked", "cheap"] if within else ["cheap"]),
            why=f"`asked` costs {price_in} in, {price_out} out; 2 itself is allowed.",
            look=look,
        )


@pytest.mark.task(2)
def test_an_unknown_price_is_not_zero():
    for fields in (["input_price"], ["output_price"], ["input_price", "output_price"]):
        models = [model("unknown", **dict.fromkeys(fields)), model("one", "1")]
        expect_names(
            ask("Say hello", models, max_price=1),
            "one",
            why="Unknown can be anything: it is within no limit.",
            look="`None`: `or 0` makes it free, and one known price is half the truth.",
        )


@pytest.mark.task(2)
def test_a_limit_of_zero_asks_for_what_is_free():
    models = [model("free", "0"), model("cheap", "0.01"), model("x:free", None)]
    expect_names(
        ask("Say hello", models, max_price=0),
        "free",
        why="0 is a limit, a price of 0 is known, and that of `x:free` is not.",
        look="`if max_price:` or `if not price:`: both take 0 for nothing.",
    )


@pytest.mark.task(2)
def test_without_a_limit_an_unknown_price_is_welcome():
    expect_names(
        ask("Say hello", [model("unknown", None), model("dear", "999")]),
        "unknown",
        "dear",
        why="Whoever sets no limit shuts nobody out.",
        look="`max_price=None`: it means that there is no limit.",
    )


@pytest.mark.task(2)
def test_a_float_means_what_it_shows():
    for usd in ("0.7", "0.29", "1.1", "0.029"):
        dearer = Decimal(usd) + Decimal("0.000000000000000001")
        models = [model("same", usd), model("dearer", str(dearer))]
        expect_names(
            ask("Hi", models, max_price=float(usd)),
            "same",
            why=f"Whoever types {usd} means {usd}, and a float is a little beside it.",
            look="`Decimal(0.7)` is 0.6999…: what if you turn it into a text first?",
        )


# Task 3: score by the words of the task

GRANTS: dict[str, dict[str, Any]] = {
    "image": {"input_modalities": ("text", "image")},
    "audio": {"input_modalities": ("audio", "text")},
    "structured output": {"supports_structured_output": True},
    "reasoning": {"supports_reasoning": True},
}


def grants(name: str, *wishes: str, price: str | None = "1") -> Info:
    """A model that grants these wishes, and no others."""
    facts: dict[str, Any] = {}
    for wish in wishes:
        facts |= GRANTS[wish]
    if {"image", "audio"} <= {*wishes}:
        facts["input_modalities"] = ("text", "image", "audio")
    return model(name, price, **facts)


def expect_score(
    task: str, info: Info, score: int, *, why: str, look: str
) -> tuple[Outcome, Any]:
    """Fail unless the only candidate gets this score."""
    outcome = ask(task, [info])
    item = (recommended(outcome, why=why, look=look) or [None])[0]
    came = getattr(item, "score", None)
    if type(came) not in (int, float) or came != score:
        fail(outcome.call, f"score {shown(came)}", f"score {score}", why=why, look=look)
    return outcome, item


@pytest.mark.task(3)
def test_every_word_of_a_wish_asks_for_it():
    for wish in WISH_NAMES:
        for word in sorted(WISHES[wish]):
            expect_score(
                f"Please {word} this",
                grants(f"can-{wish.replace(' ', '-')}", wish),
                1,
                why=f'"{word}" asks for "{wish}", and this model grants it.',
                look=f'the row of "{wish}" in the table: which field decides?',
            )


@pytest.mark.task(3)
def test_what_a_model_cannot_do_gives_no_point():
    for wish in WISH_NAMES:
        word = min(WISHES[wish])
        others = [name for name in WISH_NAMES if name != wish]
        expect_score(
            f"Please {word} this",
            grants(f"all-but-{wish.replace(' ', '-')}", *others),
            0,
            why=f'The task asks for "{wish}" alone, and this model cannot grant it.',
            look="both halves: the task asks for the wish, and the model grants it.",
        )


@pytest.mark.task(3)
def test_making_something_is_not_understanding_it():
    for wish in ("image", "audio"):
        expect_score(
            f"Please {wish} this",
            model(f"makes-{wish}", output_modalities=("text", wish)),
            0,
            why=f'It gives "{wish}", and takes nothing but text.',
            look="which of the two fields of modalities you ask.",
        )


@pytest.mark.task(3)
def test_what_nobody_asked_for_gives_no_point():
    expect_score(
        "Write a poem about rain",
        grants("can-do-all", *WISH_NAMES),
        0,
        why="The task has none of the wishes: a gift is no reason.",
        look="where you count: only wishes whose words are in the task.",
    )


@pytest.mark.task(3)
def test_capitals_and_what_stands_around_a_word_do_not_matter():
    for task in ("JSON!", "Give me:\n'json'.", "(Json)", "a json-file"):
        expect_score(
            task,
            grants("can-json", "structured output"),
            1,
            why="People write JSON, and put commas and hyphens behind it.",
            look="how you cut the task into words: `re.findall` finds runs of letters.",
        )


@pytest.mark.task(3)
def test_only_whole_words_count():
    for task in ("Describe the imagery", "Water the plants", "An invoice", "planet"):
        expect_score(
            task,
            grants("can-do-all", *WISH_NAMES),
            0,
            why="`plant` is not `plan`, `invoice` is not `voice`: other words.",
            look="`in`: on a text it finds parts of words, on a set whole ones.",
        )


@pytest.mark.task(3)
def test_a_wish_counts_once_and_several_add_up():
    words = "A photo, a picture, an image: extract a table, then plan"
    expect_score(
        words,
        grants("can-do-all", *WISH_NAMES),
        3,
        why="Three wishes (image, structured output, reasoning), in six words.",
        look="what you count: wishes, not words.",
    )


@pytest.mark.task(3)
def test_the_reasons_name_the_granted_wishes_and_no_others():
    outcome, item = expect_score(
        "Extract speech from the photo",
        grants("can-image-and-audio-and-plan", "image", "audio", "reasoning"),
        2,
        why="Of three wishes it grants two: image and audio.",
        look="how you count the granted wishes.",
    )
    named = [wish for wish in WISH_NAMES if wish in words_of(item)]
    if named != ["image", "audio"]:
        fail(
            f"{outcome.call}[0].reasons",
            f"{shown(item.reasons)}, which names {shown(named)}",
            'a text for "image" and one for "audio", and none for another wish',
            why="Who chooses by a score wants to know what it stands for.",
            look="the reasons: one for each wish that is asked for and granted.",
        )
    if len(item.reasons) != 3:
        fail(
            f"{outcome.call}[0].reasons",
            f"{len(item.reasons)} texts: {shown(item.reasons)}",
            "three: one for each of two granted wishes, one for the price",
            why="A reason that stands alone can be read, and shown in a list.",
            look="how you collect the reasons: one text each.",
        )


def words_of(item: Any) -> str:
    reasons = item.reasons if type(item.reasons) in (tuple, list) else ()
    return "\n".join(text for text in reasons if type(text) is str).lower()


@pytest.mark.task(3)
def test_one_reason_is_the_price():
    for price_in, price_out, said in [
        ("0.4", "1.6", "1.6"),
        ("3", "2", "3"),
        ("4", "10", "10"),
        ("0", "0", "0"),
        (None, "5", "unknown"),
    ]:
        price = None if price_in is None else Decimal(price_in)
        info = model("priced", input_price=price, output_price=Decimal(price_out))
        outcome, item = expect_score(
            "Hi", info, 0, why="No wish is in the task.", look="how you count wishes."
        )
        text = words_of(item)
        numbers = [Decimal(number) for number in re.findall(r"\d+(?:\.\d+)?", text)]
        free = said == "0" and "free" in text
        figure = said != "unknown" and Decimal(said) in numbers
        if not (figure or free or (said == "unknown" and said in text)):
            fail(
                f"{outcome.call}[0].reasons",
                shown(item.reasons),
                f"a text with {said} in it, the price of this model",
                why=f"It costs {price_in} in, {price_out} out; the dearer one counts.",
                look="the reason for the price: the same price as in task 2.",
            )


# Task 4: put them in order


def expect_order(models: list[Info], *names: str, why: str, look: str) -> None:
    expect_names(
        ask("A photo as JSON", models, limit=9),
        *names,
        ordered=True,
        why=why,
        look=look,
    )


@pytest.mark.task(4)
def test_a_higher_score_comes_first_even_if_it_costs_more():
    models = [
        grants("none", price="0"),
        grants("two", "image", "structured output", price=None),
        grants("one", "image", price="99"),
    ]
    expect_order(
        models,
        "two",
        "one",
        "none",
        why="The names say how many wishes each grants; the price only breaks ties.",
        look="the sort key: the score first, and the highest score to the front.",
    )


@pytest.mark.task(4)
def test_of_equal_scores_the_cheaper_comes_first():
    dear_answers = {"input_price": Decimal(0), "output_price": Decimal(10)}
    models = [model("ten", **dear_answers), model("nine", "9"), model("free", "0")]
    expect_order(
        models,
        "free",
        "nine",
        "ten",
        why="No wish is granted; the names say the dearer price of each.",
        look="the sort key behind the score: price as a number, smallest first.",
    )


@pytest.mark.task(4)
def test_an_unknown_price_stands_behind_every_known_one():
    half = {"input_price": Decimal("0.1"), "output_price": Decimal("0.1")}
    for unknown in half:
        expect_order(
            [
                model("unknown", **half | {unknown: None}),
                model("dear", "99999999"),
                model("free", "0"),
            ],
            "free",
            "dear",
            "unknown",
            why="The scores are equal, and nobody recommends a bill that nobody knows.",
            look="the sort key of a price of `None`: neither 0 nor some large number.",
        )


@pytest.mark.task(4)
def test_equals_keep_the_order_of_the_catalogue():
    look = "the sort key: nothing behind the price. `sorted` keeps equals in order."
    for price in ("1", None):
        models = [
            model("mango", price),
            model("apple", price, supports_tools=True),
            model("zebra", price, context_length=9000),
            model("kiwi", price, context_length=None),
            model("lemon", price, supports_reasoning=True),
        ]
        expect_order(
            models,
            *(info.name.removeprefix("test/") for info in models),
            why="Score and price are the same: a list that jumps about is not trusted.",
            look=look,
        )


@pytest.mark.task(4)
def test_the_limit_cuts_the_end_of_the_ordered_list():
    models = [model(f"costs-{usd}", str(usd)) for usd in (5, 3, 1, 2, 4)]
    best = [f"costs-{usd}" for usd in (1, 2, 3, 4, 5)]
    for limit in (1, 2, 5, 99):
        expect_names(
            ask("Hi", models, limit=limit),
            *best[:limit],
            ordered=True,
            why="First the best, then the cut: else the best may be cut off.",
            look="where you cut: behind the sort, and at `limit`.",
        )


@pytest.mark.task(4)
def test_three_are_recommended_unless_the_caller_says_otherwise():
    models = [model(f"costs-{usd}", str(usd)) for usd in (5, 3, 1, 2, 4)]
    expect_names(
        ask("Hi", models),
        "costs-1",
        "costs-2",
        "costs-3",
        ordered=True,
        why="`limit` is 3 by default.",
        look="the default in the signature, and whether you use `limit`.",
    )


@pytest.mark.task(4)
def test_a_hundred_random_catalogues_give_what_picking_by_hand_gives():
    dice = random.Random(20261121)
    for _ in range(100):
        models = [random_model(dice, number) for number in range(dice.randint(2, 7))]
        wishes = sorted(dice.sample(WISH_NAMES, dice.randint(0, 3)))
        most = dice.choice([None, None, 1, 2])
        tools = dice.random() < 0.3
        left = [info for info in models if is_within(info, tools, most)]
        if not left:
            continue
        task = " ".join(["Do", *(min(WISHES[wish]) for wish in wishes)])
        expect_names(
            ask(task, models, needs_tools=tools, max_price=most, limit=9),
            *pick_by_hand(left, wishes),
            ordered=True,
            why="Picked by hand: the highest score, then the lowest price, one by one.",
            look="your order: go through it on paper, with this call.",
        )


def random_model(dice: random.Random, number: int) -> Info:
    wishes = dice.sample(WISH_NAMES, dice.randint(0, 4))
    price = dice.choice([None, "0", "0.5", "1", "2", "10"])
    tools, retired = dice.random() < 0.7, dice.random() < 0.1
    signs = "".join(word[0] for word in wishes)
    name = f"m{number}-{signs}-{price}"
    info = grants(name, *wishes, price=price)
    return replace(info, supports_tools=tools, retired=retired)


def is_within(info: Info, tools: bool, most: int | None) -> bool:
    if info.retired or (tools and not info.supports_tools):
        return False
    return most is None or (info.input_price is not None and info.input_price <= most)


def pick_by_hand(models: list[Info], wishes: list[str]) -> list[str]:
    """The slow way: look through all that are left for the best, again and again."""
    left, picked = list(models), []
    while left:
        best = left[0]
        for info in left[1:]:
            if is_better(info, best, wishes):
                best = info
        left.remove(best)
        picked.append(best.name.removeprefix("test/"))
    return picked


def is_better(one: Info, other: Info, wishes: list[str]) -> bool:
    mine, theirs = points(one, wishes), points(other, wishes)
    if mine != theirs:
        return mine > theirs
    if one.input_price is None or other.input_price is None:
        return one.input_price is not None and other.input_price is None
    return one.input_price < other.input_price


def points(info: Info, wishes: list[str]) -> int:
    can = {
        "image": "image" in info.input_modalities,
        "audio": "audio" in info.input_modalities,
        "structured output": info.supports_structured_output,
        "reasoning": info.supports_reasoning,
    }
    return sum(can[wish] for wish in wishes)


@pytest.mark.task(4)
@pytest.mark.httpx2(assert_all_called=False)
async def test_the_first_recommendation_can_be_built_and_asked(
    httpx2_mock: respx.Router,
):
    wire = httpx2_mock.post(path="/api/v1/chat/completions").mock(
        return_value=chat_reply()
    )
    outcome = ask("Hi", [known(QUALITY), known(BALANCED), known(FAST)])
    why = "A recommendation is there to be followed."
    look = "what you put into `info`: the model as the catalogue has it."
    items = recommended(outcome, why=why, look=look)
    name = getattr(items[0], "name", None) if items else None
    if name != FAST:
        fail(f"{outcome.call}[0].name", shown(name), shown(FAST), why=why, look=look)
    question = [ModelRequest.user_text_prompt("Hello?")]
    await model_request(create_openrouter_model(name, "sk-or-v1-test"), question)
    sent = [json.loads(one.request.content)["model"] for one in wire.calls]
    if sent != [FAST]:
        came = f"what reached OpenRouter: {shown(sent)}"
        fail(outcome.call, came, shown([FAST]), why=why, look=look)


# Task 5: say why none is left


def expect_shut_out(outcome: Outcome, expected: dict[str, int], why: str) -> None:
    """Fail unless `NoModelFitsError` came, with these counts."""
    look = "the counts: each limit by itself, over the whole catalogue."
    wanted = f"NoModelFitsError, with shut_out {shown(expected)}"
    counts = getattr(outcome.error, "shut_out", None)
    if not isinstance(outcome.error, ValueError) or type(counts) is not dict:
        look = "what you do if no model is left: raise `NoModelFitsError`."
        fail(outcome.call, outcome.came_back(), wanted, why=why, look=look)
    if {limit: number for limit, number in counts.items() if number != 0} != expected:
        came = f"NoModelFitsError, with shut_out {shown(counts)}"
        fail(outcome.call, came, wanted, why=why, look=look)
    outcome.raises(ValueError, naming=list(expected), why=why, look=look)


@pytest.mark.task(5)
def test_the_limit_that_shut_out_everything_is_named():
    models = {
        "needs_tools": model("no-tools", supports_tools=False),
        "min_context": model("short", context_length=None),
        "max_price": model("dear", "9"),
        "retired": model("retired", retired=True),
        "batch": model("one:batch"),
    }
    asked = {"needs_tools": True, "min_context": 500, "max_price": 8}
    for limit, info in models.items():
        limits = {limit: asked[limit]} if limit in asked else {}
        twin = replace(info, name=f"test/twin-{info.name.removeprefix('test/')}")
        expect_shut_out(
            ask("Say hello", [info, twin], **limits),
            {limit: 2},
            why=f"`{limit}` shuts out both models; an empty list would say nothing.",
        )


@pytest.mark.task(5)
def test_a_model_outside_two_limits_counts_for_both():
    models = [
        model("dear", "9", supports_tools=True),
        model("dear-no-tools", "9"),
        model("old-no-tools", retired=True),
        model("two-in-one:batch", None, supports_tools=True, retired=True),
    ]
    expect_shut_out(
        ask("Say hello", models, needs_tools=True, max_price=1),
        {"needs_tools": 2, "max_price": 3, "retired": 2, "batch": 1},
        why="Whoever loosens one limit wants to know how many the others still hold.",
    )


@pytest.mark.task(5)
def test_a_limit_that_nobody_asked_for_is_not_counted():
    models = [model("old", None, context_length=None, retired=True)]
    expect_shut_out(
        ask("Say hello", models),
        {"retired": 1},
        why="No tools, no context and no price were asked for.",
    )


@pytest.mark.task(5)
def test_an_empty_catalogue_has_nothing_to_count():
    expect_shut_out(
        ask("Say hello", []), {}, why="No model is left, and no limit is to blame."
    )


@pytest.mark.task(5)
def test_one_model_that_is_left_is_no_reason_to_complain():
    models = [model("dear", "9"), model("cheap", "1"), model("old", retired=True)]
    expect_names(
        ask("An image", models, max_price=1),
        "cheap",
        why="One model is within all limits; that it grants no wish is no limit.",
        look="when you raise: only if the limits leave nothing.",
    )
