"""What the exercise asks for: your tests are tested here.

They run on factories that are right, and on factories with one fault each. The faults
stand below, and give away what to look for: read the README first.
"""

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import factory_tests
import httpx2
import pytest
from pydantic_ai.models.openrouter import OpenRouterModel

from course.expect import fail
from course.trial import Result, Trial, try_tests
from openrouter_factory import (
    ALLOWED_HEADERS,
    FAST,
    OPENROUTER_URL,
    QUALITY,
    create_openrouter_model,
    validate_api_key,
    validate_headers,
    validate_model_name,
)

FILE = Path(factory_tests.__file__)


# Task 1: names


@pytest.mark.task(1)
def test_your_tests_pass_on_our_factory():
    refuse_failures(r for r in tried().right if r.subject in ("", str(ours.__doc__)))
    expect_good_ones()


@pytest.mark.task(1)
def test_your_tests_pass_on_every_factory_that_is_right():
    refuse_failures(tried().right)
    expect_good_ones()


@pytest.mark.task(1)
def test_your_tests_pass_in_any_order():
    expect_good_ones()
    for result in [*tried().backwards, *tried().again]:
        if result.outcome not in ("passed", "unwritten"):
            fail(
                f"{result.test}, with your tests in another order",
                result.message or result.outcome,
                "passed, as in the order of the file",
                why="A test that leans on another one fails when it runs alone.",
                look="what tests leave behind: names at the top of the file.",
            )


@pytest.mark.task(1)
def test_faults_with_names_are_caught():
    expect_caught("names", "the first two rows of the README's table.")


# Task 2: key, address and settings


@pytest.mark.task(2)
def test_faults_with_key_address_and_settings_are_caught():
    expect_caught("wire", "the request: `request.url`, `.headers`, `.content`.")


# Task 3: headers


@pytest.mark.task(3)
def test_faults_with_headers_are_caught():
    expect_caught("headers", "the rows on `extra_headers` in the README's table.")


# Task 4: errors and secrets


@pytest.mark.task(4)
def test_errors_that_do_not_help_are_caught():
    expect_caught("errors", "the error itself: `with pytest.raises(…) as error:`.")


@pytest.mark.task(4)
def test_keys_that_show_are_caught():
    expect_caught("secrets", "`repr`, `str(error.value)`, `capsys` and `caplog`.")


@pytest.mark.task(4)
def test_each_of_your_tests_is_written():
    for result in tried().right:
        if result.outcome == "unwritten":
            fail(
                result.test,
                f"it is still to be written: {result.message}",
                "a test that passes on a factory that is right",
                why="A test that raises `NotImplementedError` never turns green.",
                look="this test: write it, or delete it if others do its work.",
            )


# Factories that are right


@dataclass(frozen=True)
class Asked:
    """What a caller asked a factory for."""

    name: str
    key: str
    url: str
    headers: Mapping[str, str] | None
    others: dict[str, Any]
    memory: dict[str, Any]
    """What a factory keeps from call to call. Each test begins with an empty one."""

    @property
    def is_text(self) -> bool:
        """Else each factory refuses it, as ours does."""
        if not isinstance(self.headers, Mapping | None):
            return False
        headers = self.headers or {}
        texts = [self.name, self.key, *headers, *headers.values()]
        return all(isinstance(text, str) for text in texts)


Factory = Callable[[Asked], OpenRouterModel | None]


NO_LOOK_UP = {"context_window": None}
"""Of a model: to find how much fits into it takes longer than all the rest."""


@cache
def client() -> httpx2.AsyncClient:
    """One for all models: to make one takes long."""
    return httpx2.AsyncClient()


def quick(model: Any) -> Any:
    """Its client need not ask in a thread, before its first request, where it runs."""
    if isinstance(model, OpenRouterModel):
        model.client._platform = "Unknown"
    return model


def maker(factory: Factory) -> Callable[[], Callable[..., Any]]:
    """Make `create_model`, the function that the tests get, anew for each test."""

    def make() -> Callable[..., Any]:
        memory: dict[str, Any] = {}

        def create_model(
            model_name: str,
            api_key: str,
            base_url: str = OPENROUTER_URL,
            extra_headers: Mapping[str, str] | None = None,
            **kwargs: Any,
        ) -> Any:
            others = {"http_client": client(), "profile": NO_LOOK_UP} | kwargs
            asked = Asked(model_name, api_key, base_url, extra_headers, others, memory)
            return quick(factory(asked))

        return create_model

    return make


def ours(asked: Asked) -> OpenRouterModel:
    """As the lessons have it."""
    return create_openrouter_model(
        asked.name, asked.key, asked.url, asked.headers, **asked.others
    )


def in_other_words(asked: Asked) -> OpenRouterModel:
    """Its errors say the same in other words, its models are of a class of its own."""
    try:
        return unchecked(ours(asked), asked, OtherModel)
    except ValueError:
        text = "something is wrong with the address"
        if fault_of(validate_headers, asked.headers):
            text = f"something is wrong with the headers {', '.join(asked.headers)}"
        if fault_of(validate_api_key, asked.key):
            text = "give me a proper key"
        if fault_of(validate_model_name, asked.name):
            came = "" if "sk-" in str(asked.name) else f" {asked.name!r}"
            text = f"can't use this name{came}, write it as provider/model"
        raise RefusedError(f"Sorry: {text}!") from None


class RefusedError(ValueError):
    """A ValueError of its own."""


class OtherModel(OpenRouterModel):
    """A model of its own."""

    def __repr__(self) -> str:
        return "<a model of its own>"


def unchecked(
    model: OpenRouterModel,
    asked: Asked,
    kind: type[OpenRouterModel] = OpenRouterModel,
) -> OpenRouterModel:
    """A model that reaches what `model` does, under the name that was asked for."""
    others = {k: v for k, v in asked.others.items() if k != "http_client"}
    return kind(asked.name, provider=model._provider, **others)


def fault_of(check: Callable[[Any], Any], value: Any) -> str:
    try:
        check(value)
    except ValueError as error:
        return str(error)
    return ""


RIGHT = (ours, in_other_words)


# Factories with one fault each: what is wrong stands above each, and then when it acts:
# else it does as ours. Those that one test may catch stand together: the test that
# caught something last is tried first


@dataclass(frozen=True)
class Fault:
    """A factory that is broken, for some callers or for all."""

    factory: Factory
    acts: Callable[[Asked], Any]


FAULTS: dict[str, dict[str, Fault]] = {
    "names": {},
    "wire": {},
    "headers": {},
    "errors": {},
    "secrets": {},
}


def fault(
    about: str, words: str, acts: Callable[[Asked], Any] = lambda asked: True
) -> Callable[[Factory], Factory]:
    """Put a factory into `FAULTS`."""

    def keep(factory: Factory) -> Factory:
        def broken(asked: Asked) -> Any:
            return factory(asked) if asked.is_text and acts(asked) else ours(asked)

        FAULTS[about][words] = Fault(broken, acts)
        return factory

    return keep


@fault(
    "names",
    "takes `gpt-4o`, a name without a provider",
    lambda asked: "/" not in asked.name and asked.name.strip(),
)
def guesses(asked: Asked) -> Any:
    return ours(replace(asked, name=f"openai/{asked.name}"))


@fault("names", "takes an empty name, and picks a model", lambda asked: not asked.name)
def picks(asked: Asked) -> Any:
    return ours(replace(asked, name=FAST))


@fault(
    "names",
    "takes a name with capital letters",
    lambda asked: asked.name != asked.name.lower(),
)
def takes_capitals(asked: Asked) -> Any:
    model = ours(replace(asked, name=asked.name.lower()))
    return unchecked(model, asked)


@fault(
    "names",
    "takes a name with a line break at its end, as `$` in a pattern does",
    lambda asked: asked.name.endswith("\n"),
)
def takes_line_breaks(asked: Asked) -> Any:
    model = ours(replace(asked, name=asked.name.removesuffix("\n")))
    return unchecked(model, asked)


@fault("names", "takes a name with a space in it", lambda asked: " " in asked.name)
def takes_spaces(asked: Asked) -> Any:
    model = ours(replace(asked, name=re.sub(r"(?<=\S) (?=\S)", "", asked.name)))
    return unchecked(model, asked)


@fault("names", "refuses a name with a `~` in front", lambda asked: "~" in asked.name)
@fault("names", "refuses a name with a dot in it", lambda asked: "." in asked.name)
def refuses_good_names(asked: Asked) -> Any:
    raise ValueError(f"{asked.name} does not look like provider/model.")


@fault(
    "names",
    "loses the variant: `…:free` becomes the model that costs",
    lambda asked: ":" in asked.name,
)
def loses_the_variant(asked: Asked) -> Any:
    model = ours(asked)
    return unchecked(model, replace(asked, name=asked.name.partition(":")[0]))


@fault("names", "makes another model than the one that was asked for")
def swaps(asked: Asked) -> Any:
    model = ours(asked)
    other = QUALITY if asked.name != QUALITY else FAST
    return unchecked(model, replace(asked, name=other))


@fault(
    "wire",
    "drops the caller's `base_url`",
    lambda asked: asked.url != OPENROUTER_URL,
)
def drops_the_address(asked: Asked) -> Any:
    ours(asked)
    return ours(replace(asked, url=OPENROUTER_URL))


@fault(
    "wire",
    "drops the path of the caller's `base_url`",
    lambda asked: asked.url != OPENROUTER_URL,
)
def drops_the_path(asked: Asked) -> Any:
    ours(asked)
    return ours(replace(asked, url=str(httpx2.URL(asked.url).join("/of/its/own"))))


@fault("wire", "asks for another model in its requests than `model_name` says")
def says_another_name(asked: Asked) -> Any:
    other = QUALITY if asked.name != QUALITY else FAST
    settings = {**asked.others.get("settings", {}), "extra_body": {"model": other}}
    return ours(replace(asked, others=asked.others | {"settings": settings}))


@fault("wire", "sends the key without `Bearer` in front of it")
def sends_a_bare_key(asked: Asked) -> Any:
    model = ours(asked)
    provider = model._provider
    bare = {"Authorization": asked.key}
    provider._client._custom_headers = {**provider._client._custom_headers, **bare}
    return model


@fault("wire", "sends another key than the one it was given")
def sends_another_key(asked: Asked) -> Any:
    ours(asked)
    return ours(replace(asked, key="sk-or-v1-of-somebody-else"))


@fault("wire", "keeps its models by name: the second caller gets the first one's key")
def keeps_by_name(asked: Asked) -> Any:
    first = asked.memory.setdefault(asked.name, asked.key)
    ours(asked)
    return ours(replace(asked, key=first))


@fault(
    "wire",
    "asks another service if no `base_url` is given",
    lambda asked: asked.url == OPENROUTER_URL,
)
def asks_elsewhere(asked: Asked) -> Any:
    return ours(replace(asked, url="https://other.example/v1"))


@fault("wire", "drops the `settings`", lambda asked: "settings" in asked.others)
def drops_settings(asked: Asked) -> Any:
    others = {k: v for k, v in asked.others.items() if k != "settings"}
    return ours(replace(asked, others=others))


@fault("wire", "takes an empty key", lambda asked: not asked.key)
def takes_no_key(asked: Asked) -> Any:
    return ours(replace(asked, key="none"))


@fault(
    "wire",
    "takes a key of spaces",
    lambda asked: asked.key and not asked.key.strip(" "),
)
def takes_spaces_for_a_key(asked: Asked) -> Any:
    return ours(replace(asked, key="none"))


@fault(
    "wire",
    "takes a key with a line break at its end",
    lambda asked: asked.key.endswith("\n") and asked.key.strip(),
)
def takes_a_torn_key(asked: Asked) -> Any:
    return ours(replace(asked, key=asked.key.rstrip()))


def has_another_header(asked: Asked) -> bool:
    return not all(map(is_allowed, asked.headers or {}))


@fault("headers", "lets any header through", has_another_header)
def lets_any_through(asked: Asked) -> Any:
    model = drops_in_silence(asked)
    others = {k: v for k, v in asked.headers.items() if not is_allowed(k)}
    provider = model._provider
    provider._client._custom_headers = {**provider._client._custom_headers, **others}
    return model


@fault(
    "headers",
    "drops a header that is not allowed, and says nothing",
    has_another_header,
)
def drops_in_silence(asked: Asked) -> Any:
    known = {k: v for k, v in asked.headers.items() if is_allowed(k)}
    return ours(replace(asked, headers=known))


def has_a_line_break(asked: Asked) -> bool:
    return any(map(re.compile(r"[\r\n]").search, (asked.headers or {}).values()))


@fault(
    "headers",
    "takes a value with a line break, which begins another header",
    has_a_line_break,
)
def takes_injections(asked: Asked) -> Any:
    tame = {k: re.sub(r"[\r\n]+", " ", v) for k, v in asked.headers.items()}
    return ours(replace(asked, headers=tame))


@fault("headers", "never sends the headers", lambda asked: asked.headers)
def sends_no_headers(asked: Asked) -> Any:
    ours(asked)
    return ours(replace(asked, headers=None))


def is_referer(header: str) -> bool:
    return header.lower() == "http-referer"


@fault(
    "headers",
    "sends `HTTP-Referer`, and drops the other headers that are allowed",
    lambda asked: not all(map(is_referer, asked.headers or {})),
)
def sends_the_referer(asked: Asked) -> Any:
    ours(asked)
    referer = {k: v for k, v in asked.headers.items() if is_referer(k)}
    return ours(replace(asked, headers=referer))


@fault("headers", "gives the headers of one model to the next one, too")
def shares_headers(asked: Asked) -> Any:
    asked.memory.update(validate_headers(asked.headers))
    return ours(replace(asked, headers=dict(asked.memory)))


@fault(
    "headers",
    "changes the dict of headers that it was given",
    lambda asked: asked.headers and isinstance(asked.headers, dict),
)
def changes_the_dict(asked: Asked) -> Any:
    model = ours(asked)
    asked.headers.clear()
    return model


def has_a_malformed_name(asked: Asked) -> str:
    return fault_of(validate_model_name, asked.name)


@fault(
    "errors",
    "returns None for a malformed name, and raises nothing",
    has_a_malformed_name,
)
def swallows(asked: Asked) -> Any:
    return None


@fault(
    "errors",
    "raises a KeyError for a malformed name, and no ValueError",
    has_a_malformed_name,
)
def raises_another_kind(asked: Asked) -> Any:
    raise KeyError(has_a_malformed_name(asked))


@fault(
    "errors",
    "does not say in the error which name came",
    has_a_malformed_name,
)
def hides_what_came(asked: Asked) -> Any:
    raise ValueError("This is no model name: provider/model was wanted.")


@fault(
    "errors",
    "does not say in the error how a name is written",
    has_a_malformed_name,
)
def hides_what_was_wanted(asked: Asked) -> Any:
    name = "" if "sk-" in asked.name else f" {asked.name!r}"
    raise ValueError(f"The model name{name} is not right.")


def has_a_malformed_key(asked: Asked) -> str:
    return fault_of(validate_api_key, asked.key)


@fault(
    "errors",
    "does not say `key` in the error about a malformed key",
    has_a_malformed_key,
)
def hides_the_key_word(asked: Asked) -> Any:
    raise ValueError("Something in here cannot be sent.")


@fault(
    "errors",
    "raises a KeyError for a malformed key, and no ValueError",
    has_a_malformed_key,
)
def raises_another_kind_for_keys(asked: Asked) -> Any:
    raise KeyError(has_a_malformed_key(asked))


@fault("errors", "does not say in which header the line break is", has_a_line_break)
@fault("errors", "does not say which header is not allowed", has_another_header)
def hides_the_header(asked: Asked) -> Any:
    raise ValueError("One of the headers cannot be sent.")


@fault(
    "errors",
    "raises a KeyError for a header, and no ValueError",
    lambda asked: fault_of(validate_headers, asked.headers),
)
def raises_another_kind_for_headers(asked: Asked) -> Any:
    raise KeyError(fault_of(validate_headers, asked.headers))


@fault(
    "secrets",
    "shows the key in the error about a malformed name",
    lambda asked: has_a_malformed_name(asked) and asked.name != asked.key,
)
def tells_with_the_name(asked: Asked) -> Any:
    raise ValueError(f"{has_a_malformed_name(asked)} (The key was {asked.key}.)")


@fault(
    "secrets",
    "shows a malformed key in the error about it",
    has_a_malformed_key,
)
def tells_the_malformed_key(asked: Asked) -> Any:
    raise ValueError(f"{has_a_malformed_key(asked)} It was: {asked.key}")


@fault(
    "secrets",
    "shows a key that came in the place of the name",
    lambda asked: "sk-" in asked.name and has_a_malformed_name(asked),
)
def tells_a_swapped_key(asked: Asked) -> Any:
    raise ValueError(f"{asked.name} is no name: provider/model was wanted.")


@fault("secrets", "shows the key in the `repr` of the model")
def tells_in_repr(asked: Asked) -> Any:
    class Telling(OpenRouterModel):
        def __repr__(self) -> str:
            return f"OpenRouterModel({self.model_name!r}, {asked.key!r})"

    return unchecked(ours(asked), asked, Telling)


@fault("secrets", "writes the key into the log")
def logs(asked: Asked) -> Any:
    logging.getLogger("factory").warning("key: %s", asked.key)
    return ours(asked)


@fault("secrets", "prints the key")
def prints(asked: Asked) -> Any:
    print("creating a model with", asked.key)  # noqa: T201
    return ours(asked)


def is_allowed(header: str) -> bool:
    return header.lower() in {allowed.lower() for allowed in ALLOWED_HEADERS}


# Trying your tests


@cache
def tried() -> Trial:
    """How the learner's tests end, with right factories and with broken ones."""
    right = {str(factory.__doc__): maker(factory) for factory in RIGHT}
    faults = {words: one for kind in FAULTS.values() for words, one in kind.items()}
    broken = {words: maker(one.factory) for words, one in faults.items()}

    def acting(asked: Asked) -> Any:
        some = faults if asked.is_text else {}
        return [words for words, one in some.items() if one.acts(asked)]

    return try_tests(FILE, right, broken, acting=maker(acting)())


def refuse_failures(results: Iterable[Result]) -> None:
    for result in results:
        if result.outcome not in ("passed", "unwritten"):
            refused(result)


def expect_good_ones() -> None:
    """Fail unless some test calls `create_model` and passes: only that can catch."""
    if not tried().good:
        fail(
            "your tests, on factories that are right",
            told(tried().right),
            "at least one test that calls its `create_model`, and passes",
            why="Only such a test can show that a factory is broken.",
            look="your first test: is it written, and which function does it call?",
        )


def told(results: list[Result]) -> str:
    if not results:
        return "no test ran: none begins with `test_`, or something ends them all"
    if all(result.outcome == "unwritten" for result in results):
        return "nothing yet, each test is still to be written"
    for result in results:
        if result.outcome != "passed":
            return f"{result.test}: {result.message or result.outcome}"
    return f"{len(results)} tests that pass, and none calls `create_model`"


def refused(result: Result) -> None:
    about = result.subject.removesuffix(".")
    subject = f": {about[0].lower()}{about[1:]}" if about else ""
    called = f"{result.test}, on a factory that is right{subject}"
    if result.outcome != "failed":
        fail(
            called,
            f"it was {result.outcome}",
            "passed",
            why="A test that does not run to its end finds nothing.",
            look=f"what makes it {result.outcome}: is it needed here?",
        )
    fail(
        called,
        result.message,
        "passed",
        why="A test that refuses what the README allows stops good work.",
        look="that line: does the README promise what it asks for?",
    )


def expect_caught(about: str, look: str) -> None:
    """Fail unless each fault of one kind makes one of the learner's tests fail."""
    expect_good_ones()
    faults = FAULTS[about]
    if escaped := [words for words in faults if words not in tried().caught]:
        fail(
            f"your tests, on {len(faults)} factories with one fault each",
            f"{len(escaped)} got away. A factory that {'; one that '.join(escaped)}.",
            "each fault makes one of your tests fail",
            why="What no test looks at may break without anyone seeing it.",
            look=look,
        )
