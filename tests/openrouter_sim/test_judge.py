"""The small validator agrees with a full one, on schemas and values of all sorts."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from openrouter_sim.hints import Hints
from openrouter_sim.judge import Judge
from openrouter_sim.schema import fill
from openrouter_sim.wellformed import UnfillableError, check

ATOMS: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    1.0,
    -3,
    2.5,
    14,
    "",
    "a",
    "ab",
    "x-1",
    "éé",
]
KINDS = ["object", "array", "string", "integer", "number", "boolean", "null"]
NAMES = ["a", "b", "x-1"]


def any_value(chance: random.Random, depth: int = 0) -> Any:
    kind = chance.random()
    if depth > 2 or kind < 0.5:
        return chance.choice(ATOMS)
    inner = [any_value(chance, depth + 1) for _ in range(chance.randrange(4))]
    return inner if kind < 0.75 else dict(zip(NAMES, inner, strict=False))


def any_schema(chance: random.Random, depth: int = 0) -> Any:
    if depth > 3 or chance.random() < 0.05:
        return chance.choice([True, False, {}, {"type": chance.choice(KINDS)}])

    def inner() -> Any:
        return any_schema(chance, depth + 1)

    words: dict[str, Callable[[], Any]] = {
        "type": lambda: chance.choice([*KINDS, chance.sample(KINDS, 2)]),
        "const": lambda: any_value(chance),
        "enum": lambda: [any_value(chance), any_value(chance)],
        "minimum": lambda: chance.choice([-4, 0, 1.5]),
        "exclusiveMaximum": lambda: chance.choice([3, 14, 2.5]),
        "multipleOf": lambda: chance.choice([7, 0.5, 2]),
        "minLength": lambda: chance.randrange(3),
        "maxLength": lambda: chance.randrange(3),
        "pattern": lambda: chance.choice(["^x-", "b$", r"^\w*$", "[^a]"]),
        "minItems": lambda: chance.randrange(3),
        "maxItems": lambda: chance.randrange(3),
        "uniqueItems": lambda: chance.random() < 0.7,
        "items": lambda: inner(),
        "prefixItems": lambda: [inner(), inner()],
        "contains": lambda: inner(),
        "minContains": lambda: chance.randrange(3),
        "properties": lambda: {"a": inner(), "b": inner()},
        "required": lambda: chance.sample(NAMES, 1),
        "additionalProperties": lambda: inner(),
        "patternProperties": lambda: {"^x": inner()},
        "propertyNames": lambda: {"maxLength": chance.choice([1, 3])},
        "minProperties": lambda: chance.randrange(3),
        "maxProperties": lambda: chance.randrange(1, 3),
        "dependentRequired": lambda: {"a": ["b"]},
        "dependentSchemas": lambda: {"b": inner()},
        "allOf": lambda: [inner(), inner()],
        "anyOf": lambda: [inner(), inner()],
        "oneOf": lambda: [inner(), inner()],
        "not": lambda: inner(),
        "if": lambda: inner(),
        "then": lambda: inner(),
        "else": lambda: inner(),
        "$ref": lambda: chance.choice(["#/$defs/one", "#/$defs/a~1b"]),
        "description": lambda: "Ignored",
    }
    schema = {word: words[word]() for word in chance.sample(list(words), 3)}
    if depth == 0:
        schema["$defs"] = {"one": {"type": "integer"}, "a/b": {"maxLength": 1}}
    return schema


@pytest.mark.parametrize("seed", range(10))
def test_it_judges_like_a_full_validator(seed):
    chance = random.Random(seed)
    for _ in range(100):
        schema = any_schema(chance)
        check(schema)
        full = Draft202012Validator(schema)
        for _ in range(10):
            value = any_value(chance)
            expected = full.is_valid(value)
            told = json.dumps([schema, value])
            assert Judge(schema).fits(value, schema) == expected, told


@pytest.mark.parametrize("seed", range(10))
def test_what_is_filled_in_satisfies_a_full_validator(seed):
    chance = random.Random(seed)
    filled = 0
    for _ in range(60):
        schema = any_schema(chance)
        try:
            value = fill(schema, Hints("Is it 14 or 2.5 in Oslo?"))
        except UnfillableError:
            continue
        Draft202012Validator(schema).validate(value)
        filled += 1
    assert filled > 30
