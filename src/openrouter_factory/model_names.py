"""The grammar of OpenRouter model names, and errors that help to mend a wrong one.

Knows how a name is written; does not know whether a model exists. Only the service
knows that, and it changes by the week.

    openai/gpt-4o                       provider/model
    google/gemma-4-31b-it:free          … with a variant
    ~anthropic/claude-sonnet-latest     a moving alias
    openrouter/auto                     a router: the service picks the model
    @preset/my-preset                   a preset kept in your account
    openai/gpt-4o@preset/my-preset      a model, then a preset

Source: https://openrouter.ai/docs, checked in November 2026.
"""

import re

from openrouter_factory.api_keys import may_hold_key
from openrouter_factory.model_info import close_model_names
from openrouter_factory.name_parts import shown

MAX_LENGTH = 128  # characters; the longest name seen in a catalogue has 61

_PRESET = r"@preset/[a-z0-9][a-z0-9_-]*"
_MODEL = r"~?[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9._-]*(?::[a-z0-9][a-z0-9-]*)?"
_NAME = re.compile(rf"{_MODEL}(?:{_PRESET})?|{_PRESET}")


def validate_model_name(name: str) -> str:
    """Return `name` if it is written as OpenRouter writes names.

    Raises `ValueError` that says what came, what was wanted and what may be meant.
    """
    if not isinstance(name, str) or not name.strip():
        came = "an empty text" if isinstance(name, str) else f"a {type(name).__name__}"
        raise ValueError(
            f"A model name is missing: {came} came, a name in the form "
            "`provider/model` was wanted, as in `openai/gpt-4o`."
        )
    if len(name) <= MAX_LENGTH and ".." not in name and _NAME.fullmatch(name):
        return name
    if may_hold_key(name):
        raise ValueError(
            "The model name looks like an API key (so it is not shown here). The name "
            "comes first, then the key: `create_openrouter_model(model_name, api_key)`."
        )
    raise ValueError(f"{shown(name)} is not an OpenRouter model name: {_fault(name)}")


def _fault(name: str) -> str:
    if len(name) > MAX_LENGTH:
        return f"it has {len(name)} characters, {MAX_LENGTH} are allowed."
    if "://" in name:
        return "it is a URL. Give the part after the host, as in `openai/gpt-4o`."
    if "/" not in name:
        wanted = "names have the form `provider/model`, as in `openai/gpt-4o`."
    else:
        wanted = (
            "`provider/model` may hold a-z, 0-9, `-`, `.`, `_` and one `:variant`, "
            "with no space and no capital letter."
        )
    return wanted + _suggestion(name)


def _suggestion(name: str) -> str:
    meant = close_model_names(name)
    return f" Did you mean {' or '.join(f'`{m}`' for m in meant)}?" if meant else ""
