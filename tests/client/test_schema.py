"""Client and schema say the same: each operation, each thing that can be asked, each answer."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from inspect import getmembers, isfunction
from typing import Any, get_type_hints

import httpx
import pytest
from jsonschema import Draft202012Validator

from lookalike_client import AsyncLookalike, Example, Filters, Lookalike, Picture, answers
from lookalike_client.calls import Call, Request
from lookalike_client.operations import catalogue, hooks, images, searching, writing
from lookalike_client.wire import Shop
from tests.api import contract
from tests.client.schema_words import (
    components_of,
    properties_of,
    words_of_schema,
    words_of_type,
)

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
    "explain": True,
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
PAGED = {**REFINED, "page": 2, "fields": ["sku", "image.url"]}
QUESTION = {"text": "red", "product": "A", "query_id": ID, "crop": BOX, **REFINED}
TAG = '"3fa8"'
PARTS: dict[str, Any] = {
    "description": "Light canvas.",
    "category": "Shoes > Canvas",
    "tags": ("colour:red",),
    "currency": "EUR",
    "stock": None,
    "status": "draft",
}
WHOLE = {**PARTS, "title": "Canvas shoe", "price": Decimal("49.90")}
EVENTS = ["image.ready", "product.deleted"]
[LINES] = [writing.bulk([{"sku": "A", **WHOLE}, {"sku": "B", "delete": True}]).first]
# By the operation's id: calls that leave nothing out.
EVERYTHING: dict[str, list[Call[Any]]] = {
    "search": [
        searching.search(b"photo", **QUESTION),
        searching.search(**QUESTION),
        searching.search(images=EXAMPLES),
    ],
    "search_batch": [
        searching.search_batch([{"photo": b"photo", **QUESTION}, {"images": EXAMPLES}])
    ],
    "embeddings": [
        searching.embed(Picture(b"photo", BOX), encoding="base64"),
        searching.embed(b"photo", Picture(b"another", BOX)),
    ],
    "search_results": [searching.results(ID, **PAGED)],
    "search_feedback": [searching.feedback(ID, like=["A"], dislike=["B"], **REFINED)],
    "search_forget": [searching.forget(ID)],
    "products": [
        catalogue.product_page(
            cursor="MTEy", k=3, status="draft", filters=FILTERS, fields=["sku", "image"]
        )
    ],
    "product": [catalogue.product("A", fields=["sku"], if_none_match=TAG)],
    "similar_products": [catalogue.similar("A", **PAGED)],
    "put_product": [writing.put_product("A", if_match=TAG, if_none_match="*", **WHOLE)],
    "patch_product": [writing.patch_product("A", if_match=TAG, **WHOLE)],
    "delete_product": [writing.delete_product("A", if_match=TAG)],
    "bulk_products": [LINES],
    "add_image": [images.add_image("A", b"photo", alt="A shoe", position=1)],
    "image": [images.image(112, wait=10, if_none_match=TAG)],
    "delete_image": [images.delete_image(112, if_match=TAG)],
    "webhooks": [hooks.webhook_page(cursor="MTEy", k=3)],
    "webhook_create": [
        hooks.create_webhook("https://a.example", EVENTS, description="ERP", enabled=True)
    ],
    "webhook": [hooks.webhook(3)],
    "webhook_change": [
        hooks.change_webhook(
            3, url="https://a.example", events=EVENTS, description="ERP", enabled=False
        )
    ],
    "webhook_delete": [hooks.delete_webhook(3)],
    "webhook_ping": [hooks.ping_webhook(3)],
    "webhook_deliveries": [hooks.delivery_page(3, cursor="MTEy", k=3, state="failed")],
    "delivery_replay": [hooks.replay(4711)],
}
TYPES = {
    name
    for name, kind in vars(answers).items()
    if dataclasses.is_dataclass(kind) and not name.startswith("_")
}
# A photo outside a form is base64, which only examples need: alone it goes as a form's file. A SKU
# stands in the address, and one photo's crop in its form.
OTHERWISE = {
    "search": {"image_base64"},
    "embeddings": {"image_base64"},
    "add_image": {"image_base64"},
    "put_product": {"sku"},
    "patch_product": {"sku"},
}
MODULES = (catalogue, hooks, images, searching, writing)


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

    taken = {(each["in"], each["name"]) for each in operation.get("parameters", ())}
    sent_beside = {("query", name) for each in requests for name in each.query}
    sent_beside |= {("header", name) for each in requests for name in each.headers}
    assert sent_beside == {each for each in taken if each[0] != "path"}
    bodies = operation.get("requestBody", {}).get("content", {})
    in_bodies = {field for body in bodies.values() for field in properties_of(body["schema"])}
    sent = {field for each in requests for field in _sent(each)}
    assert sent | OTHERWISE.get(name, set()) == in_bodies


@pytest.mark.parametrize("name", EVERYTHING)
def test_each_call_goes_to_its_operation_in_a_body_that_fits(name: str):
    method, path, operation = operations()[name]
    for call in EVERYTHING[name]:
        request = call.request
        assert request.method == method
        assert _fits(f"/api/v1/{request.path}", path)
        bodies = operation.get("requestBody", {}).get("content", {})
        if request.json is not None:
            _validator(bodies["application/json"]["schema"]).validate(request.json)
        for line in _lines(request):
            _validator(bodies["application/x-ndjson"]["schema"]).validate(line)


def test_every_call_may_be_sent_again():
    """Reads, searches, and writes under a key or whose second attempt finds the first."""
    for name, calls in EVERYTHING.items():
        harmless = name.startswith("search") or name in {"bulk_products", "embeddings"}
        for call in calls:
            keyed = "Idempotency-Key" in call.request.headers
            assert keyed or harmless or call.request.method == "GET", name


@pytest.mark.parametrize(
    "call", ["put_product", "add_image", "delete_image", "create_webhook", "ping_webhook"]
)
def test_each_write_has_a_key_of_its_own(call: str):
    make = {
        "put_product": lambda **key: writing.put_product("A", title="A", price=1, **key),
        "add_image": lambda **key: images.add_image("A", b"photo", **key),
        "delete_image": lambda **key: images.delete_image(3, **key),
        "create_webhook": lambda **key: hooks.create_webhook("https://a.example", EVENTS, **key),
        "ping_webhook": lambda **key: hooks.ping_webhook(3, **key),
    }[call]
    keys = {make().request.headers["Idempotency-Key"] for _ in range(2)}
    assert len(keys) == 2
    assert make(idempotency_key="mine").request.headers["Idempotency-Key"] == "mine"


def test_the_parts_of_a_question_are_those_of_the_schema():
    [searched] = [
        call.request.json for call in EVERYTHING["search"] if "images" in (call.request.json or {})
    ]
    assert set(FILTERS.given()) == properties_of({"$ref": "#/components/schemas/Filters"})
    given = {field for example in searched["images"] for field in example}
    assert given == properties_of({"$ref": "#/components/schemas/Example"})
    [_, several] = EVERYTHING["embeddings"]
    given = {field for picture in several.request.json["images"] for field in picture}
    assert given == properties_of({"$ref": "#/components/schemas/Picture"})
    [batch] = EVERYTHING["search_batch"]
    given = {field for query in batch.request.json["queries"] for field in query}
    assert given == properties_of({"$ref": "#/components/schemas/Search"})


def test_both_clients_have_the_same_methods_with_the_same_parameters():
    assert _methods(Lookalike) == _methods(AsyncLookalike)
    made = {call.__qualname__ for module in MODULES for call in _made(module)}
    assert made == set(_methods(Lookalike))


@pytest.mark.parametrize("component", sorted(TYPES))
def test_each_answer_has_the_fields_of_its_component(component: str):
    kind = getattr(answers, component)
    expected = contract.schema()["components"]["schemas"][component]
    assert set(expected["required"]) == set(expected["properties"])
    hints = get_type_hints(kind)
    assert {name: words_of_type(each) for name, each in hints.items() if name != "etag"} == {
        name: words_of_schema(each) for name, each in expected["properties"].items()
    }


def test_what_comes_with_an_etag_has_one():
    tagged = {
        component
        for _, _, operation in operations().values()
        for status, response in operation["responses"].items()
        if status < "300" and "ETag" in response.get("headers", ())
        for content in response["content"].values()
        for component in components_of(content["schema"])
        if content["schema"]["$ref"].endswith(f"/{component}")
    }
    assert {name for name in TYPES if "etag" in get_type_hints(getattr(answers, name))} == tagged


def test_every_answer_of_the_schema_has_a_type():
    answered = {
        component
        for _, _, operation in operations().values()
        for status, response in operation["responses"].items()
        if status < "300"
        for content in response.get("content", {}).values()
        for component in components_of(content["schema"])
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
    in_lines = {field for line in _lines(request) for field in line}
    return photo | set(request.form or ()) | set(request.json or ()) | in_lines


def _lines(request: Request) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (request.lines or b"").splitlines()]


def _fits(sent: str, template: str) -> bool:
    steps, wanted = sent.split("/"), template.split("/")
    return len(steps) == len(wanted) and all(
        want.startswith("{") or step == want for step, want in zip(steps, wanted, strict=True)
    )


def _validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": contract.schema()["components"]})


def _methods(kind: type) -> dict[str, Any]:
    public = getmembers(kind, lambda each: isfunction(each) and hasattr(each, "__wrapped__"))
    return {name: each.__wrapped__.__annotations__ for name, each in public}


def _made(module: Any) -> Iterator[Callable[..., Any]]:
    for name, each in getmembers(module, isfunction):
        if each.__module__ == module.__name__ and not name.startswith("_"):
            yield each
