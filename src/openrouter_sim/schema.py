"""Values for a JSON schema: tried one by one, and judged by a validator.

Covers types, enum and const, objects, arrays, unions, references, and the usual bounds.
What it cannot fill, such as a schema that nothing fits, is refused and never guessed:
a reply that claims to follow a schema does follow it.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from openrouter_sim.amounts import integers, numbers
from openrouter_sim.hints import Hints, mentioned_first
from openrouter_sim.judge import Judge, same
from openrouter_sim.shapes import is_required, kinds, merged, ordered, part_for, without
from openrouter_sim.strings import matching, strings
from openrouter_sim.wellformed import UnfillableError, check

Schema = dict[str, Any]
MAX_STEPS = 5_000
MAX_ITEMS = 1_000
# Deeper than this, only what is required is filled in; far deeper, nothing.
DEEP, TOO_DEEP = 5, 30


def fill(schema: Any, hints: Hints) -> Any:
    """A value that is valid for `schema`. Raises `UnfillableError` if none is found."""
    try:
        check(schema)
        return next(Filler(schema, hints).values(schema, "value", 0))
    except StopIteration:
        raise UnfillableError("no value was found that fits it") from None
    except (re.error, RecursionError, OverflowError) as error:
        raise UnfillableError(str(error)[:200]) from None


class Filler:
    """Fills one schema with the hints of one question."""

    def __init__(self, root: Any, hints: Hints) -> None:
        self.judge = Judge(root)
        self.hints = hints
        self.steps = 0

    def values(self, schema: Any, name: str, depth: int) -> Iterator[Any]:
        """Valid values for `schema`, the most fitting first, each once."""
        seen: list[Any] = []
        for value in self.candidates(schema, name, depth):
            self.steps += 1
            if self.steps > MAX_STEPS:
                raise UnfillableError("it is too intricate")
            known = any(same(value, other) for other in seen)
            if not known and self.judge.fits(value, schema):
                self.hints.use(value)
                seen.append(value)
                yield value

    def candidates(self, schema: Any, name: str, depth: int) -> Iterator[Any]:
        """Values to try for `schema`."""
        if not isinstance(schema, dict):
            schema = {}
        if depth > TOO_DEEP:
            return
        if "const" in schema:
            yield schema["const"]
        elif "enum" in schema:
            yield from mentioned_first(schema["enum"], self.hints)
        elif "$ref" in schema:
            rest = without(schema, "$ref")
            target = self.judge.resolve(schema["$ref"])
            yield from self.candidates(merged(target, rest), name, depth + 1)
        elif "allOf" in schema:
            whole = without(schema, "allOf")
            for part in schema["allOf"]:
                whole = merged(whole, part)
            yield from self.candidates(whole, name, depth + 1)
        elif "anyOf" in schema or "oneOf" in schema:
            key = "anyOf" if "anyOf" in schema else "oneOf"
            for option in ordered(schema[key], simple=depth > DEEP):
                inner = merged(without(schema, key), option)
                yield from self.candidates(inner, name, depth + 1)
        else:
            yield from self.typed(schema, name, depth)

    def typed(self, schema: Schema, name: str, depth: int) -> Iterator[Any]:
        """Values for a schema that has come down to its types."""
        for kind in kinds(schema):
            match kind:
                case "object":
                    yield from self.objects(schema, depth)
                case "array":
                    yield from self.arrays(schema, name, depth)
                case "string":
                    yield from strings(schema, name, list(self.hints.names))
                case "integer":
                    yield from integers(schema, list(self.hints.numbers))
                case "number":
                    yield from numbers(schema, list(self.hints.numbers))
                case "boolean":
                    yield from (True, False)
                case "null":
                    yield None

    def objects(self, schema: Schema, depth: int) -> Iterator[Schema]:
        """Objects with every property filled in, where there is room for it."""
        parts = self.properties(schema, depth)
        filled: Schema = {}
        for key, part in parts.items():
            value = self.property(part, key, depth, required=is_required(schema, key))
            filled |= value
        yield filled
        for key, part in parts.items():
            for other in islice(self.values(part, key, depth + 1), 1, 20):
                yield filled | {key: other}

    def properties(self, schema: Schema, depth: int) -> dict[str, Any]:
        """Which properties to fill, with their schemas."""
        known: dict[str, Any] = dict(schema.get("properties", {}))
        kept = [key for key in known if depth <= DEEP or is_required(schema, key)]
        parts = {key: known[key] for key in kept}
        extra = schema.get("additionalProperties", {})
        wanted = [key for key in schema.get("required", []) if key not in parts]
        least = min(schema.get("minProperties", 0), MAX_ITEMS)
        if not known and (extra or "patternProperties" in schema) and depth <= DEEP:
            least = max(least, 1)
        missing = max(int(least) - len(parts) - len(wanted), 0)
        wanted += islice(self.keys(schema, depth), missing)
        return parts | {key: part_for(key, schema) for key in wanted}

    def keys(self, schema: Schema, depth: int) -> Iterator[str]:
        """Names for properties that the schema does not name itself."""
        if "propertyNames" in schema:
            names = merged({"type": "string"}, schema["propertyNames"])
            yield from self.values(names, "key", depth + 1)
        for pattern in schema.get("patternProperties", {}):
            yield from dict.fromkeys(matching(pattern, 0))
        yield from (f"key{number}" for number in range(1, MAX_ITEMS + 1))

    def property(
        self, schema: Any, name: str, depth: int, *, required: bool
    ) -> dict[str, Any]:
        """One property and its value; an optional one may be left out or default."""
        if not required and self.has_default(schema):
            return {name: schema["default"]}
        found = list(islice(self.values(schema, name, depth + 1), 1))
        return {name: found[0]} if found else {}

    def has_default(self, schema: Any) -> bool:
        """Whether `schema` names a value of its own, and it fits."""
        if not (isinstance(schema, dict) and "default" in schema):
            return False
        return self.judge.fits(schema["default"], schema)

    def arrays(self, schema: Schema, name: str, depth: int) -> Iterator[list[Any]]:
        """Arrays of one item, or of as many as there must be."""
        first = [
            next(self.values(part, name, depth + 1), None)
            for part in schema.get("prefixItems", [])
        ]
        least = int(schema.get("minItems", 0))
        room = int(min(schema.get("maxItems", MAX_ITEMS), MAX_ITEMS))
        count = max(least, 1 if depth <= DEEP else 0, len(first))
        more = min(count, room) - len(first)
        yield first + self.items(schema, name, depth, more)
        yield first[:room]
        if "contains" in schema:
            wanted = schema | {"items": schema["contains"]}
            least = max(least, int(schema.get("minContains", 1)))
            yield self.items(wanted, name, depth, min(least, MAX_ITEMS))
        yield []

    def items(self, schema: Schema, name: str, depth: int, count: int) -> list[Any]:
        """`count` items, all different where they must be."""
        part = schema.get("items", {})
        if count <= 0:
            return []
        found = list(islice(self.values(part, name, depth + 1), count))
        if found and not schema.get("uniqueItems"):
            found += [found[-1]] * (count - len(found))
        return found
