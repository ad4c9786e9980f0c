"""Replies in JSON: after a `response_format`, or after a schema in the instructions."""

import json
from typing import Any

from openrouter_sim import speech
from openrouter_sim.asked import Asked, text_of
from openrouter_sim.calls import filled
from openrouter_sim.errors import ApiError

SCHEMA_WORDS = {"properties", "$ref", "$defs", "anyOf", "oneOf", "enum"}


def formatted(asked: Asked, name: str) -> str | None:
    """The reply as JSON text, or None where plain text is asked for."""
    wanted = asked.body.get("response_format") or {}
    if wanted.get("type") == "json_schema":
        return as_json(filled(schema_of(wanted), asked, "response_format"))
    schema = schema_in_instructions(asked)
    if schema is not None:
        return as_json(filled(schema, asked, "the instructions"))
    if wanted.get("type") == "json_object":
        return as_json({"answer": speech.say(name, asked)})
    return None


def as_json(value: Any) -> str:
    """`value` as JSON text."""
    return json.dumps(value, ensure_ascii=False)


def schema_of(wanted: dict[str, Any]) -> Any:
    """The schema of a `response_format`. Raises `ApiError` 400 if it has none."""
    described = wanted.get("json_schema")
    if not isinstance(described, dict) or not isinstance(described.get("name"), str):
        raise ApiError(
            400,
            "Invalid input: `response_format.json_schema` needs a name and a schema",
        )
    return described.get("schema", {})


def schema_in_instructions(asked: Asked) -> dict[str, Any] | None:
    """A JSON schema in the instructions' text: PydanticAI's prompted output."""
    for message in asked.messages:
        text = text_of(message) if message["role"] in ("system", "developer") else ""
        if "JSON" in text and (found := first_schema(text)):
            return found
    return None


def first_schema(text: str) -> dict[str, Any] | None:
    """The first JSON object in `text` that looks like a schema."""
    decoder, start = json.JSONDecoder(), text.find("{")
    while start >= 0:
        try:
            found, _ = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            return None
        if isinstance(found, dict) and SCHEMA_WORDS & set(found):
            return found
        start = text.find("{", start + 1)
    return None
