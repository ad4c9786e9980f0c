from typing import Any

import pytest
from pydantic import SecretStr

from openrouter_factory import mask_api_key, validate_api_key
from openrouter_factory.api_keys import may_hold_key


def test_a_key_is_wrapped_so_that_it_does_not_show(key: str) -> None:
    wrapped = validate_api_key(key)
    assert key not in repr(wrapped) + str(wrapped) + f"{wrapped}"
    assert wrapped.get_secret_value() == key


def test_a_wrapped_key_stays_what_it_is(key: str) -> None:
    assert validate_api_key(SecretStr(key)) == SecretStr(key)


@pytest.mark.parametrize("nothing", ["", "  ", SecretStr(""), None, 7])
def test_a_missing_key_is_refused_with_a_way_to_get_one(nothing: Any) -> None:
    with pytest.raises(ValueError, match=r"openrouter\.ai/keys"):
        validate_api_key(nothing)


@pytest.mark.parametrize("dirt", ["\n", "\r\nX-Evil: 1", " ", "é", "\x00", "\u200b"])
def test_a_key_that_no_header_can_carry_is_refused_unseen(key: str, dirt: str) -> None:
    with pytest.raises(ValueError, match="copy it again") as caught:
        validate_api_key(key + dirt)
    assert key not in str(caught.value)
    assert key[-4:] not in str(caught.value)


def test_a_long_key_is_masked_to_its_last_four_characters(key: str) -> None:
    assert mask_api_key(key) == f"sk-or-…{key[-4:]}"
    assert mask_api_key(SecretStr(key)) == mask_api_key(key)


def test_a_key_is_long_from_24_characters_on() -> None:
    assert mask_api_key("x" * 20 + "last") == "sk-or-…last"
    assert mask_api_key("x" * 19 + "last") == "sk-or-…"


@pytest.mark.parametrize("short", ["", "abcd", "sk-or-1234", "x" * 23])
def test_of_a_short_key_nothing_is_shown(short: str) -> None:
    assert mask_api_key(short) == "sk-or-…"


def test_a_key_is_suspected_where_something_starts_as_keys_do(key: str) -> None:
    assert may_hold_key(key)
    assert may_hold_key(f"openai/{key}")
    assert may_hold_key(SecretStr(key).get_secret_value().encode())
    assert not may_hold_key("openai/task-model")
