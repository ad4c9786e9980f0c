"""What a schema asks for at first sight: its types, its options, several as one."""

import re
from typing import Any

Schema = dict[str, Any]


def without(schema: Schema, *keys: str) -> Schema:
    """`schema` with `keys` left out."""
    return {key: value for key, value in schema.items() if key not in keys}


def merged(first: Any, second: Any) -> Any:
    """One schema that asks for what both ask for, as far as a dictionary can say it."""
    if not (isinstance(first, dict) and isinstance(second, dict)):
        return first if isinstance(first, dict) else second
    both = first | second
    if "properties" in first and "properties" in second:
        both["properties"] = first["properties"] | second["properties"]
    for key in ("required", "allOf"):
        if key in first and key in second:
            both[key] = [*first[key], *second[key]]
    for key in ("minimum", "minLength", "minItems"):
        if key in first and key in second:
            both[key] = max(first[key], second[key])
    for key in ("maximum", "maxLength", "maxItems"):
        if key in first and key in second:
            both[key] = min(first[key], second[key])
    return both


def ordered(options: list[Any], *, simple: bool) -> list[Any]:
    """The options of a union: null last, or, where it must be `simple`, first."""
    if simple:
        return sorted(options, key=weight)
    return sorted(options, key=lambda option: bool(weight(option) == 0))


def weight(option: Any) -> int:
    """How much an option can lead to: null nothing, a plain type little."""
    if not isinstance(option, dict):
        return 1
    if option.get("type") == "null":
        return 0
    return 1 if option.get("type") in ("string", "integer", "number", "boolean") else 2


def is_required(schema: Schema, key: str) -> bool:
    """Whether an object must have the property `key`."""
    return key in schema.get("required", [])


def kinds(schema: Schema) -> list[str]:
    """The types of `schema`, null last; guessed from its other words if it has none."""
    given = schema.get("type")
    if isinstance(given, str):
        return [given]
    if given:
        return sorted(given, key=lambda kind: bool(kind == "null"))
    if {"properties", "additionalProperties", "patternProperties"} & set(schema):
        return ["object"]
    if "items" in schema or "prefixItems" in schema:
        return ["array"]
    if {"minimum", "maximum", "multipleOf"} & set(schema):
        return ["number"]
    return ["string", "object", "array", "number", "boolean", "null"]


def part_for(key: str, schema: Schema) -> Any:
    """The schema of a property that an object does not name itself."""
    for pattern, part in schema.get("patternProperties", {}).items():
        if re.search(pattern, key):
            return part
    return schema.get("additionalProperties", {})
