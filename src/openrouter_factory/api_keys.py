"""API keys: checked on the way in, never shown on the way out.

No function here puts a key, or a part that would be worth having, into an error.
"""

import re

from pydantic import SecretStr

_SHOWN = 4  # characters of a key that may be shown …
_LONG_ENOUGH = 24  # … if it has at least this many


def validate_api_key(key: str | SecretStr) -> SecretStr:
    """Return `key` wrapped, so that neither a log nor a traceback shows it.

    Raises `ValueError` if it is missing or could not be sent in a header.
    """
    text = key.get_secret_value() if isinstance(key, SecretStr) else key
    if not isinstance(text, str) or not text.strip():
        raise ValueError(
            "An API key is missing. Make one at https://openrouter.ai/keys and hand it "
            "over as `api_key`; on the local OpenRouter, `sim.api_key` will do."
        )
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise ValueError(
            "The API key holds a space, a line break or a letter outside ASCII. "
            "It was probably copied with something around it: copy it again. "
            "(It is not shown here, so that it stays out of your logs.)"
        )
    return SecretStr(text)


def mask_api_key(key: str | SecretStr) -> str:
    """`key` in a form that may be shown: its last four characters, if it is long."""
    text = key.get_secret_value() if isinstance(key, SecretStr) else key
    return f"sk-or-…{text[-_SHOWN:]}" if len(text) >= _LONG_ENOUGH else "sk-or-…"


def may_hold_key(text: object) -> bool:
    """Whether `text` is better not shown: something in it starts as keys do, `sk-`."""
    return re.search(r"(?<![a-z])sk-", str(text)) is not None
