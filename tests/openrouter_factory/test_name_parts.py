import pytest

from openrouter_factory import (
    base_name,
    is_moving_alias,
    is_plain,
    is_router,
    preset_of,
    provider_of,
    variant_of,
)
from openrouter_factory.name_parts import shown


@pytest.mark.parametrize(
    ("name", "base", "provider", "variant", "preset"),
    [
        ("openai/gpt-4o", "openai/gpt-4o", "openai", None, None),
        ("google/gemma-4-31b-it:free", "google/gemma-4-31b-it", "google", "free", None),
        ("openai/gpt-4o:nitro@preset/mine", "openai/gpt-4o", "openai", "nitro", "mine"),
        ("openai/gpt-4o@preset/mine", "openai/gpt-4o", "openai", None, "mine"),
        ("@preset/mine", "", "", None, "mine"),
        ("~openai/gpt-latest", "~openai/gpt-latest", "openai", None, None),
    ],
)
def test_a_name_is_taken_apart(
    name: str, base: str, provider: str, variant: str | None, preset: str | None
) -> None:
    assert base_name(name) == base
    assert provider_of(name) == provider
    assert variant_of(name) == variant
    assert preset_of(name) == preset


def test_moving_aliases_and_routers_are_told_from_models() -> None:
    assert is_moving_alias("~anthropic/claude-sonnet-latest")
    assert not is_moving_alias("anthropic/claude-sonnet-5")
    assert is_router("openrouter/auto")
    assert is_router("openrouter/free:nitro")
    assert not is_router("openai/gpt-4o")


@pytest.mark.parametrize(
    "name",
    [
        "~anthropic/claude-sonnet-latest",
        "openrouter/auto",
        "google/gemma-4-31b-it:free",
        "openai/gpt-5:batch",
        "openai/gpt-4o@preset/mine",
        "@preset/mine",
    ],
)
def test_a_name_with_anything_special_is_not_plain(name: str) -> None:
    assert not is_plain(name)


def test_a_model_alone_is_plain() -> None:
    assert is_plain("openai/gpt-4o")


def test_a_name_is_shown_on_one_line_and_not_at_length() -> None:
    assert shown("a\nb") == r"`a\nb`"
    assert shown("x" * 60) == f"`{'x' * 60}`"
    assert shown("x" * 61) == f"`{'x' * 60}…`"
    assert shown("x" * 10_000) == f"`{'x' * 60}…`"


def test_a_key_is_not_shown_as_a_name(key: str) -> None:
    assert key not in shown(f"openai/{key}")
