"""A reply that claims to follow a schema does; what nothing fits is refused."""

import datetime as dt
import uuid
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, TypeAdapter

from openrouter_sim.hints import Hints
from openrouter_sim.schema import fill
from openrouter_sim.wellformed import UnfillableError


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: Annotated[int, Field(ge=1, le=9)]


class Dog(BaseModel):
    kind: Literal["dog"]
    name: Annotated[str, Field(min_length=12, max_length=14)]


class Node(BaseModel):
    value: int
    children: list["Node"] = []
    parent: "Node | None" = None


class Bounds(BaseModel):
    over: Annotated[float, Field(gt=2.5)]
    under: Annotated[int, Field(lt=-3)]
    between: Annotated[float, Field(gt=0.1, lt=0.2)]
    step: Annotated[int, Field(multiple_of=7, gt=10, lt=20)]
    cents: Annotated[float, Field(multiple_of=0.25, gt=3)]
    several: Annotated[list[int], Field(min_length=3, max_length=3)]


TYPES: list[Any] = [
    int,
    bool,
    str,
    None,
    float,
    Decimal,
    dt.datetime,
    dt.date,
    dt.time,
    dt.timedelta,
    uuid.UUID,
    Color,
    Literal["only"],
    Literal[1, "two", None],
    Cat,
    Node,
    Bounds,
    Cat | Dog,
    Annotated[Cat | Dog, Field(discriminator="kind")],
    list[Cat | Dog],
    set[Color],
    Annotated[set[Color], Field(min_length=2)],
    Annotated[set[str], Field(min_length=4)],
    Annotated[set[int], Field(min_length=4)],
    tuple[int, str, bool],
    tuple[int, ...],
    dict[str, int],
    dict[Color, int],
    Annotated[dict[str, Cat], Field(min_length=3)],
    dict[Annotated[str, Field(pattern="^x-")], int],
    Annotated[str, Field(pattern=r"^[A-Z]{2}-\d{3,4}$")],
    Annotated[str, Field(pattern=r"^(cat|dog)s?\.[^a-z]+$")],
    Annotated[str, Field(pattern=r"^\w+$", min_length=30)],
    Annotated[str, Field(max_length=3)],
    Annotated[str, Field(min_length=500)],
    Any,
]


@pytest.mark.parametrize("type_", TYPES, ids=str)
def test_what_pydantic_asks_for_is_what_it_gets(type_):
    adapter = TypeAdapter(type_)
    schema = adapter.json_schema()
    adapter.validate_python(fill(schema, Hints("")), strict=False)


SCHEMAS: list[Any] = [
    {"oneOf": [{"type": "integer"}, {"type": "number"}]},
    {"allOf": [{"minimum": 3}, {"type": "integer", "maximum": 3}]},
    {"not": {"type": "string"}},
    {"type": "array", "contains": {"const": 5}, "minContains": 2},
    {"type": "object", "required": ["a", "b"]},
    {"type": "object", "minProperties": 3, "additionalProperties": {"type": "null"}},
    {"type": ["null", "integer"], "minimum": 70},
    {"anyOf": [{"type": "null"}, {"type": "string", "maxLength": 2}], "minLength": 2},
    {"const": {"deep": [1]}},
    {"type": "array", "items": {"enum": [1, 2, 3]}, "minItems": 3, "uniqueItems": True},
    {"type": "string", "format": "email", "maxLength": 5},
    {"patternProperties": {"^x": {"type": "integer"}}, "minProperties": 1},
    {},
    True,
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_other_schemas_are_followed_too(schema):
    from jsonschema import Draft202012Validator

    Draft202012Validator(schema).validate(fill(schema, Hints("")))


@pytest.mark.parametrize(
    "schema",
    [
        False,
        {"enum": []},
        {"type": "integer", "minimum": 5, "maximum": 4},
        {"type": 5},
        {"type": "string", "pattern": "("},
        {"$ref": "#"},
        {"$ref": "#/$defs/Nowhere"},
        {"$ref": "https://example.com/schema.json"},
        {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]},
        {"type": "array", "minItems": 10**9},
        {"type": "string", "minLength": 10**12},
    ],
    ids=str,
)
def test_what_nothing_fits_is_refused(schema):
    with pytest.raises(UnfillableError):
        fill(schema, Hints(""))


def test_the_question_fills_in_what_it_can():
    schema = {
        "type": "object",
        "properties": {
            "city": {"type": "string"},
            "unit": {"enum": ["celsius", "kelvin"]},
            "days": {"type": "integer"},
            "wind": {"type": "number"},
        },
    }
    question = "Is it warm in New York for 3 days, 0.5 m/s, in kelvin?"
    expected = {"city": "New York", "unit": "kelvin", "days": 3, "wind": 0.5}
    assert fill(schema, Hints(question)) == expected


def test_an_optional_property_takes_its_default():
    schema = {"properties": {"unit": {"type": "string", "default": "celsius"}}}
    assert fill(schema, Hints("")) == {"unit": "celsius"}
