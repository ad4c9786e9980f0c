"""What the exercise asks for. Read it as a specification; it needs no change."""

import asyncio
import json
import random
import ssl
import warnings
from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from types import ModuleType
from typing import Any

import httpx
import httpx2
import pytest
import respx
from live_catalogue import LiveCatalogue

from course.expect import Outcome, call, call_async, fail, same, shown
from course.fake_time import FakeTime
from openrouter_factory import BALANCED, OPENROUTER_URL, all_models
from openrouter_factory import get_model_info as static_info

# The service is two routes that catch all: one for each kind of client.
pytestmark = [
    pytest.mark.respx(assert_all_called=False),
    pytest.mark.httpx2(assert_all_called=False),
]
URL = "https://catalogue.example/api/v1"
STATIC = [info.name for info in all_models()]
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # once: it is slow to make
MARK = {"X-Who": "the client of the test"}


def row(name: str, prompt: str = "0.000001", **more: Any) -> dict[str, Any]:
    """A row of GET /models, in the shape of the real service's."""
    return {
        "id": name,
        "canonical_slug": f"{name}-20261101",
        "name": f"Test: {name}",
        "context_length": 8192,
        "architecture": {
            "modality": "text+image->text",
            "input_modalities": ["text", "image"],
            "output_modalities": ["text"],
            "tokenizer": "Other",
        },
        "pricing": {"prompt": prompt, "completion": "0.0000025", "request": "0"},
        "top_provider": {"context_length": 4096, "is_moderated": False},
        "per_request_limits": None,
        "supported_parameters": ["max_tokens", "temperature"],
        "expiration_date": None,
    } | more


class Service:
    """GET /models, as one kind of client sees it. What is asked is kept in `asked`."""

    def __init__(self, kind: ModuleType) -> None:
        self.kind = kind
        self.asked: list[str] = []
        self.foreign: list[str] = []
        self.gate: asyncio.Event | None = None
        self.pages: dict[str, list[Any]] = {"": []}
        self.links: dict[str, str | None] = {"": None}
        self.down: Callable[[Any], Any] | None = None
        self.down_on = ""

    def offers(self, *rows: Any) -> None:
        """Offer these rows, on one page."""
        self.pages, self.links = {"": list(rows)}, {"": None}

    def adds_page(self, query: str, link: str, *rows: Any) -> None:
        """Offer a page more: the one before it names it by `link`."""
        self.links[list(self.links)[-1]] = link
        self.pages[query], self.links[query] = list(rows), None

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """What the service says to `request`."""
        self.asked.append(str(request.url))
        if request.headers.get("X-Who") != MARK["X-Who"] or request.method != "GET":
            self.foreign.append(f"{request.method} {request.url}")
        if self.gate:
            await self.gate.wait()
        query = dict(request.url.params).get("page", "")
        known = request.url.path == "/api/v1/models" and query in self.pages
        if not known:
            return httpx.Response(404, json={"error": {"code": 404}})
        if self.down and (self.down_on or query) == query:
            return self.down(self)
        links = {"next": self.links[query], "other": None}
        page = {"data": self.pages[query], "links": links, "total_count": 1}
        return httpx.Response(200, json=page)

    def meet_another(self, request: httpx.Request) -> httpx.Response:
        """Note what came through a client of the other kind."""
        self.foreign.append(f"{request.method} {request.url}")
        return httpx.Response(404, json={"error": {"code": 404}})


class Shop:
    """The learner's catalogue beside the service that it asks, and a clock by hand."""

    def __init__(self, service: Service) -> None:
        self.service, self.fake = service, FakeTime()
        self.client: Any = None
        self.catalogue: Any = None
        self.when = ""
        self.held_on = False

    @property
    def name(self) -> str:
        """How a message names the catalogue."""
        return f"LiveCatalogue({self.service.kind.__name__} client){self.when}"

    def opens(self, base_url: str | None = URL, **options: Any) -> "Shop":
        """Make the learner's catalogue."""
        self.client = self.service.kind.AsyncClient(headers=MARK, verify=TLS)
        options |= {"base_url": base_url} if base_url else {}
        made = call(LiveCatalogue, self.client, clock=self.fake.now, **options)
        if made.error is not None or not hasattr(made.value, "models"):
            fail(
                made.call,
                made.came_back(),
                "a catalogue",
                why="Everything starts with one.",
                look="`__init__`: it keeps what it is given, and asks nothing yet.",
            )
        self.catalogue = made.value
        return self

    def later(self, seconds: float, text: str = "") -> None:
        """Move the clock."""
        self.fake.advance(seconds)
        self.when = text or f", {seconds:g} s later"

    async def models(self) -> Outcome:
        """Ask for the models, once."""
        if self.catalogue is None:
            self.opens()
        called = f"await {self.name}.models()"
        return await self.kept(self.catalogue.models(), called)

    async def info(self, name: str) -> Outcome:
        """Ask for one model, once."""
        if self.catalogue is None:
            self.opens()
        called = f"await {self.name}.get_model_info({shown(name)})"
        return await self.kept(self.catalogue.get_model_info(name), called)

    async def kept(self, waiting: Awaitable[Any], called: str) -> Outcome:
        """What comes back, whatever it is: an endless wait is an error too."""
        if not asyncio.iscoroutine(waiting):
            return Outcome(called, error=TypeError("`async def` is missing"))
        task = asyncio.ensure_future(call_async(lambda: waiting))
        try:
            await asyncio.wait({task}, timeout=2)
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait({task}, timeout=2)
            self.held_on = not task.cancelled()
            raise
        outcome = finished(task, called)
        if self.service.foreign:
            fail(
                called,
                f"this came through no client of the test: {self.service.foreign[0]}",
                "GET requests through the client that was given",
                why="The caller's client has their timeout and their proxy.",
                look="`http_client`: it is the one that asks.",
            )
        return outcome


def finished(task: "asyncio.Task[Outcome]", called: str) -> Outcome:
    """The outcome of `task`; an error for one that was cancelled, or waits for ever."""
    if not task.done():
        task.cancel()
        error: BaseException = TimeoutError("it waits, and nothing will ever come")
    elif task.cancelled():
        error = asyncio.CancelledError(
            "nobody cancelled this call, and it was cancelled"
        )
    elif task.exception() is not None:
        error = task.exception() or RuntimeError()
    else:
        return replace(task.result(), call=called)
    return Outcome(called, error=error)


@pytest.fixture(params=[httpx, httpx2], ids=["httpx", "httpx2"])
def shop(
    request: pytest.FixtureRequest,
    respx_mock: respx.Router,
    httpx2_mock: respx.Router,
) -> Shop:
    """A shop for each kind of client; plain respx sees only one of the two."""
    service = Service(request.param)
    own, other = respx_mock, httpx2_mock
    if request.param is httpx2:
        own, other = other, own
    own.route().mock(side_effect=service.answer)
    other.route().mock(side_effect=service.meet_another)
    return Shop(service)


def listed(outcome: Outcome, *, why: str, look: str) -> dict[str, Any]:
    """The models that came back; fails if something else did."""
    models = outcome.value if type(outcome.value) is dict else {"": None}
    for name, info in models.items():
        if type(name) is not str or getattr(info, "name", None) != name:
            wanted = "a dict of names and `ModelInfo`"
            fail(outcome.call, outcome.came_back(), wanted, why=why, look=look)
    return models


def expect_models(outcome: Outcome, *names: str, why: str, look: str) -> None:
    """Fail unless exactly these models came back."""
    came = sorted(listed(outcome, why=why, look=look))
    if came != sorted(names):
        fallback = came == sorted(STATIC)
        text = (
            "the static table, as if the service were down" if fallback else shown(came)
        )
        fail(outcome.call, text, shown(sorted(names)), why=why, look=look)


def expect_field(
    outcome: Outcome, name: str, field: str, expected: Any, *, why: str, look: str
) -> None:
    """Fail unless `field` of the model `name` is as expected."""
    models = listed(outcome, why=why, look=look)
    text = f'{outcome.call}["{name}"].{field}'
    if name not in models:
        fail(text, f"only {shown(sorted(models))}", shown(expected), why=why, look=look)
    came = getattr(models[name], field, None)
    alike = type(came) is type(expected) and same(came, expected)
    if not alike:
        fail(text, shown(came), shown(expected), why=why, look=look)


def expect_stale(outcome: Outcome, shop: Shop, expected: bool, why: str) -> None:
    """Fail unless the catalogue's label is as expected."""
    came = getattr(shop.catalogue, "stale", None)
    if came is not expected:
        fail(
            f"{shop.name}.stale, after {outcome.call.removeprefix('await ')}",
            shown(came),
            shown(expected),
            why=why,
            look="where you set `stale`: in each answer, before it is given.",
        )


def expect_asked(outcome: Outcome, shop: Shop, times: int, why: str, look: str) -> None:
    """Fail unless the service was asked that often by now."""
    came = len(shop.service.asked)
    if came != times:
        text = f"{came} request{'s' * (came != 1)} so far"
        text += f", and {outcome.came_back()}" if outcome.error else ""
        wanted = f"{times} request{'s' * (times != 1)} so far"
        fail(outcome.call, text, wanted, why=why, look=look)


async def settle() -> None:
    """Let everybody get on with it until they wait for the service."""
    for _ in range(100):
        await asyncio.sleep(0)


# Task 1: ask, and read a row


@pytest.mark.task(1)
async def test_nothing_is_asked_before_somebody_wants_to_know(shop: Shop):
    shop.service.offers(row("test/one"))
    shop.opens()
    await settle()
    if shop.service.asked:
        fail(
            shop.name,
            f"a request to {shop.service.asked[0]}",
            "a catalogue, and no request yet",
            why="Whoever makes a catalogue may never need it, or have no network yet.",
            look="`__init__`: it keeps what it is given, and asks nothing.",
        )
    outcome = await shop.models()
    expect_models(
        outcome,
        "test/one",
        why="The service lists one model.",
        look="what you ask for, GET {base_url}/models, and the `id` of each row.",
    )
    expect_asked(
        outcome, shop, 1, why="One page is one request.", look="where you ask."
    )


@pytest.mark.task(1)
@pytest.mark.parametrize("slash", ["", "/"], ids=["no slash", "slash"])
@pytest.mark.parametrize("url", [URL, None], ids=["given", "default"])
async def test_the_list_is_asked_for_under_the_base_url(slash, url, shop: Shop):
    shop.service.offers(row("test/one"))
    outcome = await shop.opens(base_url=url + slash if url else None).models()
    came = [address.partition("?")[0] for address in shop.service.asked]
    wanted = [f"{url or OPENROUTER_URL}/models"]
    if came != wanted:
        fail(
            outcome.call,
            f"requests to {shown(came)}",
            f"one to {shown(wanted)}",
            why="The same code asks the real service, and one on your machine.",
            look="`base_url`, with or without a `/` at its end.",
        )


@pytest.mark.task(1)
async def test_the_client_stays_open(shop: Shop):
    shop.service.offers(row("test/one"))
    outcome = await shop.models()
    why, look = "The client is the caller's.", "`async with`: it closes the client."
    expect_models(outcome, "test/one", why=why, look=look)
    if shop.client.is_closed:
        fail(outcome.call, "a closed client", "an open one", why=why, look=look)


@pytest.mark.task(1)
@pytest.mark.parametrize(
    ("per_token", "per_million"),
    [
        ("0.0000025", "2.5"),
        ("0.0000001", "0.1"),
        ("0.000000029", "0.029"),
        ("0.00003", "30"),
        ("0", "0"),
    ],
)
async def test_prices_are_decimals_per_million_tokens(
    per_token, per_million, shop: Shop
):
    pricing = {"prompt": per_token, "completion": "0.000011"}
    shop.service.offers(row("test/one", pricing=pricing))
    outcome = await shop.models()
    why = f'"{per_token}" USD for one token is {per_million} for a million, exactly.'
    look = "the way from text to `Decimal`: no float in between, and no rounding."
    for field, usd in (("input_price", per_million), ("output_price", "11")):
        expect_field(outcome, "test/one", field, Decimal(usd), why=why, look=look)


@pytest.mark.task(1)
@pytest.mark.parametrize(
    "pricing",
    [
        {"prompt": "-1", "completion": "0.000001"},
        {"completion": "0.000001"},
        {"prompt": None, "completion": "0.000001"},
    ],
    ids=["-1", "missing", "null"],
)
async def test_an_unknown_price_is_none_and_not_free(pricing, shop: Shop):
    turned = {"prompt": "0.000001", "completion": pricing.get("prompt")}
    if "prompt" not in pricing:
        del turned["completion"]
    shop.service.offers(row("test/a", pricing=pricing), row("test/b", pricing=turned))
    outcome = await shop.models()
    why = 'For "-1" the service finds the price out later; 0 would be free.'
    look = "the price that is -1, null or not there; the other one is known."
    for name, field, price in [
        ("test/a", "input_price", None),
        ("test/a", "output_price", Decimal(1)),
        ("test/b", "input_price", Decimal(1)),
        ("test/b", "output_price", None),
    ]:
        expect_field(outcome, name, field, price, why=why, look=look)


@pytest.mark.task(1)
@pytest.mark.parametrize(
    ("words", "able"),
    [
        (["max_tokens", "tools", "tool_choice"], "supports_tools"),
        (["structured_outputs"], "supports_structured_output"),
        (["include_reasoning", "reasoning"], "supports_reasoning"),
        (["tool_choice", "response_format", "reasoning_effort"], "nothing"),
    ],
    ids=["tools", "structured output", "reasoning", "words like them"],
)
async def test_what_a_model_can_do_is_read_from_its_parameters(words, able, shop: Shop):
    shop.service.offers(row("test/one", supported_parameters=words))
    outcome = await shop.models()
    for field in ("supports_tools", "supports_structured_output", "supports_reasoning"):
        expect_field(
            outcome,
            "test/one",
            field,
            field == able,
            why=f"Its supported_parameters are {', '.join(words)}.",
            look="the table of the README: which word stands for which field?",
        )


@pytest.mark.task(1)
async def test_context_and_modalities_are_those_of_the_row(shop: Shop):
    kinds = {"input_modalities": ["text", "audio"], "output_modalities": ["image"]}
    shop.service.offers(row("test/one", context_length=131072, architecture=kinds))
    outcome = await shop.models()
    for field, expected in {
        "context_length": 131072,
        "input_modalities": ("text", "audio"),
        "output_modalities": ("image",),
        "retired": False,
    }.items():
        expect_field(
            outcome,
            "test/one",
            field,
            expected,
            why="The row says so, and what is listed is not retired.",
            look=f"`{field}`: where in the row does it stand, and is it a tuple?",
        )


@pytest.mark.task(1)
async def test_what_you_do_not_know_is_ignored(shop: Shop):
    shop.service.offers(row("test/one", invented_tomorrow={"deep": [1, None]}))
    shop.service.pages[""][0]["pricing"]["overrides"] = [{"above": 200000}]
    shop.service.pages[""][0]["pricing"]["web_search"] = "by agreement"
    expect_models(
        await shop.models(),
        "test/one",
        why="The service adds fields without notice.",
        look="what you refuse: take what you need, and leave the rest alone.",
    )


@pytest.mark.task(1)
@pytest.mark.parametrize("gone", ["missing", "null"])
@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("context_length", {"context_length": None}),
        ("pricing", {"input_price": None, "output_price": None}),
        ("architecture", {"input_modalities": ("text",)}),
        ("supported_parameters", {"supports_tools": False}),
        ("input_modalities", {"input_modalities": ("text",)}),
        ("description", {"context_length": 8192}),
    ],
)
async def test_a_field_may_be_missing_or_null(key, expected, gone, shop: Shop):
    one = row("test/one", description="New.")
    inside = one["architecture"] if key == "input_modalities" else one
    inside[key] = None
    if gone == "missing":
        del inside[key]
    shop.service.offers(one, row("test/two"))
    outcome = await shop.models()
    for field, value in expected.items():
        expect_field(
            outcome,
            "test/one",
            field,
            value,
            why=f"`{key}` is {gone} in this row: unknown, which is no fault.",
            look=f"how you read `{key}`: null is not the same as missing.",
        )


@pytest.mark.task(1)
async def test_fifty_random_rows_give_what_fractions_give(shop: Shop):
    dice = random.Random(20261122)
    prices = ["0", "-1", None, *(f"0.{dice.randrange(10**9):012}" for _ in range(40))]
    rows = [row(f"test/m{n}", context_length=dice.randrange(10**6)) for n in range(50)]
    for one in rows:
        one["pricing"] = {k: dice.choice(prices) for k in ("prompt", "completion")}
    shop.service.offers(*rows)
    outcome = await shop.models()
    why, look = "The same sum with fractions.", "how you get from token to million."
    for one in rows:
        for key, field in (("prompt", "input_price"), ("completion", "output_price")):
            text = one["pricing"][key]
            exact = None if text in ("-1", None) else Fraction(text) * 10**6
            usd = (
                exact if exact is None else Decimal(exact.numerator) / exact.denominator
            )
            expect_field(outcome, one["id"], field, usd, why=why, look=look)
        length = one["context_length"]
        expect_field(
            outcome, one["id"], "context_length", length, why=why, look="the context."
        )


# Task 2: keep what is whole

BROKEN: dict[str, Any] = {
    "price in words": row("test/broken", pricing={"prompt": "cheap"}),
    "dear answers in words": row("test/broken", pricing={"completion": "on demand"}),
    "context in words": row("test/broken", context_length="many"),
    "no id": {key: value for key, value in row("").items() if key != "id"},
    "null as id": row("x") | {"id": None},
    "number as id": row("x") | {"id": 7},
    "empty id": row(""),
    "text": "test/broken",
    "null": None,
    "list": [],
}


@pytest.mark.task(2)
@pytest.mark.parametrize("kind", BROKEN)
async def test_a_broken_row_is_left_out_with_a_warning_that_names_it(kind, shop: Shop):
    shop.service.offers(row("test/first"), BROKEN[kind], row("test/last"))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        outcome = await shop.models()
    why = "One broken row of four hundred is no reason to lose the others."
    look = "what is done for each row: try to read it, and catch what can go wrong."
    expect_models(outcome, "test/first", "test/last", why=why, look=look)
    texts = [str(one.message) for one in said]
    name = "test/broken" if "test/broken" in json.dumps(BROKEN[kind]) else ""
    if not any(name in text for text in texts):
        fail(
            outcome.call,
            f"{len(texts)} warnings: {shown(texts)}",
            f"a warning{f' that names {shown(name)}' if name else ''}",
            why="A row that is lost in silence is never mended.",
            look="`warnings.warn`, with the `id` of the row.",
        )


@pytest.mark.task(2)
async def test_whole_rows_are_no_reason_to_warn(shop: Shop):
    rows = row("test/one"), row("test/two", context_length=None, pricing=None)
    shop.service.offers(*rows)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        outcome = await shop.models()
    why, look = "What is unknown is not broken.", "when you warn."
    expect_models(outcome, "test/one", "test/two", why=why, look=look)
    texts = [str(one.message) for one in said if one.category is UserWarning]
    if texts:
        fail(outcome.call, f"a warning: {texts[0]}", "none", why=why, look=look)


@pytest.mark.task(2)
@pytest.mark.parametrize(
    "start", ["", "https://catalogue.example"], ids=["path", "URL"]
)
async def test_every_page_is_read(start, shop: Shop):
    shop.service.offers(row("test/one"))
    shop.service.adds_page("k7", f"{start}/api/v1/models?page=k7", row("test/two"))
    shop.service.adds_page("zz", f"{start}/api/v1/models?page=zz", row("test/three"))
    outcome = await shop.models()
    expect_models(
        outcome,
        "test/one",
        "test/two",
        "test/three",
        why="`links.next` of a page names the next one; the last page has null there.",
        look="the loop over pages, and what `urljoin` makes of such a link.",
    )
    expect_asked(
        outcome, shop, 3, why="Three pages are three requests.", look="the loop."
    )


@pytest.mark.task(2)
@pytest.mark.parametrize("links", ["missing", "null", "empty"])
async def test_a_list_without_links_is_one_page(links, shop: Shop):
    body: dict[str, Any] = {"data": [row("test/one")]}
    body |= {"missing": {}, "null": {"links": None}, "empty": {"links": {}}}[links]
    shop.service.down = lambda _: httpx.Response(200, json=body)
    expect_models(
        await shop.models(),
        "test/one",
        why=f"A year ago there were no links; here they are {links}.",
        look="how you read `links` and `next`: each may be missing or null.",
    )


# Task 3: look one model up


@pytest.mark.task(3)
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("test/one", "test/one"),
        ("test/one:free", "test/one:free"),
        ("test/one:nitro", "test/one"),
        ("test/one@preset/mine", "test/one"),
        ("~test/one-latest", "~test/one-latest"),
    ],
)
async def test_a_model_is_found_with_or_without_its_suffix(asked, found, shop: Shop):
    contexts = {"test/one": 1, "test/one:free": 2, "~test/one-latest": 3, "test/on": 4}
    shop.service.offers(*(row(n, context_length=c) for n, c in contexts.items()))
    outcome = await shop.info(asked)
    came = getattr(outcome.value, "context_length", None)
    if type(came) is not int or came != contexts[found]:
        name = getattr(outcome.value, "name", None)
        fail(
            outcome.call,
            outcome.came_back() if name is None else f"the row of {shown(name)}",
            f"the row of {shown(found)}",
            why="`:free` is listed, with its own price; `:nitro` is not, and works.",
            look="the whole name first; then the name before `:` or `@preset/`.",
        )


@pytest.mark.task(3)
@pytest.mark.parametrize(
    "name", ["test/none", "test/none:free", "test/o", "test/one-more", "Test/One"]
)
async def test_a_name_that_is_not_listed_is_refused(name, shop: Shop):
    shop.service.offers(row("test/one"), row("test/none-at-all:free"))
    (await shop.info(name)).raises(
        ValueError,
        naming=[name],
        why="None, a KeyError or some other model would hide the mistake.",
        look="what you do if neither name is in the list.",
    )


@pytest.mark.task(3)
async def test_what_the_service_no_longer_lists_is_gone(shop: Shop):
    shop.service.offers(row("test/one"))
    (await shop.info(BALANCED)).raises(
        ValueError,
        naming=[BALANCED],
        why="The list came today; the static table has an older opinion.",
        look="when you ask the static table: only if there is no list at all.",
    )


# Task 4: ask rarely


@pytest.mark.task(4)
@pytest.mark.parametrize("ttl", [None, 60.0], ids=["default, 300 s", "60 s"])
async def test_a_list_is_fresh_for_less_than_ttl_seconds(ttl, shop: Shop):
    seconds = ttl or 300.0
    shop.service.offers(row("test/one"))
    shop.opens(**({"ttl": ttl} if ttl else {}))
    why = f"With ttl={seconds:g} a list is old after {seconds:g} s, and fresh before."
    look = "the comparison with `ttl`, and when you note the time."
    expect_asked(await shop.models(), shop, 1, why, look)
    shop.later(seconds - 0.5, f", {seconds - 0.5:g} s later")
    expect_asked(await shop.models(), shop, 1, why, look)
    shop.service.offers(row("test/two"))
    shop.later(0.5, f", {seconds:g} s later")
    outcome = await shop.models()
    expect_asked(outcome, shop, 2, why, look)
    why = "The new list takes the place of the old one: `test/one` is gone."
    expect_models(outcome, "test/two", why=why, look="what you keep of the old list.")
    shop.later(seconds - 0.5, f", another {seconds - 0.5:g} s later")
    why = "The time counts from the last list that came."
    expect_asked(await shop.models(), shop, 2, why, look)


@pytest.mark.task(4)
async def test_a_clock_may_start_anywhere(shop: Shop):
    shop.service.offers(row("test/one"))
    shop.fake = FakeTime(start=0.0)
    expect_models(
        await shop.models(),
        "test/one",
        why="This clock starts at 0; only differences mean something.",
        look="how you know that no list has come yet: not by a time of 0.",
    )


@pytest.mark.task(4)
async def test_both_methods_share_one_list(shop: Shop):
    shop.service.offers(row("test/one"))
    expect_models(await shop.models(), "test/one", why="Listed.", look="`models`.")
    outcome = await shop.info("test/one")
    outcome = await shop.info("test/one:nitro") if outcome.error is None else outcome
    expect_asked(
        outcome,
        shop,
        1,
        why="The list is fresh, whoever asked for it.",
        look="`get_model_info`: where does it take the list from?",
    )
    if outcome.error is not None:
        fail(
            outcome.call,
            outcome.came_back(),
            "the row of `test/one`",
            why="It is listed.",
            look="`get_model_info`.",
        )


@pytest.mark.task(4)
async def test_what_a_caller_does_to_the_answer_stays_with_the_caller(shop: Shop):
    shop.service.offers(row("test/one"), row("test/two"))
    first = await shop.models()
    why = "A caller had emptied the dict of an earlier answer."
    look = "what you give away: your own dict, or a copy of it?"
    listed(first, why="It is the first answer.", look="`models`.").clear()
    shop.when = ", asked again"
    expect_models(await shop.models(), "test/one", "test/two", why=why, look=look)


@pytest.mark.task(4)
async def test_two_catalogues_know_nothing_of_each_other(shop: Shop):
    shop.service.offers(row("test/one"))
    expect_models(await shop.models(), "test/one", why="Listed.", look="`models`.")
    shop.service.offers(row("test/two"))
    shop.opens().when = ", a second one"
    expect_models(
        await shop.models(),
        "test/two",
        why="It may ask another service, through another client.",
        look="where you keep the list: in `self`, not in the class or the module.",
    )


@pytest.mark.task(4)
@pytest.mark.parametrize("old", [False, True], ids=["at the start", "after ttl"])
async def test_many_callers_at_once_share_one_request(old, shop: Shop):
    shop.service.offers(row("test/one"))
    shop.opens()
    if old:
        await shop.models()
        shop.later(300)
    before, shop.service.gate = len(shop.service.asked), asyncio.Event()
    shop.when += ", by ten callers at once"
    callers = [asyncio.ensure_future(shop.models()) for _ in range(10)]
    await settle()
    shop.service.gate.set()
    why = "Ten callers want the same list: one asks, and the others wait for it."
    look = "how a caller learns that a request is under way: by a task, or a lock."
    for outcome in await asyncio.gather(*callers):
        expect_models(outcome, "test/one", why=why, look=look)
    expect_asked(outcome, shop, before + 1, why, look)


@pytest.mark.task(4)
async def test_a_caller_who_gives_up_takes_nobody_along(shop: Shop):
    shop.service.offers(row("test/one"))
    shop.opens().service.gate = asyncio.Event()
    first = asyncio.ensure_future(shop.models())
    await settle()
    second = asyncio.ensure_future(shop.models())
    await settle()
    first.cancel()
    await settle()
    shop.service.gate.set()
    why = "The first caller was cancelled, as by a time limit; the second was not."
    look = "who owns the request: `asyncio.shield` keeps a shared task from harm."
    expect_models(await second, "test/one", why=why, look=look)
    if shop.held_on:
        fail(
            f"await {shop.name}.models(), cancelled",
            "it goes on waiting, or gives an answer",
            "a CancelledError",
            why="Who gives up wants to be gone at once.",
            look="`except`: one that catches CancelledError must raise it again.",
        )


@pytest.mark.task(4)
async def test_after_the_only_caller_gave_up_the_next_one_is_served(shop: Shop):
    shop.service.offers(row("test/one"))
    shop.opens().service.gate = asyncio.Event()
    first = asyncio.ensure_future(shop.models())
    await settle()
    first.cancel()
    await settle()
    shop.service.gate.set()
    shop.when = ", after a cancelled call"
    expect_models(
        await shop.models(),
        "test/one",
        why="Nothing of a cancelled call may stand in the way of the next.",
        look="what is left behind: a flag, a lock, a task that nobody wakes?",
    )
    shop.service.offers(row("test/two"))
    shop.later(300, ", 300 s after a cancelled call")
    expect_models(
        await shop.models(),
        "test/two",
        why="The list is old, and nobody asks any more.",
        look="who puts the task away when it is done: not the caller, who may be gone.",
    )


# Task 5: when the service is down


def refuses(service: Service) -> httpx.Response:
    raise service.kind.ConnectError("no route to the service")


def is_slow(service: Service) -> httpx.Response:
    raise service.kind.ReadTimeout("the client's timeout is over")


def hangs_up(service: Service) -> httpx.Response:
    raise service.kind.RemoteProtocolError("the connection was closed")


def replies(status: int, **content: Any) -> Callable[[Service], httpx.Response]:
    return lambda _: httpx.Response(status, **content)


ERROR = {"error": {"code": 503, "message": "Overloaded"}}
DOWN = {
    "no connection": refuses,
    "timeout": is_slow,
    "hangs up": hangs_up,
    "500": replies(500, json=ERROR),
    "429": replies(429, json=ERROR),
    "503 that looks good": replies(503, json={"data": [row("test/trap")]}),
    "404 that looks good": replies(404, json={"data": [row("test/trap")]}),
    "200 with an error": replies(200, json=ERROR),
    "no JSON": replies(200, text="<html>Back soon</html>"),
    "JSON, but a list": replies(200, json=[row("test/trap")]),
    "null as data": replies(200, json={"data": None}),
}
every_failure = pytest.mark.parametrize("failure", DOWN)
LOOK_DOWN = "which errors you catch: those of both client libraries, and bad replies."


@pytest.mark.task(5)
@every_failure
async def test_if_the_service_is_down_the_old_list_is_given_and_labelled(
    failure, shop: Shop
):
    shop.service.offers(row("test/one"), row("test/two"))
    first = await shop.models()
    expect_stale(first, shop, False, why="The list came a moment ago.")
    shop.later(300)
    shop.service.down = DOWN[failure]
    why = f"The service is down ({failure}): an old list is better than none."
    outcome = await shop.models()
    expect_models(outcome, "test/one", "test/two", why=why, look=LOOK_DOWN)
    expect_stale(outcome, shop, True, why="Whoever reads a price must know its age.")
    found = await shop.info("test/two:nitro")
    if getattr(found.value, "context_length", None) != 8192:
        came = found.came_back()
        fail(found.call, came, "the row of `test/two`", why=why, look=LOOK_DOWN)


@pytest.mark.task(5)
@every_failure
async def test_without_any_list_the_static_table_is_given_and_labelled(
    failure, shop: Shop
):
    shop.service.offers(row("test/one"))
    shop.service.down = DOWN[failure]
    outcome = await shop.models()
    why = f"The service is down ({failure}), and no list ever came."
    names = STATIC
    came = listed(outcome, why=why, look=LOOK_DOWN)
    wanted = f"{len(names)} models: those of `all_models()`, the retired ones too"
    if sorted(came) != sorted(names):
        text = f"{len(came)} models: {shown(sorted(came))}"
        fail(outcome.call, text, wanted, why=why, look="what you give if no list came.")
    expect_stale(outcome, shop, True, why="The static table is older than any list.")


@pytest.mark.task(5)
@pytest.mark.parametrize("suffix", ["", ":nitro"])
async def test_the_static_table_is_asked_for_one_model_too(suffix, shop: Shop):
    shop.service.down = refuses
    outcome = await shop.info(f"{BALANCED}{suffix}")
    came = getattr(outcome.value, "input_price", None)
    wanted = static_info(BALANCED).input_price
    if not same(came, wanted):
        fail(
            outcome.call,
            outcome.came_back(),
            f"what the static table knows: an input_price of {wanted}",
            why="No list ever came, and the table knows this model.",
            look="`get_model_info`: does it look in what `models()` gives?",
        )


@pytest.mark.task(5)
@pytest.mark.parametrize("list_came", [False, True], ids=["no list", "old list"])
async def test_an_unknown_name_is_a_clear_error_then_too(list_came, shop: Shop):
    shop.service.offers(row("test/one"))
    if list_came:
        await shop.models()
        shop.later(300)
    shop.service.down = is_slow
    (await shop.info("test/unheard-of")).raises(
        ValueError,
        naming=["test/unheard-of"],
        why="Neither the service nor what is kept knows this name.",
        look="the error for a name that is nowhere: name it.",
    )


@pytest.mark.task(5)
@pytest.mark.parametrize("list_came", [False, True], ids=["no list", "old list"])
async def test_as_soon_as_the_service_is_back_it_is_asked(list_came, shop: Shop):
    shop.service.offers(row("test/one"))
    if list_came:
        await shop.models()
        shop.later(300)
    shop.service.down = refuses
    await shop.models()
    shop.service.down = None
    shop.service.offers(row("test/new"))
    shop.when = ", when the service is back"
    outcome = await shop.models()
    why = "A failed request brought nothing: the next call tries again."
    look = "what you note after a failure: neither a time nor a list."
    expect_models(outcome, "test/new", why=why, look=look)
    expect_stale(outcome, shop, False, why="The list came a moment ago.")


@pytest.mark.task(5)
async def test_one_model_of_an_old_list_is_labelled_too(shop: Shop):
    shop.service.offers(row("test/one"))
    fresh = await shop.info("test/one")
    expect_stale(fresh, shop, False, why="The list came a moment ago.")
    shop.later(300)
    shop.service.down = refuses
    why = "One model of an old list is old as well."
    expect_stale(await shop.info("test/one"), shop, True, why)
    shop.when += ", and once more"
    expect_stale(await shop.info("test/one"), shop, True, why)


@pytest.mark.task(5)
@pytest.mark.parametrize("list_came", [False, True], ids=["no list", "old list"])
async def test_callers_who_wait_share_a_failure_too(list_came, shop: Shop):
    shop.service.offers(row("test/one"))
    shop.opens()
    if list_came:
        await shop.models()
        shop.later(300)
    before, shop.service.gate = len(shop.service.asked), asyncio.Event()
    shop.service.down = is_slow
    shop.when += ", by ten callers at once"
    callers = [asyncio.ensure_future(shop.models()) for _ in range(10)]
    await settle()
    shop.service.gate.set()
    outcomes = await asyncio.gather(*callers)
    why = "One after the other, ten callers would wait for ten timeouts."
    look = "what a caller does who has waited: take what came, do not ask again."
    names = ["test/one"] if list_came else STATIC
    for outcome in outcomes:
        expect_models(outcome, *names, why=why, look=look)
    expect_asked(outcomes[0], shop, before + 1, why, look)
    expect_stale(outcomes[0], shop, True, why="No caller got a fresh list.")


@pytest.mark.task(5)
@pytest.mark.parametrize("list_came", [False, True], ids=["no list", "old list"])
async def test_half_a_list_is_no_list(list_came, shop: Shop):
    shop.service.offers(row("test/one"), row("test/two"))
    if list_came:
        await shop.models()
        shop.later(300)
    shop.service.offers(row("test/three"))
    shop.service.adds_page("p2", "/api/v1/models?page=p2", row("test/four"))
    shop.service.down, shop.service.down_on = is_slow, "p2"
    outcome = await shop.models()
    expect_models(
        outcome,
        *(["test/one", "test/two"] if list_came else STATIC),
        why="The second page failed: half of the models would seem to be gone.",
        look="when you put the new list in place: after the last page.",
    )
    expect_stale(outcome, shop, True, why="The new list never came whole.")
