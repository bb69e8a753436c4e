"""GET and DELETE search/{id}/: parameters are checked like a body."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from tests.api.conftest import SEARCH, Shop
from tests.api.contract import assert_error


@pytest.fixture
def address(client: Client, shop: Shop) -> str:
    answer = client.post(SEARCH, {"text": "crimson"}, content_type="application/json").json()
    return f"{SEARCH}{answer['query_id']}/"


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("k=0", "invalid", "k"),
        ("k=-1", "invalid", "k"),
        ("k=1000000000", "invalid", "k"),
        ("k=NaN", "invalid", "k"),
        ("k=abc", "invalid", "k"),
        ("k=1&k=2", "invalid", "k"),
        ("page=0", "invalid", "page"),
        ("page=-1", "invalid", "page"),
        ("page=x", "invalid", "page"),
        ("page=" + "9" * 5000, "invalid", "page"),
        ("sort=dearest", "invalid", "sort"),
        ("facets=perhaps", "invalid", "facets"),
        ("in_stock=perhaps", "invalid", "in_stock"),
        ("price_min=cheap", "invalid", "price_min"),
        ("price_min=inf", "invalid", "price_min"),
        ("price_min=1e-99999", "invalid", "price_min"),
        ("price_max=-0.01", "invalid", "price_max"),
        ("price_min=9&price_max=1", "invalid", "price_min"),
        ("category=a&category=b", "invalid", "category"),
        ("category=a%00b", "invalid", "category"),
        ("category=no-such", "unknown_filter", "category"),
        ("tags=no:such", "unknown_filter", "tags"),
        ("any_tags=colour:red,no:such", "unknown_filter", "any_tags"),
        ("tags=a%00b", "invalid", "tags"),
        ("tags=" + "x" * 142, "invalid", "tags"),
        ("tags=" + ",".join(map(str, range(51))), "invalid", "tags"),
        ("tag=sale", "unknown_field", "tag"),
        ("format=xml", "unknown_field", "format"),
        ("%FF%FE=1", "unknown_field", "\ufffd\ufffd"),
    ],
)
def test_a_bad_parameter_is_named(client: Client, address: str, query: str, code: str, field: str):
    assert_error(client.get(f"{address}?{query}"), 400, code, field)


def test_a_near_miss_is_offered(client: Client, address: str):
    error = assert_error(client.get(f"{address}?tags=colour:rad"), 400, "unknown_filter", "tags")
    assert "colour:red" in error["message"]
    error = assert_error(client.get(f"{address}?pages=2"), 400, "unknown_field", "pages")
    assert "Did you mean page?" in error["message"]


def test_empty_parameters_count_as_not_given(client: Client, address: str):
    query = "tags=&category=&price_min=&price_max=&in_stock=&sort=&k=&page="
    assert client.get(f"{address}?{query}").json()["total"] == 1


def test_a_query_that_never_was(client: Client, db: None):
    address = f"{SEARCH}{uuid.uuid4()}/"
    assert_error(client.get(address), 410, "query_expired", "query_id")


def test_an_address_that_is_no_query(client: Client):
    assert_error(client.get(f"{SEARCH}not-a-uuid/"), 404, "not_found")
