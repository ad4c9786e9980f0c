from typing import Any

import pytest

from openrouter_factory import ALLOWED_HEADERS, validate_headers
from openrouter_factory.headers import MAX_VALUE_LENGTH


def test_attribution_headers_pass_in_any_case_under_their_official_names() -> None:
    given = {"http-referer": "https://myapp.com", "X-TITLE": "My App"}
    assert validate_headers(given) == {
        "HTTP-Referer": "https://myapp.com",
        "X-Title": "My App",
    }


def test_every_allowed_header_passes() -> None:
    given = dict.fromkeys(ALLOWED_HEADERS, "x")
    assert validate_headers(given) == given


def test_no_headers_are_fine() -> None:
    assert validate_headers(None) == {}
    assert validate_headers({}) == {}


@pytest.mark.parametrize(
    "name",
    [
        "X-Task-Type",
        "Authorization",
        "Host",
        "Content-Length",
        "Transfer-Encoding",
        "Cookie",
        "X-Title\r\nX-Evil",
        "X-Title ",
        "X-Title:",
        "Х-Title",  # noqa: RUF001 - the first letter is Cyrillic
        "",
        "a" * 10_000,
        None,
        3,
    ],
)
def test_any_other_header_is_refused_aloud(name: Any) -> None:
    with pytest.raises(ValueError, match="allowed are `HTTP-Referer`") as caught:
        validate_headers({name: "x"})
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("My App\r\nX-Evil: 1", "line break"),
        ("My App\n", "line break"),
        ("My\x00App", "line break"),
        ("Käse", "outside ASCII"),
        ("", "is empty"),
        ("   ", "is empty"),
        (None, "is NoneType"),
        (b"My App", "is bytes"),
        ("x" * (MAX_VALUE_LENGTH + 1), "1025 characters, 1024 are allowed"),
    ],
)
def test_a_value_that_could_do_harm_is_refused(value: Any, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        validate_headers({"X-Title": value})


def test_spaces_around_a_value_are_not_sent() -> None:
    assert validate_headers({"X-Title": " My App "}) == {"X-Title": "My App"}


def test_a_header_in_two_spellings_is_refused_rather_than_lost() -> None:
    with pytest.raises(ValueError, match="came twice"):
        validate_headers({"X-Title": "a", "x-title": "b"})


def test_a_value_as_long_as_allowed_passes() -> None:
    value = "x" * MAX_VALUE_LENGTH
    assert validate_headers({"X-Title": value}) == {"X-Title": value}


@pytest.mark.parametrize("headers", [[("X-Title", "x")], "X-Title: x", 3])
def test_headers_are_wanted_as_a_mapping(headers: Any) -> None:
    with pytest.raises(ValueError, match="a dict of names and values was wanted"):
        validate_headers(headers)


def test_a_refused_value_is_not_repeated_in_the_error(key: str) -> None:
    with pytest.raises(ValueError, match="not sent") as caught:
        validate_headers({"Authorization": f"Bearer {key}"})
    assert key not in str(caught.value)
    with pytest.raises(ValueError, match="line break") as caught:
        validate_headers({"X-Title": f"{key}\n"})
    assert key not in str(caught.value)
