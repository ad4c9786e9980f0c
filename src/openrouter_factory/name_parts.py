"""Taking a model name apart.

~anthropic/claude-sonnet-latest     is_moving_alias
openrouter/auto                     is_router
openai/gpt-4o:nitro@preset/mine     base_name  `openai/gpt-4o`
                                    variant_of `nitro`, preset_of `mine`

Looks at the text alone: nothing is looked up, nothing is checked.
"""

from openrouter_factory.api_keys import may_hold_key

_PRESET = "@preset/"


def base_name(name: str) -> str:
    """`name` without variant and preset, which is what a catalogue lists."""
    return name.partition(_PRESET)[0].partition(":")[0]


def provider_of(name: str) -> str:
    """Who made the model: `anthropic` in `~anthropic/claude-sonnet-latest`."""
    return base_name(name).removeprefix("~").partition("/")[0]


def variant_of(name: str) -> str | None:
    """What follows the colon, such as `free`, `nitro`, `floor` or `batch`."""
    return name.partition(_PRESET)[0].partition(":")[2] or None


def preset_of(name: str) -> str | None:
    """The preset of your account that `name` asks for, alone or behind a model."""
    return name.partition(_PRESET)[2] or None


def is_moving_alias(name: str) -> bool:
    """Whether `name` stands for another model every few months, price included."""
    return name.startswith("~")


def is_router(name: str) -> bool:
    """Whether OpenRouter picks the model for each request, as `openrouter/auto` does.

    All names of the provider `openrouter` count: what they cost is not known before.
    """
    return provider_of(name) == "openrouter"


def is_plain(name: str) -> bool:
    """Whether `name` is one model at one price: no alias, router, variant or preset."""
    special = is_moving_alias(name) or is_router(name)
    return not special and name == base_name(name) != ""


def shown(name: str) -> str:
    """`name` made safe to print: on one line, not longer than that, and no key."""
    if may_hold_key(name):
        return "What came (not shown: it may hold an API key)"
    visible = ascii(name)[1:-1]
    return f"`{visible[:60]}…`" if len(visible) > 60 else f"`{visible}`"
