"""Whether a JSON schema is one at all: each word with the right kind of value."""

from typing import Any

KINDS = ("object", "array", "string", "integer", "number", "boolean", "null")
# Words that hold schemas by name, in a list, or one.
NAMED = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
LISTED = ("allOf", "anyOf", "oneOf", "prefixItems")
SINGLE = (
    *("items", "additionalProperties", "propertyNames", "contains"),
    *("not", "if", "then", "else"),
)
COUNTS = (
    *("minLength", "maxLength", "minItems", "maxItems"),
    *("minContains", "maxContains", "minProperties", "maxProperties"),
)
EDGES = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
TEXTS = ("$ref", "pattern", "format")


class UnfillableError(ValueError):
    """No value was found for a schema, or it is no schema."""


def is_number(value: Any) -> bool:
    """Whether `value` is a number to JSON; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def need(ok: bool, word: str) -> None:
    """Raises `UnfillableError` that names `word`, unless it is `ok`."""
    if not ok:
        raise UnfillableError(f"`{word}` has a value of the wrong kind")


def check(schema: Any) -> None:
    """Raises `UnfillableError` if `schema`, or a schema in it, is malformed."""
    if isinstance(schema, bool):
        return
    need(isinstance(schema, dict), "schema")
    for word, value in schema.items():
        check_value(word, value)
        for inner in schemas_in(word, value):
            check(inner)


def check_value(word: str, value: Any) -> None:
    """The value of one word, schemas within it left aside."""
    if word == "type":
        kinds = value if isinstance(value, list) else [value]
        need(all(kind in KINDS for kind in kinds), word)
    elif word in COUNTS:
        need(is_number(value) and value >= 0, word)
    elif word in EDGES:
        need(is_number(value) and (word != "multipleOf" or value > 0), word)
    elif word in TEXTS:
        need(isinstance(value, str), word)
    elif word in NAMED:
        need(isinstance(value, dict), word)
    elif word == "enum" or word in LISTED:
        need(isinstance(value, list), word)
    elif word == "required":
        need(are_names(value), word)
    elif word == "dependentRequired":
        need(isinstance(value, dict) and all(map(are_names, value.values())), word)


def are_names(value: Any) -> bool:
    """Whether `value` is a list of strings."""
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def schemas_in(word: str, value: Any) -> list[Any]:
    """The schemas that `word` holds."""
    if word in NAMED:
        return list(value.values())
    if word in LISTED:
        return list(value)
    return [value] if word in SINGLE else []
