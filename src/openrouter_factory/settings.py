"""Configuration from outside the code: the environment, then a file `.env`.

    OPENROUTER_API_KEY=sk-or-…
    OPENROUTER_BASE_URL=http://127.0.0.1:8000/api/v1

Nothing is checked here: the factory checks what it is handed.
"""

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from openrouter_factory.factory import OPENROUTER_URL
from openrouter_factory.model_choice import choose_task_model


class Settings(BaseSettings):
    """`config` in the guide: a key, a base URL, and a model for each task."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore"
    )

    openrouter_api_key: SecretStr | None = None
    openrouter_base_url: str = OPENROUTER_URL

    def get_model_for_task(self, task_type: str, priority: str = "balanced") -> str:
        """The name of the model for `task_type`, such as "research"."""
        return choose_task_model(task_type, priority)


def api_key_or_setting(api_key: str | SecretStr | None) -> str | SecretStr:
    """Return `api_key`, or the one of the settings if it is None.

    Raises `ValueError` if there is neither.
    """
    if api_key is not None:
        return api_key
    if key := Settings().openrouter_api_key:
        return key
    raise ValueError(
        "An API key is missing: none was handed over as `api_key`, and neither the "
        "environment nor `.env` has OPENROUTER_API_KEY. Make a key at "
        "https://openrouter.ai/keys; on the local OpenRouter, `sim.api_key` will do."
    )
