"""Whether a value fits a JSON schema: a validator, small enough to be read.

Covers draft 2020-12 but for `unevaluated…`, anchors, and references out of the schema;
`format` is only a wish there. A full validator takes a second to import where Jupyter
is installed, too long for the first reply in a lesson.
"""

import operator
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any
from urllib.parse import unquote

from openrouter_sim.wellformed import UnfillableError, is_number

Schema = dict[str, Any]
PLAIN = {"object": dict, "array": list, "string": str, "boolean": bool}
LENGTHS: dict[str, tuple[type[Any], Callable[[Any, Any], bool]]] = {
    "minLength": (str, operator.ge),
    "maxLength": (str, operator.le),
    "minItems": (list, operator.ge),
    "maxItems": (list, operator.le),
    "minProperties": (dict, operator.ge),
    "maxProperties": (dict, operator.le),
}
EDGES: dict[str, Callable[[Any, Any], bool]] = {
    "minimum": operator.ge,
    "maximum": operator.le,
    "exclusiveMinimum": operator.gt,
    "exclusiveMaximum": operator.lt,
}


def is_kind(value: Any, kind: str) -> bool:
    """Whether `value` is of the JSON type `kind`; 1.0 is an integer, too."""
    if kind in ("number", "integer"):
        return is_number(value) and (kind == "number" or value == int(value))
    return value is None if kind == "null" else isinstance(value, PLAIN[kind])


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON; true is not 1, but 1.0 is."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    return bool(one == other)


def is_multiple(value: Any, step: Any) -> bool:
    """Whether `value` is a multiple of `step` as written, and as floats see it."""
    exact = Fraction(str(value)) / Fraction(str(step))
    return exact.denominator == 1 and float(value / step).is_integer()


class Judge:
    """Judges values by `root`, and by the schemas within it."""

    def __init__(self, root: Any) -> None:
        self.root = root

    def resolve(self, reference: str) -> Any:
        """What `reference` points at. Raises `UnfillableError` for nothing."""
        found = self.root if reference.startswith("#") else None
        for part in unquote(reference).split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            if isinstance(found, list) and key.isdecimal():
                found = dict(enumerate(found)).get(int(key))
            else:
                found = found.get(key) if isinstance(found, dict) else None
        if not isinstance(found, dict | bool) or reference.strip("#")[:1] not in "/":
            raise UnfillableError(f"`{reference[:60]}` is not in it")
        return found

    def fits(self, value: Any, schema: Any) -> bool:
        """Whether `value` is valid for `schema`."""
        if isinstance(schema, bool):
            return schema
        return (
            self.is_listed(value, schema)
            and self.is_sized(value, schema)
            and self.is_combined(value, schema)
            and (not isinstance(value, dict) or self.has_properties(value, schema))
            and (not isinstance(value, list) or self.has_items(value, schema))
        )

    def is_listed(self, value: Any, schema: Schema) -> bool:
        """Type, const and enum."""
        kinds = schema.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        return (
            ("type" not in schema or any(is_kind(value, kind) for kind in kinds))
            and ("const" not in schema or same(value, schema["const"]))
            and ("enum" not in schema or any(same(value, e) for e in schema["enum"]))
        )

    def is_sized(self, value: Any, schema: Schema) -> bool:
        """Lengths, edges, steps and patterns."""
        for word, (kind, holds) in LENGTHS.items():
            measured = word in schema and isinstance(value, kind)
            if measured and not holds(len(value), schema[word]):
                return False
        if is_number(value):
            edges = [
                holds(value, schema[w]) for w, holds in EDGES.items() if w in schema
            ]
            step = schema.get("multipleOf")
            return all(edges) and (step is None or is_multiple(value, step))
        if isinstance(value, str) and "pattern" in schema:
            return re.search(schema["pattern"], value) is not None
        return True

    def is_combined(self, value: Any, schema: Schema) -> bool:
        """References, and schemas made of schemas."""
        if "$ref" in schema and not self.fits(value, self.resolve(schema["$ref"])):
            return False
        if not all(self.fits(value, part) for part in schema.get("allOf", [])):
            return False
        if "anyOf" in schema and not any(self.fits(value, p) for p in schema["anyOf"]):
            return False
        if "oneOf" in schema and sum(self.fits(value, p) for p in schema["oneOf"]) != 1:
            return False
        if "not" in schema and self.fits(value, schema["not"]):
            return False
        if "if" in schema:
            branch = "then" if self.fits(value, schema["if"]) else "else"
            return self.fits(value, schema.get(branch, True))
        return True

    def has_properties(self, value: Schema, schema: Schema) -> bool:
        """The properties of an object, and their names."""
        if not set(schema.get("required", [])) <= value.keys():
            return False
        names = schema.get("propertyNames", True)
        if not all(self.fits(name, names) for name in value):
            return False
        for name, needed in schema.get("dependentRequired", {}).items():
            if name in value and not set(needed) <= value.keys():
                return False
        for name, part in schema.get("dependentSchemas", {}).items():
            if name in value and not self.fits(value, part):
                return False
        return all(
            self.fits(item, part)
            for name, item in value.items()
            for part in parts_for(name, schema)
        )

    def has_items(self, value: list[Any], schema: Schema) -> bool:
        """The items of an array."""
        first = schema.get("prefixItems", [])
        rest = schema.get("items", True)
        parts = [*first[: len(value)], *[rest] * (len(value) - len(first))]
        if not all(map(self.fits, value, parts)):
            return False
        if "contains" in schema:
            found = sum(self.fits(item, schema["contains"]) for item in value)
            most = schema.get("maxContains", len(value))
            if not schema.get("minContains", 1) <= found <= most:
                return False
        pairs = enumerate(value) if schema.get("uniqueItems") else ()
        return not any(same(item, other) for i, item in pairs for other in value[:i])


def parts_for(name: str, schema: Schema) -> list[Any]:
    """The schemas that the property `name` of an object is subject to."""
    parts = [part for key, part in schema.get("properties", {}).items() if key == name]
    for pattern, part in schema.get("patternProperties", {}).items():
        if re.search(pattern, name):
            parts.append(part)
    return parts or [schema.get("additionalProperties", True)]
