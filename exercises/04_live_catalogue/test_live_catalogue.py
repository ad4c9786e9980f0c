"""What the exercise asks for. Read it as a specification; it needs no change."""

import asyncio
import json
import random
import ssl
import warnings
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import chain, cycle, product
from types import ModuleType
from typing import Any, TypeVar

import httpx
import httpx2
import pytest
import respx
from live_catalogue import LiveCatalogue

from course.expect import Outcome, call, call_async, fail, same, shown
from course.fake_time import FakeTime, settle
from openrouter_factory import BALANCED, OPENROUTER_URL, all_models
from openrouter_factory import get_model_info as static_info

Case = TypeVar("Case")
KINDS = (httpx, httpx2)
URL = "https://catalogue.example/api/v1"
STATIC = [info.name for info in all_models()]
RETIRED = next(info.name for info in all_models() if info.stand_in)
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # once: it is slow to make
MARK = {"X-Who": "the client of the test"}
PATIENCE = 7.5  # seconds that the client of the test waits for an answer
STUCK: list[str] = []  # what waited for ever: from the second on, we wait less


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

    now: "Service"

    def __init__(self, kind: ModuleType) -> None:
        Service.now = self
        self.kind = kind
        self.asked: list[str] = []
        self.foreign: list[str] = []
        self.patience: set[Any] = {PATIENCE}  # how long it was to be waited
        self.under_way = self.most = 0  # requests at one time
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

    async def answer(self, kind: ModuleType, request: httpx.Request) -> httpx.Response:
        """What the service says to `request`, which came through a client of `kind`."""
        own = kind is self.kind and request.headers.get("X-Who") == MARK["X-Who"]
        if not own or request.method != "GET":
            self.foreign.append(f"{request.method} {request.url}")
        self.asked.append(str(request.url))
        self.patience.update(request.extensions.get("timeout", {}).values())
        if self.gate:
            await self.passes(self.gate)
        query = request.url.params.get("page", "")
        at_home = request.url.path == "/api/v1/models"
        if query not in self.pages or not (query or at_home):
            return httpx.Response(404, json={"error": {"code": 404}})
        if self.down and (self.down_on or query) == query:
            return self.down(self)
        links = {"next": self.links[query], "other": None}
        page = {"data": self.pages[query], "links": links, "total_count": 1}
        return httpx.Response(200, json=page)

    async def passes(self, gate: asyncio.Event) -> None:
        """Wait for `gate`, as all other requests that are under way."""
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await gate.wait()
        finally:
            self.under_way -= 1


@pytest.fixture(scope="module", autouse=True)
def wire() -> Iterator[None]:
    """Lead both libraries to `Service.now`: plain respx sees only one of the two."""

    def lead(router: respx.Router, kind: ModuleType) -> None:
        async def answer(request: httpx.Request) -> httpx.Response:
            return await Service.now.answer(kind, request)

        router.route().mock(side_effect=answer)

    with (
        respx.mock(assert_all_called=False, using="httpx") as one,
        respx.mock(assert_all_called=False, using="httpcore2") as two,
    ):
        lead(one, httpx)
        lead(two, httpx2)
        yield


class Shop:
    """The learner's catalogue beside the service that it asks, and a clock by hand."""

    def __init__(self, kind: ModuleType, when: str = "") -> None:
        self.service, self.fake = Service(kind), FakeTime()
        self.client: Any = None
        self.catalogue: Any = None
        self.when = when
        self.held_on = False

    @property
    def name(self) -> str:
        """How a message names the catalogue."""
        return f"LiveCatalogue({self.service.kind.__name__} client){self.when}"

    def opens(self, base_url: str | None = URL, **options: Any) -> "Shop":
        """Make the learner's catalogue."""
        self.client = self.service.kind.AsyncClient(
            headers=MARK, verify=TLS, trust_env=False, timeout=PATIENCE
        )
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
            await asyncio.wait({task}, timeout=0.5 if STUCK else 2)
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait({task}, timeout=2)
            self.held_on |= not task.cancelled()
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


def shops() -> Iterator[Shop]:
    """A shop for each kind of client, one after the other."""
    yield from (Shop(kind) for kind in KINDS)


def for_each(
    cases: Iterable[Case], *, both: bool = False
) -> Iterator[tuple[Shop, Case]]:
    """A shop for each case, with the two kinds of client in turn, or with both."""
    kinds = cycle(KINDS)
    for case in cases:
        for _ in range(2 if both else 1):
            yield Shop(next(kinds)), case


def finished(task: "asyncio.Task[Outcome]", called: str) -> Outcome:
    """The outcome of `task`; an error for one that was cancelled, or waits for ever."""
    if not task.done():
        STUCK.append(called)
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


def listed(outcome: Outcome, *, why: str, look: str) -> dict[str, Any]:
    """The models that came back; fails if something else did."""
    models = dict(outcome.value) if isinstance(outcome.value, dict) else {"": None}
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
    models = outcome.value if isinstance(outcome.value, dict) else {}
    text = f'{outcome.call}["{name}"].{field}'
    if getattr(models.get(name), "name", None) != name:
        names = shown(sorted(listed(outcome, why=why, look=look)))
        fail(text, f"only {names}", shown(expected), why=why, look=look)
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


# Task 1: ask, and read a row


@pytest.mark.task(1)
async def test_nothing_is_asked_before_somebody_wants_to_know():
    for shop in shops():
        shop.service.offers(row("test/one"))
        shop.opens()
        await settle()
        if shop.service.asked:
            fail(
                shop.name,
                f"a request to {shop.service.asked[0]}",
                "a catalogue, and no request yet",
                why="Whoever makes a catalogue may never need it, or has no network.",
                look="`__init__`: it keeps what it is given, and asks nothing.",
            )
        outcome = await shop.models()
        expect_models(
            outcome,
            "test/one",
            why="The service lists one model.",
            look="what you ask for, GET {base_url}/models, and the `id` of each row.",
        )
        why, look = "One page is one request.", "where you ask."
        expect_asked(outcome, shop, 1, why=why, look=look)


@pytest.mark.task(1)
async def test_the_list_is_asked_for_under_the_base_url():
    for shop, url in for_each([URL, f"{URL}/", None]):
        shop.service.offers(row("test/one"))
        shop.when = f", base_url={url}" if url else ""
        outcome = await shop.opens(base_url=url).models()
        came = [address.partition("?")[0] for address in shop.service.asked]
        wanted = [f"{(url or OPENROUTER_URL).rstrip('/')}/models"]
        if came != wanted:
            fail(
                outcome.call,
                f"requests to {shown(came)}",
                f"one to {shown(wanted)}",
                why="The same code asks the real service, and one on your machine.",
                look="`base_url`, with or without a `/` at its end.",
            )


@pytest.mark.task(1)
async def test_the_client_stays_open():
    for shop in shops():
        shop.service.offers(row("test/one"))
        outcome = await shop.models()
        why, look = "The client is the caller's.", "`async with`: it closes the client."
        expect_models(outcome, "test/one", why=why, look=look)
        if shop.client.is_closed:
            fail(outcome.call, "a closed client", "an open one", why=why, look=look)
        if others := shop.service.patience - {PATIENCE}:
            fail(
                outcome.call,
                f"a request with a timeout of {shown(others.pop())}",
                f"one with the client's own, {PATIENCE} s",
                why="How long to wait is the client's business: its owner has set it.",
                look="where you ask: leave `timeout=` out.",
            )


PRICES = {
    "0.0000025": "2.5",
    "0.0000001": "0.1",
    "0.000000029": "0.029",
    "0.00003": "30",
    "0.000000123456789012345678": "0.123456789012345678",
    "0": "0",
}


@pytest.mark.task(1)
async def test_prices_are_decimals_per_million_tokens():
    shop = Shop(httpx)
    for text in PRICES:
        one = {"prompt": text, "completion": "0.000011"}
        two = {"prompt": "0.000011", "completion": text}
        shop.service.pages[""] += [row(f"in/{text}", pricing=one)]
        shop.service.pages[""] += [row(f"out/{text}", pricing=two)]
    outcome = await shop.models()
    for text, usd in PRICES.items():
        why = f'"{text}" USD for one token is {usd} for a million, exactly.'
        look = "the way from text to `Decimal`: no float in between, no rounding."
        one, two = Decimal(usd), Decimal(11)
        for name, first, second in [("in", one, two), ("out", two, one)]:
            name = f"{name}/{text}"
            expect_field(outcome, name, "input_price", first, why=why, look=look)
            expect_field(outcome, name, "output_price", second, why=why, look=look)


@pytest.mark.task(1)
async def test_an_unknown_price_is_none_and_not_free():
    sold = "0.000001"
    shop = Shop(httpx2)
    shop.service.offers(
        row("in/-1", pricing={"prompt": "-1", "completion": sold}),
        row("in/null", pricing={"prompt": None, "completion": sold}),
        row("in/missing", pricing={"completion": sold}),
        row("out/-1", pricing={"prompt": sold, "completion": "-1"}),
        row("out/null", pricing={"prompt": sold, "completion": None}),
        row("out/missing", pricing={"prompt": sold}),
        row(BALANCED, pricing={"prompt": "-1", "completion": None}),
    )
    outcome = await shop.models()
    why = 'For "-1" the service finds the price out later; 0 would be free.'
    look = "the price that is -1, null or not there; the other one is known."
    for kind in ("-1", "null", "missing"):
        for name, field, price in [
            (f"in/{kind}", "input_price", None),
            (f"in/{kind}", "output_price", Decimal(1)),
            (f"out/{kind}", "input_price", Decimal(1)),
            (f"out/{kind}", "output_price", None),
        ]:
            expect_field(outcome, name, field, price, why=why, look=look)
    why = "The row says unknown; the static table knows a price of long ago."
    look = "what you take from the static table: nothing, if a list came."
    expect_field(outcome, BALANCED, "input_price", None, why=why, look=look)
    expect_field(outcome, BALANCED, "output_price", None, why=why, look=look)


ABLE = {
    "supports_tools": ["max_tokens", "tools", "tool_choice"],
    "supports_structured_output": ["structured_outputs"],
    "supports_reasoning": ["include_reasoning", "reasoning"],
    "supports_nothing": ["tool_choice", "response_format", "reasoning_effort"],
}


@pytest.mark.task(1)
async def test_what_a_model_can_do_is_read_from_its_parameters():
    shop = Shop(httpx)
    rows = [row(f"a/{name}", supported_parameters=ABLE[name]) for name in ABLE]
    shop.service.offers(*rows)
    outcome = await shop.models()
    for able, words in ABLE.items():
        for field in [*ABLE][:3]:
            expect_field(
                outcome,
                f"a/{able}",
                field,
                field == able,
                why=f"Its supported_parameters are {', '.join(words)}.",
                look="the table of the README: which word stands for which field?",
            )


@pytest.mark.task(1)
async def test_context_and_modalities_are_those_of_the_row():
    kinds = {"input_modalities": ["text", "audio"], "output_modalities": ["image"]}
    shop = Shop(httpx2)
    one = row("test/one", context_length=131072, architecture=kinds)
    shop.service.offers(one, row(RETIRED))
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
    for field, expected in {"retired": False, "stand_in": None}.items():
        expect_field(
            outcome,
            RETIRED,
            field,
            expected,
            why="It is listed, so it is not retired, whatever the static table says.",
            look="what you take from the static table: nothing, if a list came.",
        )


@pytest.mark.task(1)
async def test_what_you_do_not_know_is_ignored():
    shop = Shop(httpx2)
    one = row("test/one", invented_tomorrow={"deep": [1, None]})
    one["pricing"] |= {"overrides": [{"above": 200000}], "web_search": "on demand"}
    shop.service.offers(one)
    expect_models(
        await shop.models(),
        "test/one",
        why="The service adds fields without notice.",
        look="what you refuse: take what you need, and leave the rest alone.",
    )


NOT_THERE: dict[str, dict[str, Any]] = {
    "context_length": {"context_length": None},
    "pricing": {"input_price": None, "output_price": None},
    "architecture": {"input_modalities": ("text",), "output_modalities": ("text",)},
    "supported_parameters": {
        "supports_tools": False,
        "supports_structured_output": False,
        "supports_reasoning": False,
    },
    "input_modalities": {"input_modalities": ("text",), "output_modalities": ("text",)},
    "output_modalities": {
        "input_modalities": ("text", "image"),
        "output_modalities": ("text",),
    },
    "description": {"context_length": 8192},
}


@pytest.mark.task(1)
async def test_a_field_may_be_missing_or_null():
    for shop, (key, fields) in for_each(NOT_THERE.items()):
        missing, null = row("test/missing"), row("test/null", description="New.")
        for one in (missing, null):
            inside = one["architecture"] if key in one["architecture"] else one
            inside[key] = None
            if one is missing:
                del inside[key]
        shop.service.offers(missing, null, row("test/two"))
        outcome = await shop.models()
        for gone, (field, value) in product(("missing", "null"), fields.items()):
            expect_field(
                outcome,
                f"test/{gone}",
                field,
                value,
                why=f"`{key}` is missing or null here: unknown, which is no fault.",
                look=f"how you read `{key}`: null is not the same as missing.",
            )


@pytest.mark.task(1)
async def test_fifty_random_rows_give_what_fractions_give():
    shop, dice = Shop(httpx2), random.Random(20261122)
    prices = ["0", "-1", None, *(f"0.{dice.randrange(10**9):012}" for _ in range(40))]
    rows = [row(f"test/m{n}", context_length=dice.randrange(10**6)) for n in range(50)]
    for one in rows:
        one["pricing"] = {k: dice.choice(prices) for k in ("prompt", "completion")}
    shop.service.offers(*rows)
    outcome = await shop.models()
    why, look = "The same sum with fractions.", "how you get from token to million."
    for one in rows:
        wanted: dict[str, Any] = {"context_length": one["context_length"]}
        for key, field in (("prompt", "input_price"), ("completion", "output_price")):
            text = one["pricing"][key]
            wanted[field] = None if text in ("-1", None) else per_million(text)
        for field, expected in wanted.items():
            expect_field(outcome, one["id"], field, expected, why=why, look=look)


def per_million(text: str) -> Decimal:
    usd = Fraction(text) * 10**6
    return Decimal(usd.numerator) / usd.denominator


# Task 2: keep what is whole

BROKEN: dict[str, Any] = {
    "a price in words": row("test/broken", pricing={"prompt": "cheap"}),
    "a second price in words": row("test/broken", pricing={"completion": "cheap"}),
    "a context in words": row("test/broken", context_length="many"),
    "half a token as context": row("test/broken", context_length=4096.5),
    "no id": {key: value for key, value in row("").items() if key != "id"},
    "null as id": row("x") | {"id": None},
    "a number as id": row("x") | {"id": 7},
    "an empty id": row(""),
    "a text": "test/text",
    "null": None,
    "a list": [],
}


@pytest.mark.task(2)
async def test_a_broken_row_is_left_out_with_a_warning_that_names_it():
    for shop, (kind, broken) in for_each(BROKEN.items()):
        shop.service.offers(row("test/first"), broken, row("test/last"))
        shop.when = f", with a broken row ({kind})"
        outcome, texts = await with_warnings(shop)
        why = "One broken row of four hundred is no reason to lose the others."
        look = "what is done for each row: try to read it, and catch what can go wrong."
        expect_models(outcome, "test/first", "test/last", why=why, look=look)
        name = "test/broken" if "test/broken" in json.dumps(broken) else ""
        if not any(name in text for text in texts):
            fail(
                outcome.call,
                f"{len(texts)} warning{'s' * (len(texts) != 1)}: {shown(texts)}",
                f"a warning{f' that names {shown(name)}' if name else ''}",
                why="A row that is lost in silence is never mended.",
                look="`warnings.warn`, with the `id` of the row.",
            )


@pytest.mark.task(2)
async def test_whole_rows_are_no_reason_to_warn():
    shop = Shop(httpx2)
    rows = row("test/one"), row("test/two", context_length=None, pricing=None)
    shop.service.offers(*rows)
    outcome, texts = await with_warnings(shop)
    why, look = "What is unknown is not broken.", "when you warn."
    expect_models(outcome, "test/one", "test/two", why=why, look=look)
    if texts:
        fail(outcome.call, f"a warning: {texts[0]}", "none", why=why, look=look)


async def with_warnings(shop: Shop) -> tuple[Outcome, list[str]]:
    """The models, and what was said in warnings; those about old code are not meant."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", ResourceWarning)
        outcome = await shop.models()
    return outcome, [str(one.message) for one in said]


ELSEWHERE = "https://more.example/v2/list"


@pytest.mark.task(2)
async def test_every_page_is_read():
    for shop in shops():
        shop.service.offers(row("test/one"))
        shop.service.adds_page("k7", "/api/v1/models?page=k7", row("test/two"))
        shop.service.adds_page("z", f"{ELSEWHERE}?page=z", row("test/three"))
        shop.when = ", with no host in the first `links.next`, and one in the second"
        outcome = await shop.models()
        why = "`links.next` of a page names the next one; the last page has null there."
        look = "the loop over pages, and what `urljoin` makes of such a link."
        expect_models(outcome, "test/one", "test/two", "test/three", why=why, look=look)
        why, look = "Three pages are three requests.", "the loop."
        expect_asked(outcome, shop, 3, why=why, look=look)
        wanted = [f"{URL}/models?page=k7", f"{ELSEWHERE}?page=z"]
        for address, expected in zip(shop.service.asked[1:], wanted, strict=True):
            if address != expected:
                fail(
                    outcome.call,
                    f"a request to {shown(address)}",
                    f"one to {shown(expected)}",
                    why="The service says where its next page is: path, host and all.",
                    look="what you do to `links.next`: `urljoin` is all that it needs.",
                )


@pytest.mark.task(2)
async def test_a_list_without_links_is_one_page():
    given = {"missing": {}, "null": {"links": None}, "empty": {"links": {}}}
    for shop, (links, more) in for_each(given.items()):
        replies_with = {"data": [row("test/one")]} | more
        shop.service.down = replies(200, json=replies_with)
        expect_models(
            await shop.models(),
            "test/one",
            why=f"A year ago there were no links; here they are {links}.",
            look="how you read `links` and `next`: each may be missing or null.",
        )


# Task 3: look one model up

CONTEXTS = {"test/one": 1, "test/one:free": 2, "~test/one-latest": 3, "test/on": 4}
CONTEXTS |= {"test/ONE": 5}
LOOKED_UP = {
    "test/one": "test/one",
    "test/one:free": "test/one:free",
    "test/one:nitro": "test/one",
    "test/one:of-tomorrow": "test/one",
    "test/one@preset/mine": "test/one",
    "~test/one-latest": "~test/one-latest",
    "test/ONE:nitro": "test/ONE",
    "test/ONE:free": "test/ONE",
}


@pytest.mark.task(3)
async def test_a_model_is_found_with_or_without_its_suffix():
    shop = Shop(httpx)
    rows = [row(name, context_length=n) for name, n in CONTEXTS.items()]
    shop.service.offers(*rows)
    for asked, found in LOOKED_UP.items():
        outcome = await shop.info(asked)
        came = getattr(outcome.value, "context_length", None)
        if type(came) is int and came == CONTEXTS[found]:
            continue
        wanted = f"the row of {shown(found)}, its context_length {CONTEXTS[found]}"
        text = outcome.came_back()
        if name := getattr(outcome.value, "name", None):
            text = f"the row of {shown(name)}, its context_length {shown(came)}"
        why = '"test/one:free" is listed, with its own price; no other suffix is.'
        look = "the whole name first, as it is; then what stands before `:` or `@`."
        fail(outcome.call, text, wanted, why=why, look=look)


@pytest.mark.task(3)
async def test_a_name_that_is_not_listed_is_refused():
    shop = Shop(httpx2)
    shop.service.offers(row("test/one"), row("test/none-at-all:free"))
    names = ["test/none", "test/none:free", "test/o", "test/one-more", "Test/One"]
    names += ["test/none-at-all"]
    for name in names:
        (await shop.info(name)).raises(
            ValueError,
            naming=[name],
            why="None, a KeyError or some other model would hide the mistake.",
            look="what you do if neither name is in the list.",
        )


@pytest.mark.task(3)
async def test_what_the_service_no_longer_lists_is_gone():
    shop = Shop(httpx2)
    shop.service.offers(row("test/one"))
    (await shop.info(BALANCED)).raises(
        ValueError,
        naming=[BALANCED],
        why="The list came today; the static table has an older opinion.",
        look="when you ask the static table: only if there is no list at all.",
    )


# Task 4: ask rarely


@pytest.mark.task(4)
async def test_a_list_is_fresh_for_less_than_ttl_seconds():
    for shop, seconds in for_each([300.0, 60.0]):
        shop.service.offers(row("test/one"))
        shop.opens(**({} if seconds == 300.0 else {"ttl": seconds}))
        why = f"With ttl={seconds:g} a list is old after {seconds:g} s, fresh before."
        look = "the comparison with `ttl`, and when you note the time."
        expect_asked(await shop.models(), shop, 1, why, look)
        shop.later(seconds - 0.5, f", {seconds - 0.5:g} s later")
        expect_asked(await shop.models(), shop, 1, why, look)
        shop.service.offers(row("test/two"))
        shop.later(0.5, f", {seconds:g} s later")
        outcome = await shop.models()
        expect_asked(outcome, shop, 2, why, look)
        why = "The new list takes the place of the old one: `test/one` is gone."
        look = "what you keep of the old list."
        expect_models(outcome, "test/two", why=why, look=look)
        shop.later(seconds - 0.5, f", another {seconds - 0.5:g} s later")
        why = "The time counts from the last list that came."
        expect_asked(await shop.models(), shop, 2, why, look)


@pytest.mark.task(4)
async def test_the_age_of_a_list_counts_from_its_arrival():
    shop = Shop(httpx2)
    shop.service.offers(row("test/one"))
    shop.opens().service.gate = asyncio.Event()
    first = asyncio.ensure_future(shop.models())
    await settle()
    shop.later(200, ", 299 s after a list that took 200 s to come")
    shop.service.gate.set()
    expect_asked(await first, shop, 1, "No list had come yet.", "when you ask.")
    shop.fake.advance(299)
    why = "With ttl=300 it is fresh: before it came there was no list to get old."
    look = "when you read the clock: before you ask, or when the list is there?"
    expect_asked(await shop.models(), shop, 1, why, look)


@pytest.mark.task(4)
async def test_a_clock_may_start_anywhere():
    shop = Shop(httpx)
    shop.service.offers(row("test/one"))
    shop.fake = FakeTime(start=0.0)
    expect_models(
        await shop.models(),
        "test/one",
        why="This clock starts at 0; only differences mean something.",
        look="how you know that no list has come yet: not by a time of 0.",
    )


@pytest.mark.task(4)
async def test_both_methods_share_one_list():
    shop = Shop(httpx)
    shop.service.offers(row("test/one"))
    expect_models(await shop.models(), "test/one", why="Listed.", look="`models`.")
    outcome = await shop.info("test/one")
    again = outcome.error is None
    outcome = await shop.info("test/one:nitro") if again else outcome
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
    outcome = await shop.info("test/unheard-of")
    why = "The list is fresh, and says that there is no such model."
    look = "`get_model_info`: an unknown name is no reason to ask again."
    expect_asked(outcome, shop, 1, why, look)


@pytest.mark.task(4)
async def test_what_a_caller_does_to_the_answer_stays_with_the_caller():
    shop = Shop(httpx2)
    shop.service.offers(row("test/one"), row("test/two"))
    why = "Another caller had emptied the dict that it got."
    look = "what you give away: your own dict, or a copy of it?"
    for outcome in await ten_at_once(shop):
        expect_models(outcome, "test/one", "test/two", why=why, look=look)
        outcome.value.clear()
    shop.when = ", asked again"
    outcome = await shop.models()
    expect_models(outcome, "test/one", "test/two", why=why, look=look)
    outcome.value.clear()
    shop.when = ", asked once more"
    outcome = await shop.models()
    expect_models(outcome, "test/one", "test/two", why=why, look=look)


@pytest.mark.task(4)
async def test_two_catalogues_know_nothing_of_each_other():
    shop = Shop(httpx2)
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
async def test_many_callers_at_once_share_one_request():
    for shop, old in for_each([False, True]):
        shop.service.offers(row("test/one"))
        shop.opens()
        if old:
            await shop.models()
            shop.later(300)
        before = len(shop.service.asked)
        outcomes = await ten_at_once(shop, "test/one")
        why = "Ten callers want the same list: one asks, the others wait for it."
        look = "how a caller learns that a request is under way: a task, or a lock."
        for outcome in outcomes[:5]:
            expect_models(outcome, "test/one", why=why, look=look)
        ten = replace(outcome, call=f"{shop.name}, half of them by get_model_info()")
        expect_asked(ten, shop, before + 1, why, look)
        for outcome in outcomes[5:]:
            if getattr(outcome.value, "name", None) != "test/one":
                wanted = "the row of `test/one`"
                fail(outcome.call, outcome.came_back(), wanted, why=why, look=look)


async def ten_at_once(shop: Shop, name: str = "") -> list[Outcome]:
    """What ten callers get who come while the service thinks; five ask for `name`."""
    shop.service.gate = asyncio.Event()
    shop.when += ", by ten callers at once"
    callers = [asyncio.ensure_future(shop.models()) for _ in range(5)]
    for _ in range(5):
        one = shop.info(name) if name else shop.models()
        callers.append(asyncio.ensure_future(one))
    await settle()
    shop.service.gate.set()
    return await asyncio.gather(*callers)


@pytest.mark.task(4)
async def test_a_caller_who_gives_up_takes_nobody_along():
    for shop, leaver in for_each([0, 1]):
        shop.service.offers(row("test/one"))
        shop.opens().service.gate = asyncio.Event()
        callers = []
        for _ in range(4):
            callers.append(asyncio.ensure_future(shop.models()))
            await settle()
        left = callers.pop(leaver)
        left.cancel()
        await settle()
        callers.append(asyncio.ensure_future(shop.models()))  # one more, late
        await settle()
        shop.held_on |= not left.done()
        shop.service.gate.set()
        who = ("first", "second")[leaver]
        shop.when = f", after the {who} of four callers was cancelled"
        why = f"The {who} of four callers was cancelled, the others were not."
        look = "who owns the request: `asyncio.shield` keeps a shared task from harm."
        for caller in callers:
            outcome = await caller
            expect_models(outcome, "test/one", why=why, look=look)
        if shop.held_on:
            fail(
                f"await {shop.name}.models(), cancelled",
                "it goes on waiting, or gives an answer",
                "a CancelledError, while the request is under way",
                why="Who gives up wants to be gone at once.",
                look="`except CancelledError`: raise it again, and wait for nothing.",
            )
        # the second, if one dies with its caller
        if len(shop.service.asked) > 2 or shop.service.most > 1:
            why = (
                "The others still wait for it, and whoever comes late waits with them."
            )
            look = "who puts the request away: it ends by itself, with no caller."
            expect_asked(replace(outcome, call=shop.name), shop, 1, why, look)


@pytest.mark.task(4)
async def test_after_the_only_caller_gave_up_the_next_one_is_served():
    shop = Shop(httpx2)
    shop.service.offers(row("test/first"))
    shop.opens().service.gate = asyncio.Event()
    first = asyncio.ensure_future(shop.models())
    await settle()
    first.cancel()
    await settle()
    shop.service.gate.set()
    shop.when = ", after a cancelled call"
    why = "Nothing of a cancelled call may stand in the way of the next."
    look = "what is left behind: a flag, a lock, a task that nobody wakes?"
    expect_models(await shop.models(), "test/first", why=why, look=look)
    shop.service.offers(row("test/second"))
    shop.later(300, ", 300 s after a cancelled call")
    why = "The list is old, and nobody asks any more."
    look = "who puts the task away when it is done: the caller may be gone."
    expect_models(await shop.models(), "test/second", why=why, look=look)


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
ERRORS = {  # each library has its own
    "no connection": refuses,
    "timeout": is_slow,
    "hangs up": hangs_up,
    "500": replies(500, json=ERROR),
}
BAD_REPLIES = {
    "429": replies(429, json=ERROR),
    "503 that looks good": replies(503, json={"data": [row("test/trap")]}),
    "400 that looks good": replies(400, json={"data": [row("test/trap")]}),
    "404 that looks good": replies(404, json={"data": [row("test/trap")]}),
    "200 with an error": replies(200, json=ERROR),
    "no JSON": replies(200, text="<html>Back soon</html>"),
    "JSON, but a list": replies(200, json=[row("test/trap")]),
    "null": replies(200, json=None),
    "null as data": replies(200, json={"data": None}),
    "one row as data": replies(200, json={"data": row("test/trap")}),
}
DOWN = ERRORS | BAD_REPLIES
LOOK_DOWN = "which errors you catch: those of both client libraries, and bad replies."
BOTH_WAYS = {"no list": False, "old list": True}  # whether a list came before


@pytest.mark.task(5)
async def test_if_the_service_is_down_the_old_list_is_given_and_labelled():
    cases = chain(for_each(ERRORS, both=True), for_each(BAD_REPLIES))
    for shop, failure in cases:
        shop.service.offers(row("test/one"), row("test/two"))
        first = await shop.models()
        expect_stale(first, shop, False, why="The list came a moment ago.")
        shop.later(300)
        shop.service.down = DOWN[failure]
        why = f"The service is down ({failure}): an old list is better than none."
        outcome = await shop.models()
        expect_models(outcome, "test/one", "test/two", why=why, look=LOOK_DOWN)
        expect_stale(
            outcome, shop, True, why="Whoever reads a price must know its age."
        )
    empty(outcome, shop)  # the last one that came
    found = await shop.info("test/two:nitro")
    if getattr(found.value, "context_length", None) != 8192:
        came = found.came_back()
        why = f"The service is down ({failure}); the old list is still there."
        look = "what `models()` gives away: the dict that you keep, or a copy?"
        fail(found.call, came, "the row of `test/two`", why=why, look=look)


def empty(outcome: Outcome, shop: Shop) -> None:
    """Do to the answer what its owner may do: others' answers stay as they are."""
    if isinstance(outcome.value, dict):
        outcome.value.clear()
        shop.when += ", after a caller emptied the dict that it got"


@pytest.mark.task(5)
async def test_without_any_list_the_static_table_is_given_and_labelled():
    for shop, failure in for_each(DOWN):
        shop.service.down = DOWN[failure]
        outcome = await shop.models()
        why = f"The service is down ({failure}), and no list ever came."
        came = listed(outcome, why=why, look=LOOK_DOWN)
        wanted = f"{len(STATIC)} models: those of `all_models()`, the retired ones too"
        if sorted(came) != sorted(STATIC):
            text = f"{len(came)} models: {shown(sorted(came))}"
            look = "what you give if no list came."
            fail(outcome.call, text, wanted, why=why, look=look)
        expect_stale(
            outcome, shop, True, why="The static table is older than any list."
        )


@pytest.mark.task(5)
async def test_the_static_table_is_asked_for_one_model_too():
    for shop, suffix in for_each(["", ":nitro"]):
        shop.service.down = refuses
        empty(await shop.models(), shop)
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
async def test_an_unknown_name_is_a_clear_error_then_too():
    for shop, before in for_each(BOTH_WAYS):
        shop.service.offers(row("test/one"))
        if BOTH_WAYS[before]:
            await shop.models()
            shop.later(300)
        shop.service.down = is_slow
        for name in ["test/unheard-of", *([BALANCED] if BOTH_WAYS[before] else [])]:
            (await shop.info(name)).raises(
                ValueError,
                naming=[name],
                why=f"The service is down ({before}), and nothing kept has this name.",
                look="the error for a name that `models()` lacks: name it.",
            )


@pytest.mark.task(5)
async def test_as_soon_as_the_service_is_back_it_is_asked():
    for shop, before in for_each(BOTH_WAYS):
        shop.service.offers(row("test/one"))
        if BOTH_WAYS[before]:
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
async def test_one_model_of_an_old_list_is_labelled_too():
    shop = Shop(httpx2)
    shop.service.offers(row("test/one"))
    fresh = await shop.info("test/one")
    expect_asked(fresh, shop, 1, "No list had come yet.", "when you ask.")
    expect_stale(fresh, shop, False, why="The list came a moment ago.")
    shop.later(300)
    shop.service.down = refuses
    why = "One model of an old list is old as well."
    expect_stale(await shop.info("test/one"), shop, True, why)
    shop.when += ", and once more"
    expect_stale(await shop.info("test/one"), shop, True, why)


@pytest.mark.task(5)
async def test_callers_who_wait_share_a_failure_too():
    for shop, before in for_each(BOTH_WAYS):
        shop.service.offers(row("test/one"))
        shop.opens()
        if BOTH_WAYS[before]:
            await shop.models()
            shop.later(300)
        asked = len(shop.service.asked)
        shop.service.down = is_slow
        outcomes = await ten_at_once(shop)
        why = "One after the other, ten callers would wait for ten timeouts."
        look = "what a caller does who has waited: take what came, do not ask again."
        names = ["test/one"] if BOTH_WAYS[before] else STATIC
        for outcome in outcomes:
            expect_models(outcome, *names, why=why, look=look)
        expect_asked(outcomes[0], shop, asked + 1, why, look)
        expect_stale(outcomes[0], shop, True, why="No caller got a fresh list.")


HALVES = [
    ("timeout", False),
    ("timeout", True),
    ("503 that looks good", True),
    ("200 with an error", True),
]


@pytest.mark.task(5)
async def test_half_a_list_is_no_list():
    for shop, (failure, old) in for_each(HALVES):
        shop.service.offers(row("test/one"), row("test/two"))
        if old:
            await shop.models()
            shop.later(300)
        shop.service.offers(row("test/three"))
        shop.service.adds_page("p2", "/api/v1/models?page=p2", row("test/four"))
        shop.service.down, shop.service.down_on = DOWN[failure], "p2"
        outcome = await shop.models()
        why = f"The second page failed ({failure}): half of the models would be gone."
        expect_models(
            outcome,
            *(["test/one", "test/two"] if old else STATIC),
            why=why,
            look="what you check of each page; and the new list comes after the last.",
        )
        expect_stale(outcome, shop, True, why="The new list never came whole.")
