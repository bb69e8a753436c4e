"""GET products/, products/{sku}/, products/{sku}/similar/."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.api.conftest import PRODUCTS, Shop
from tests.api.contract import assert_error, assert_fits
from tests.factories import make_product

HOST = "http://testserver"


def skus(answer: dict) -> list[str]:
    return [each["sku"] for each in answer["results"]]


def test_the_list_is_newest_first_and_tells_of_the_main_image(client: Client, shop: Shop):
    make_product(sku="BARE", title="No image")
    make_product(sku="DRAFT", status="draft")
    answer = client.get(PRODUCTS).json()
    assert_fits(answer, "ProductList")
    assert skus(answer) == ["BARE", "BLUE-1", "RED-2", "RED-1"]
    assert answer["next"] is None
    assert answer["results"][0]["image"] is None
    image = shop.blue.images.get()
    assert answer["results"][1] == {
        "sku": "BLUE-1",
        "title": "Blue bag",
        "url": f"{HOST}/p/{shop.blue.slug}/",
        "price": "30.00",
        "currency": "EUR",
        "in_stock": False,
        "category": None,
        "tags": ["colour:blue"],
        "image": {
            "id": image.pk,
            "url": f"{HOST}{image.file.url}",
            "thumbnail": f"{HOST}{image.thumbnail_url(480)}",
        },
    }


def test_next_goes_on_where_the_page_ended_whatever_came_or_went(client: Client, shop: Shop):
    first = client.get(f"{PRODUCTS}?k=1&not_tags=sale").json()
    make_product(sku="NEWER")
    shop.blue.delete()
    second = client.get(first["next"]).json()
    assert (skus(first), skus(second), second["next"]) == (["BLUE-1"], ["RED-2"], None)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("tags=colour:red&tags=sale", ["RED-1"]),
        ("tags=colour:red,sale", ["RED-1"]),
        ("any_tags=sale,colour:blue", ["BLUE-1", "RED-1"]),
        ("not_tags=colour:red", ["BLUE-1"]),
        ("category=clothes", ["RED-2", "RED-1"]),
        ("price_min=20&price_max=20.00", ["RED-2"]),
        ("in_stock=true", ["RED-2", "RED-1"]),
    ],
)
def test_filters_narrow_the_list(client: Client, shop: Shop, query: str, expected: list[str]):
    assert skus(client.get(f"{PRODUCTS}?{query}").json()) == expected


def test_a_tag_with_a_comma_survives_the_way_through_next(client: Client, shop: Shop):
    for number in range(2):
        make_product(sku=f"COMMA-{number}", tags=("size:1,5 m",))
    first = client.get(PRODUCTS, {"tags": r"size:1\,5 m", "k": "1"}).json()
    second = client.get(first["next"]).json()
    assert skus(first) + skus(second) == ["COMMA-1", "COMMA-0"]


@pytest.mark.parametrize(
    "cursor", ["x", "!!", "größe", "LTU", "MA", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "YWJj", "%00"]
)
def test_a_foreign_cursor(client: Client, db: None, cursor: str):
    assert_error(client.get(f"{PRODUCTS}?cursor={cursor}"), 400, "invalid", "cursor")


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("k=0", "invalid", "k"),
        ("k=101", "invalid", "k"),
        ("page=2", "unknown_field", "page"),
        ("category=none", "unknown_filter", "category"),
    ],
)
def test_a_bad_parameter(client: Client, db: None, query: str, code: str, field: str):
    assert_error(client.get(f"{PRODUCTS}?{query}"), 400, code, field)


def test_a_product_tells_all_of_itself(client: Client, shop: Shop):
    answer = client.get(f"{PRODUCTS}RED-1/").json()
    assert_fits(answer, "FullProduct")
    image = shop.red.images.get()
    assert answer == {
        "sku": "RED-1",
        "title": "Red shoe",
        "url": f"{HOST}/p/{shop.red.slug}/",
        "price": "10.50",
        "currency": "EUR",
        "in_stock": True,
        "category": "shoes",
        "tags": ["sale", "colour:red"],
        "stock": None,
        "status": "active",
        "description": "",
        "images": [
            {
                "id": image.pk,
                "url": f"{HOST}{image.file.url}",
                "thumbnail": f"{HOST}{image.thumbnail_url(480)}",
                "alt": "Red shoe from the front",
                "width": 320,
                "height": 240,
            }
        ],
        "similar": f"{HOST}{PRODUCTS}RED-1/similar/",
    }


@pytest.mark.parametrize("sku", ["A/B", "with space", "Größe 7", "a%b", "a\nb", "x/similar"])
def test_any_sku_has_an_address(client: Client, shop: Shop, sku: str):
    shop.red.sku = sku
    shop.red.save()
    answer = client.get(PRODUCTS).json()
    assert sku in skus(answer)
    found = client.post("/api/v1/search/", {"product": sku}, content_type="application/json").json()
    assert found["total"] == 2
    if sku != "x/similar":
        own = client.get(reverse("api:product", args=[sku])).json()
        assert own["sku"] == sku
        assert client.get(own["similar"]).json()["total"] == 2


def test_a_product_nobody_may_see(client: Client, db: None):
    make_product(sku="DRAFT", status="draft")
    make_product(sku="OLD", status="archived")
    for sku in ("DRAFT", "OLD", "NONE", "a%00b", "a%0Ab"):
        assert_error(client.get(f"{PRODUCTS}{sku}/"), 404, "unknown_product", "sku")
        assert_error(client.get(f"{PRODUCTS}{sku}/similar/"), 404, "unknown_product", "sku")


def test_similar_products_page_by_page(client: Client, shop: Shop):
    first = client.get(f"{PRODUCTS}RED-1/similar/?k=1").json()
    assert_fits(first, "Answer")
    assert first["query_id"] is None
    assert first["next"] == f"{HOST}{PRODUCTS}RED-1/similar/?page=2&k=1&sort=similarity"
    second = client.get(first["next"]).json()
    assert sorted(skus(first) + skus(second)) == ["BLUE-1", "RED-2"]
    assert second["next"] is None


def test_similar_to_a_product_without_vectors(client: Client, shop: Shop):
    make_product(sku="BARE")
    response = client.get(f"{PRODUCTS}BARE/similar/")
    assert_error(response, 409, "not_indexed_yet")
    assert response["Retry-After"] == "5"


def test_the_number_of_queries_does_not_grow_with_the_list(
    client: Client, shop: Shop, django_assert_num_queries
):
    with django_assert_num_queries(3):
        client.get(PRODUCTS)
