from pathlib import Path

import pytest
from pydantic import SecretStr

from openrouter_factory import OPENROUTER_URL, Settings
from openrouter_factory.settings import api_key_or_setting


def test_without_configuration_there_is_no_key_and_openrouters_address() -> None:
    settings = Settings()
    assert settings.openrouter_api_key is None
    assert settings.openrouter_base_url == OPENROUTER_URL


def test_the_environment_comes_before_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(
        "OPENROUTER_API_KEY=from-file\nOPENROUTER_BASE_URL=http://file/v1\nOTHER=x\n"
    )
    assert Settings().openrouter_api_key == SecretStr("from-file")
    monkeypatch.setenv("OPENROUTER_API_KEY", "from-environment")
    assert Settings().openrouter_api_key == SecretStr("from-environment")
    assert Settings().openrouter_base_url == "http://file/v1"


def test_an_empty_variable_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENROUTER_API_KEY", "")
    assert Settings().openrouter_api_key is None


def test_the_key_does_not_show(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("OPENROUTER_API_KEY", key)
    assert key not in repr(Settings()) + str(Settings()) + Settings().model_dump_json()


def test_settings_know_a_model_for_a_task() -> None:
    assert Settings().get_model_for_task("research") == "anthropic/claude-sonnet-5"
    assert Settings().get_model_for_task("research", "quality") == "perplexity/sonar"


def test_a_key_handed_over_comes_before_the_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENROUTER_API_KEY", "from-environment")
    assert api_key_or_setting("mine") == "mine"
    assert api_key_or_setting("") == ""  # a mistake, not a wish for another key
    assert api_key_or_setting(None) == SecretStr("from-environment")


def test_a_missing_key_is_told_all_places_where_it_could_be() -> None:
    with pytest.raises(
        ValueError, match=r"`api_key`.*`\.env` has OPENROUTER_API_KEY.*keys"
    ):
        api_key_or_setting(None)
