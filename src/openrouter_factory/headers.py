"""The headers that a caller may add: those that say which app is calling.

OpenRouter shows them in its dashboard and rankings. Anything else is refused, aloud:
a header that vanished in silence would be looked for in the wrong place.

Source: https://openrouter.ai/docs/app-attribution, checked in November 2026.
"""

from collections.abc import Mapping

ALLOWED_HEADERS = (
    "HTTP-Referer",  # the app's address, its identity
    "X-OpenRouter-Title",  # the app's name
    "X-OpenRouter-Categories",  # such as "cli-agent,programming"
    "X-Title",  # the older name of X-OpenRouter-Title, still accepted
)
MAX_VALUE_LENGTH = 1024  # characters

_BY_LOWER_CASE = {name.lower(): name for name in ALLOWED_HEADERS}


def validate_headers(headers: Mapping[str, str] | None) -> dict[str, str]:
    """Return `headers` under their official spelling.

    Raises `ValueError` for a header that is not one of `ALLOWED_HEADERS` or came twice,
    and for a value that is empty, too long, not ASCII, or could start another header.
    """
    if headers is None:
        return {}
    if not isinstance(headers, Mapping):
        raise ValueError(
            f"`extra_headers` is a {type(headers).__name__}: a dict of names and "
            'values was wanted, as in {"X-OpenRouter-Title": "My app"}.'
        )
    checked = {_official(name): _safe(name, headers[name]) for name in headers}
    if len(checked) < len(headers):
        raise ValueError(
            "A header came twice, in two spellings: one of them would be lost. "
            f"Wanted were different ones of {', '.join(ALLOWED_HEADERS)}."
        )
    return checked


def _official(name: str) -> str:
    official = _BY_LOWER_CASE.get(name.lower()) if isinstance(name, str) else None
    if official is None:
        raise ValueError(
            f"The header {ascii(name)[:60]} is not sent: allowed are "
            f"{', '.join(f'`{allowed}`' for allowed in ALLOWED_HEADERS)}. "
            "To tag requests, use `settings` with `extra_body` and `metadata`."
        )
    return official


def _safe(name: str, value: str) -> str:
    if not isinstance(value, str) or not value.strip():
        fault = f"is {'empty' if isinstance(value, str) else type(value).__name__}"
    elif not (value.isascii() and value.isprintable()):
        fault = "holds a line break, a control character or a letter outside ASCII"
    elif len(value) > MAX_VALUE_LENGTH:
        fault = f"has {len(value)} characters, {MAX_VALUE_LENGTH} are allowed"
    else:
        return value.strip()  # HTTP allows no spaces around a value
    raise ValueError(
        f"The value of the header `{name}` {fault}: plain text on one line was wanted."
    )
