"""The schema and the client's types in the same words, so that they can be compared."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from tests.api import contract

# Words that grow with every version: to a client they are text.
OPEN = {"CodeEnum"}
VECTOR = {("list", "number"), "string"}


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    return contract.schema()["components"]["schemas"][name_of(schema)]


def name_of(schema: dict[str, Any]) -> str:
    return str(schema["$ref"].rpartition("/")[2])


def properties_of(schema: dict[str, Any]) -> set[str]:
    return set(resolved(schema)["properties"])


def components_of(schema: Any) -> Iterator[str]:
    """The names of the objects that an answer is made of."""
    if isinstance(schema, list):
        for each in schema:
            yield from components_of(each)
    elif isinstance(schema, dict):
        if "$ref" in schema:
            meant = resolved(schema)
            if "properties" in meant:
                yield name_of(schema)
            yield from components_of(meant)
        for each in schema.values():
            yield from components_of(each)


def words_of_type(kind: Any) -> Any:
    """A type of the client in the words of `words_of_schema`."""
    if dataclasses.is_dataclass(kind):
        return kind.__name__
    if get_origin(kind) in {UnionType, Union}:
        [inner] = [each for each in get_args(kind) if each is not NoneType]
        return {"null", words_of_type(inner)}
    if get_origin(kind) is tuple:
        return ("list", words_of_type(get_args(kind)[0]))
    if get_origin(kind) is Sequence:
        return VECTOR
    if get_origin(kind) is dict:
        return ("map", words_of_type(get_args(kind)[1]))
    if get_origin(kind) is Literal:
        return frozenset(get_args(kind))
    return _PLAIN[kind]


_PLAIN = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    datetime: "date-time",
    Any: "any",
}


def words_of_schema(schema: dict[str, Any]) -> Any:
    """What a value is: `string`, `("list", "integer")`, the name of a component, a set of words or
    of such types."""
    if "$ref" in schema:
        return _words_of_component(schema)
    for key in ("oneOf", "allOf"):
        if key in schema:
            return joined([words_of_schema(each) for each in schema[key]])
    if "enum" in schema:
        return frozenset(schema["enum"])
    kind = schema.get("type", "any")
    if isinstance(kind, list):
        return joined([words_of_schema({**schema, "type": each}) for each in kind])
    if kind == "array":
        return ("list", words_of_schema(schema["items"]))
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return ("map", words_of_schema(schema["additionalProperties"]))
    return "date-time" if (kind, schema.get("format")) == ("string", "date-time") else kind


def _words_of_component(schema: dict[str, Any]) -> Any:
    if name_of(schema) in OPEN:
        return "string"
    meant = resolved(schema)
    return name_of(schema) if "properties" in meant else words_of_schema(meant)


def joined(kinds: list[Any]) -> Any:
    """One of several: words together, or a type and null."""
    if all(isinstance(each, frozenset) for each in kinds):
        return frozenset().union(*kinds)
    return kinds[0] if len(kinds) == 1 else set(kinds)
