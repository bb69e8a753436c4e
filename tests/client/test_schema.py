"""Client and schema say the same: each operation, each thing that can be asked, each answer."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from inspect import getmembers, isfunction
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import httpx
import pytest
from jsonschema import Draft202012Validator

from lookalike_client import AsyncLookalike, Example, Filters, Lookalike, answers
from lookalike_client.calls import Call, Request
from lookalike_client.operations import catalogue, searching
from lookalike_client.wire import Shop
from tests.api import contract

ID = "5f2b7c1e-9d0a-4c57-8f43-0e6f2a1b9c3d"
FILTERS = Filters(
    tags=["a"],
    any_tags=["b"],
    not_tags=["c"],
    facet_tags=["d"],
    category="shoes",
    price_min="1",
    price_max=2.5,
    in_stock=True,
    colours=["red"],
)
REFINED: dict[str, Any] = {
    "filters": FILTERS,
    "sort": "price",
    "k": 3,
    "facets": True,
    "min_similarity": 0.5,
    "colour_weight": 0.3,
    "texture_weight": 0.2,
    "shape_weight": 0.1,
}
BOX = (0.1, 0.2, 0.3, 0.4)
EXAMPLES = [
    Example(photo=b"photo", crop=BOX, weight=-0.5),
    Example(product="A"),
    Example(query_id=ID),
]
# By the operation's id: calls that leave nothing out.
EVERYTHING: dict[str, list[Call[Any]]] = {
    "search": [
        searching.search(b"photo", crop=BOX, text="red", product="A", query_id=ID, **REFINED),
        searching.search(text="red", product="A", query_id=ID, crop=BOX, **REFINED),
        searching.search(images=EXAMPLES),
    ],
    "search_results": [searching.results(ID, page=2, **REFINED)],
    "search_feedback": [searching.feedback(ID, like=["A"], dislike=["B"], **REFINED)],
    "search_forget": [searching.forget(ID)],
    "products": [catalogue.product_page(cursor="MTEy", k=3, filters=FILTERS)],
    "product": [catalogue.product("A")],
    "similar_products": [catalogue.similar("A", page=2, **REFINED)],
}
TYPES = {
    name
    for name, kind in vars(answers).items()
    if dataclasses.is_dataclass(kind) and not name.startswith("_")
}
# A photo outside a form is base64, which only examples need: alone it goes as a form's file.
OTHERWISE = {"search": {"image_base64"}}


def operations() -> dict[str, tuple[str, str, dict[str, Any]]]:
    return {
        operation["operationId"]: (method.upper(), path, operation)
        for path, methods in contract.schema()["paths"].items()
        for method, operation in methods.items()
    }


def test_every_operation_has_its_calls():
    assert set(EVERYTHING) == set(operations())


@pytest.mark.parametrize("name", EVERYTHING)
def test_everything_that_can_be_asked_can_be_asked_with_the_client(name: str):
    _, _, operation = operations()[name]
    requests = [call.request for call in EVERYTHING[name]]

    in_query = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"}
    assert {name for each in requests for name in each.query} == in_query
    bodies = operation.get("requestBody", {}).get("content", {})
    in_bodies = {field for body in bodies.values() for field in _properties(body["schema"])}
    sent = {field for each in requests for field in _sent(each)}
    assert sent | OTHERWISE.get(name, set()) == in_bodies


@pytest.mark.parametrize("name", EVERYTHING)
def test_each_call_goes_to_its_operation_in_a_body_that_fits(name: str):
    method, path, operation = operations()[name]
    for call in EVERYTHING[name]:
        request = call.request
        assert request.method == method
        assert _fits(f"/api/v1/{request.path}", path)
        if request.json is not None:
            body = operation["requestBody"]["content"]["application/json"]["schema"]
            _validator(body).validate(request.json)


def test_the_parts_of_a_question_are_those_of_the_schema():
    [searched] = [
        call.request.json for call in EVERYTHING["search"] if "images" in (call.request.json or {})
    ]
    assert set(FILTERS.given()) == _properties({"$ref": "#/components/schemas/Filters"})
    given = {field for example in searched["images"] for field in example}
    assert given == _properties({"$ref": "#/components/schemas/Example"})


def test_both_clients_have_the_same_methods_with_the_same_parameters():
    assert _methods(Lookalike) == _methods(AsyncLookalike)
    made = {call.__qualname__ for module in (catalogue, searching) for call in _made(module)}
    assert made == set(_methods(Lookalike))


@pytest.mark.parametrize("component", sorted(TYPES))
def test_each_answer_has_the_fields_of_its_component(component: str):
    kind = getattr(answers, component)
    expected = contract.schema()["components"]["schemas"][component]
    assert set(expected["required"]) == set(expected["properties"])
    hints = get_type_hints(kind)
    assert {field.name: _type(hints[field.name]) for field in dataclasses.fields(kind)} == {
        name: _schema_type(each) for name, each in expected["properties"].items()
    }


def test_every_answer_of_the_schema_has_a_type():
    answered = {
        component
        for _, _, operation in operations().values()
        for status, response in operation["responses"].items()
        if status < "300"
        for content in response.get("content", {}).values()
        for component in _components(content["schema"])
    }
    assert answered == TYPES


def test_a_form_is_sent_as_the_schema_has_it():
    [form, *_] = EVERYTHING["search"]
    request = Shop("http://shop.example").request(
        form.request, request_id="id", timeout=httpx.Timeout(1)
    )
    body = request.read().decode()

    assert request.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert 'name="image"; filename="photo"' in body
    assert json.loads(form.request.form["filters"]) == FILTERS.given()
    assert (form.request.form["crop"], form.request.form["facets"]) == ("0.1,0.2,0.3,0.4", "true")


def _sent(request: Request) -> set[str]:
    photo = {"image"} if request.photo is not None else set()
    return photo | set(request.form or ()) | set(request.json or ())


def _fits(sent: str, template: str) -> bool:
    steps, wanted = sent.split("/"), template.split("/")
    return len(steps) == len(wanted) and all(
        want.startswith("{") or step == want for step, want in zip(steps, wanted, strict=True)
    )


def _validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": contract.schema()["components"]})


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    return contract.schema()["components"]["schemas"][_name(schema)]


def _name(schema: dict[str, Any]) -> str:
    return str(schema["$ref"].rpartition("/")[2])


def _properties(schema: dict[str, Any]) -> set[str]:
    return set(_resolved(schema)["properties"])


def _components(schema: Any) -> Iterator[str]:
    """The names of the objects that an answer is made of."""
    if isinstance(schema, list):
        for each in schema:
            yield from _components(each)
    elif isinstance(schema, dict):
        if "$ref" in schema and "properties" in _resolved(schema):
            yield _name(schema)
            yield from _components(_resolved(schema))
        for each in schema.values():
            yield from _components(each)


def _methods(kind: type) -> dict[str, Any]:
    public = getmembers(kind, lambda each: isfunction(each) and hasattr(each, "__wrapped__"))
    return {name: each.__wrapped__.__annotations__ for name, each in public}


def _made(module: Any) -> Iterator[Callable[..., Any]]:
    for name, each in getmembers(module, isfunction):
        if each.__module__ == module.__name__ and not name.startswith("_"):
            yield each


def _type(kind: Any) -> Any:
    """A type of the client in the words of `_schema_type`."""
    if dataclasses.is_dataclass(kind):
        return kind.__name__
    if get_origin(kind) in {UnionType, Union}:
        [inner] = [each for each in get_args(kind) if each is not NoneType]
        return {"null", _type(inner)}
    if get_origin(kind) is tuple:
        return ("list", _type(get_args(kind)[0]))
    if get_origin(kind) is dict:
        return ("map", _type(get_args(kind)[1]))
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


def _schema_type(schema: dict[str, Any]) -> Any:
    if "$ref" in schema:
        resolved = _resolved(schema)
        return _name(schema) if "properties" in resolved else _schema_type(resolved)
    for key in ("oneOf", "allOf"):
        if key in schema:
            return _joined([_schema_type(each) for each in schema[key]])
    if "enum" in schema:
        return frozenset(schema["enum"])
    kind = schema.get("type", "any")
    if isinstance(kind, list):
        return _joined([_schema_type({**schema, "type": each}) for each in kind])
    if kind == "array":
        return ("list", _schema_type(schema["items"]))
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return ("map", _schema_type(schema["additionalProperties"]))
    return "date-time" if schema.get("format") == "date-time" else kind


def _joined(kinds: list[Any]) -> Any:
    """One of several: words together, or a type and null."""
    if all(isinstance(each, frozenset) for each in kinds):
        return frozenset().union(*kinds)
    return kinds[0] if len(kinds) == 1 else set(kinds)
