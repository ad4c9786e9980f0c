from typing import Any

import pytest

from openrouter_factory import close_model_names, validate_model_name
from openrouter_factory.model_names import MAX_LENGTH

REAL_NAMES = [
    "openai/gpt-4o",
    "anthropic/claude-3.5-sonnet",
    "anthropic/claude-3.7-sonnet:thinking",
    "google/gemma-4-31b-it:free",
    "meta-llama/llama-3.3-70b-instruct:free",
    "cognitivecomputations/dolphin-mistral-24b-venice-edition:free",
    "qwen/qwen3-235b-a22b-thinking-2507",
    "x-ai/grok-4.20-multi-agent",
    "z-ai/glm-4.5v",
    "01-ai/yi-large",
    "liquid/lfm-2.5-1.2b-instruct:free",
    "undi95/remm-slerp-l2-13b",
    "openai/gpt-5:batch",
    "openai/gpt-4o:nitro",
    "openai/gpt-4o:floor",
    "openai/gpt-4o:online",
    "moonshotai/kimi-k2-0905:exacto",
    "some-lab/model_with_underscore",
    "~anthropic/claude-sonnet-latest",
    "openrouter/auto",
    "@preset/my-preset",
    "openai/gpt-4o@preset/my-preset",
    "openai/gpt-4o:nitro@preset/my-preset",
    "sk-labs/small-1",
]

HOSTILE_NAMES = [
    "openai/gpt-4o\n",
    "openai/gpt-4o\r\nX-Evil: 1",
    "openai/gpt-4o\x00",
    "openai/gpt-4o\x1b[2J",
    "openai/gpt 4o",
    " openai/gpt-4o",
    "openai/gpt-4o ",
    "openai/gpt-4o\t",
    "openai/../../etc/passwd",
    "openai/..",
    "openai/gpt-4o..",
    "openai/.hidden",
    "../openai/gpt-4o",
    "openai/gpt-4o/extra",
    "openai//gpt-4o",
    "/gpt-4o",
    "openai/",
    "/",
    "openai%2Fgpt-4o",
    "openai/gpt-4o%0a",
    "openai/gpt-4o?x=1",
    "openai/gpt-4o#top",
    "openai\\gpt-4o",
    "openai/gpt-4o:",
    "openai/gpt-4o:a:b",
    "openai/gpt-4o:-",
    "оpenai/gpt-4o",  # noqa: RUF001 - the first letter is Cyrillic
    "openai/gpt-４o",  # noqa: RUF001 - a full-width digit
    "openai/gpt-4o\u200b",
    "openai/gpt-4o\u2028",
    "openai/gpt-4ö",
    "OpenAI/GPT-4o",
    "https://openrouter.ai/openai/gpt-4o",
    "javascript:alert(1)",
    "openai/gpt-4o;rm -rf",
    "openai/${jndi:ldap://x}",
    "openai/'; DROP TABLE models; --",
    "<script>/x",
    "~~openai/gpt-latest",
    "~",
    "@preset/",
    "@preset/a/b",
    "@preset/a@preset/b",
    "openai/gpt-4o@preset/",
    "-openai/gpt-4o",
    "a" * 10_000,
    "openai/" + "a" * 10_000,
    "openai/" + "a-" * MAX_LENGTH,
]


@pytest.mark.parametrize("name", REAL_NAMES)
def test_a_real_name_is_accepted_as_it_is(name: str) -> None:
    assert validate_model_name(name) == name


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_is_refused_in_one_short_printable_line(name: str) -> None:
    with pytest.raises(ValueError, match="is not an OpenRouter model name") as caught:
        validate_model_name(name)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300


def test_the_longest_name_allowed_is_accepted() -> None:
    name = "openai/" + "a" * (MAX_LENGTH - len("openai/"))
    assert validate_model_name(name) == name
    with pytest.raises(ValueError, match=f"{MAX_LENGTH + 1} characters"):
        validate_model_name(name + "a")


def test_the_error_says_what_is_wrong_with_this_name() -> None:
    with pytest.raises(ValueError, match="names have the form `provider/model`"):
        validate_model_name("zzzzzzzz")
    with pytest.raises(ValueError, match="may hold a-z"):
        validate_model_name("zzzz/ZZZZ")
    with pytest.raises(ValueError, match="may hold a-z"):
        validate_model_name("openai/" + "A" * (MAX_LENGTH - len("openai/")))


@pytest.mark.parametrize("nothing", ["", "  ", "\n"])
def test_an_empty_name_is_said_to_be_missing(nothing: str) -> None:
    with pytest.raises(
        ValueError, match=r"missing: an empty text came.*provider/model"
    ):
        validate_model_name(nothing)


@pytest.mark.parametrize("other", [None, 4, ["openai/gpt-4o"], b"openai/gpt-4o"])
def test_what_is_no_text_is_named_by_its_type(other: Any) -> None:
    with pytest.raises(ValueError, match=f"a {type(other).__name__} came"):
        validate_model_name(other)


def test_a_key_in_place_of_a_name_is_not_shown(key: str) -> None:
    with pytest.raises(ValueError, match="looks like an API key") as caught:
        validate_model_name(key)
    assert key not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("gpt-4o", "openai/gpt-4o"),
        ("GPT-4o", "openai/gpt-4o"),
        ("openai/gpt4o mini", "openai/gpt-4o-mini"),
        ("claude-haiku-4.5", "anthropic/claude-haiku-4.5"),
        ("openai/GPT-4o", "openai/gpt-4o"),
    ],
)
def test_a_near_miss_gets_a_suggestion(name: str, meant: str) -> None:
    with pytest.raises(ValueError, match=r"Did you mean .*\?") as caught:
        validate_model_name(name)
    assert f"`{meant}`" in str(caught.value)


def test_a_name_like_no_other_gets_the_form_only() -> None:
    with pytest.raises(ValueError, match="provider/model") as caught:
        validate_model_name("zzzzzzzz")
    assert "Did you mean" not in str(caught.value)


def test_a_url_is_told_what_part_to_give() -> None:
    with pytest.raises(ValueError, match="Give the part after the host"):
        validate_model_name("https://openrouter.ai/openai/gpt-4o")


def test_suggestions_are_few_and_the_closest_comes_first() -> None:
    assert close_model_names("openai/gpt-4.1-mini")[0] == "openai/gpt-4.1-mini"
    assert close_model_names("openai/gpt-4o") == ["openai/gpt-4o", "openai/gpt-4.1"]
    assert close_model_names("openai/gpt-4o", limit=1) == ["openai/gpt-4o"]
