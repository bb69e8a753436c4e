"""Whatever the body says: never a 500, always an answer or the one error shape."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import services
from tests.api.conftest import SEARCH, Shop, photo_base64
from tests.api.contract import assert_error, assert_fits

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


def mostly(sensible: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return sensible | anything


tags = mostly(st.lists(st.sampled_from(["colour:red", "sale", "no:such", "", "\0", "%"])))
price = mostly(st.decimals(allow_nan=True).map(str) | st.floats(0, 100, allow_nan=False))
filters = st.fixed_dictionaries(
    {},
    optional={
        "tags": tags,
        "any_tags": tags,
        "not_tags": tags,
        "facet_tags": tags,
        "category": mostly(st.sampled_from(["shoes", "clothes", "none"])),
        "price_min": price,
        "price_max": price,
        "in_stock": mostly(st.booleans()),
        "colour": anything,
    },
)
weights = mostly(st.floats(-1, 1))
examples = st.fixed_dictionaries(
    {},
    optional={
        "image_base64": mostly(st.sampled_from([photo_base64(2), "AAAA"])),
        "product": mostly(st.sampled_from(["RED-1", "BLUE-1", "none"])),
        "query_id": mostly(st.uuids().map(str)),
        "crop": mostly(st.lists(st.floats(0, 1), min_size=4, max_size=4)),
        "weight": weights,
        "surprise": anything,
    },
)
questions = st.fixed_dictionaries(
    {},
    optional={
        "image_base64": mostly(st.sampled_from([photo_base64(1), "data:,", "AAAA"])),
        "product": mostly(st.sampled_from(["RED-1", "none"])),
        "text": mostly(st.text(max_size=20)),
        "query_id": mostly(st.uuids().map(str)),
        "crop": mostly(st.lists(st.floats(0, 1), min_size=4, max_size=4)),
        "filters": mostly(filters),
        "sort": mostly(st.sampled_from(["price", "newest"])),
        "k": mostly(st.integers(1, 100)),
        "facets": mostly(st.booleans()),
        "images": mostly(st.lists(mostly(examples), max_size=9)),
        "min_similarity": weights,
        "surprise": anything,
    },
)


def answers_or_explains(client: Client, body: Any, address: str = SEARCH) -> None:
    response = client.post(address, body, content_type="application/json")
    answer = response.json()
    if response.status_code == 200:
        assert_fits(answer, "Answer")
        return
    assert response.status_code < 500
    error = answer["error"]
    assert_error(response, response.status_code, error["code"], error["field"])


# The database is emptied after the test, not after each example: every example only reads, but
# for its own PhotoQuery.
shared_database = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@shared_database
@given(question=questions)
def test_a_question_of_any_shape(client: Client, shop: Shop, question: dict):
    answers_or_explains(client, json.dumps(question))


@shared_database
@given(images=st.lists(examples, min_size=1, max_size=3))
def test_examples_of_any_shape(client: Client, shop: Shop, images: list):
    answers_or_explains(client, json.dumps({"images": images}))


skus = mostly(st.lists(mostly(st.sampled_from(["RED-1", "BLUE-1", "none", "\0"])), max_size=9))


@shared_database
@given(marks=st.fixed_dictionaries({}, optional={"like": skus, "dislike": skus, "k": anything}))
def test_marks_of_any_shape(client: Client, shop: Shop, marks: dict):
    query, _ = services.photo_query(product=shop.crimson)
    answers_or_explains(client, json.dumps(marks), f"{SEARCH}{query.pk}/feedback/")


@shared_database
@given(question=anything)
def test_any_json(client: Client, shop: Shop, question: Any):
    answers_or_explains(client, json.dumps(question))


@shared_database
@given(body=st.binary(max_size=200))
def test_any_bytes(client: Client, shop: Shop, body: bytes):
    answers_or_explains(client, body)


names = st.sampled_from(
    [
        *("tags", "any_tags", "facet_tags", "category", "price_min", "price_max", "in_stock"),
        *("k", "cursor", "min_similarity", "x"),
    ]
)


@shared_database
@given(params=st.dictionaries(names, st.text(max_size=20), max_size=4))
@pytest.mark.parametrize("address", ["/api/v1/products/", "/api/v1/products/RED-1/similar/"])
def test_any_parameters(client: Client, shop: Shop, address: str, params: dict):
    response = client.get(address, {name: value for name, value in params.items() if value})
    if response.status_code != 200:
        error = response.json()["error"]
        assert_error(response, 400, error["code"], error["field"])
