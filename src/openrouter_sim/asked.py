"""A chat request as the simulator reads it: one view on the JSON, already checked."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from openrouter_sim import tokens

Json = dict[str, Any]
TOKENS_PER_MESSAGE = 3
TOKENS_PER_IMAGE = 85


@dataclass(frozen=True)
class Asked:
    """The body of a POST /chat/completions, whose types `checks` has looked at."""

    body: Json

    @cached_property
    def names(self) -> list[str]:
        """The models to try, in order, each once."""
        first = self.body.get("model")
        names = [first] if first else []
        return list(dict.fromkeys([*names, *(self.body.get("models") or [])]))

    @property
    def messages(self) -> list[Json]:
        """The conversation so far."""
        messages: list[Json] = self.body["messages"]
        return messages

    @property
    def streamed(self) -> bool:
        """Whether the reply is to come piece by piece."""
        return bool(self.body.get("stream"))

    @property
    def max_tokens(self) -> int | None:
        """At which token the reply is cut off."""
        limit = self.body.get("max_completion_tokens") or self.body.get("max_tokens")
        return None if limit is None else int(limit)

    @property
    def stops(self) -> list[str]:
        """Texts before which the reply ends."""
        stop = self.body.get("stop") or []
        return [stop] if isinstance(stop, str) else [text for text in stop if text]

    @property
    def functions(self) -> list[Json]:
        """The tools that are functions: name, description, parameters."""
        tools = self.body.get("tools") or []
        return [tool["function"] for tool in tools if tool.get("type") == "function"]

    @cached_property
    def question(self) -> str:
        """What the user said last."""
        said = [text_of(message) for message in self.messages if is_user(message)]
        return said[-1] if said else ""

    @cached_property
    def results(self) -> list[Json]:
        """The tools' results since the user spoke last, oldest first."""
        found: list[Json] = []
        for message in self.messages:
            if message["role"] == "tool":
                found.append(message)
            elif is_user(message):
                found = []
        return found

    @property
    def has_images(self) -> bool:
        """Whether a message shows an image."""
        return any(part_types(message) & {"image_url"} for message in self.messages)

    @cached_property
    def tokens(self) -> int:
        """How many prompt tokens the whole request is."""
        spoken = sum(map(tokens_of, self.messages))
        extras = [self.body.get("tools"), self.body.get("response_format")]
        texts = [json.dumps(extra) for extra in extras if extra]
        return spoken + sum(map(tokens.count, texts))


def is_user(message: Json) -> bool:
    """Whether the user says this."""
    return bool(message["role"] == "user")


def parts_of(message: Json) -> list[Json]:
    """The content of `message` as a list of parts."""
    content = message.get("content")
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return content or []


def part_types(message: Json) -> set[str]:
    """Which kinds of parts `message` has: text, image_url, and so on."""
    return {part["type"] for part in parts_of(message)}


def text_of(message: Json) -> str:
    """The text of `message`, its other parts left out."""
    texts = [part.get("text") for part in parts_of(message) if part["type"] == "text"]
    return "\n".join(text for text in texts if isinstance(text, str))


def tokens_of(message: Json) -> int:
    """The prompt tokens of one message, the calls of tools in it included."""
    calls = message.get("tool_calls") or []
    called = tokens.count(json.dumps(calls)) if calls else 0
    images = len([part for part in parts_of(message) if part["type"] != "text"])
    text = tokens.count(text_of(message))
    return TOKENS_PER_MESSAGE + text + called + images * TOKENS_PER_IMAGE
