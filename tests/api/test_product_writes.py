"""PUT, PATCH and DELETE of products/{sku}/."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Category, Product, ProductImage, Tag
from search.models import EmbeddingJob, ImageEmbedding
from tests.api.conftest import PRODUCTS, Shop, send_json
from tests.api.contract import assert_error, assert_fits
from tests.api.keys import with_key
from tests.factories import make_category, make_product

HOST = "http://testserver"
LAMP = f"{PRODUCTS}LAMP-1/"
LEAST = {"title": "Desk lamp", "price": "49.90"}


def test_put_creates_a_product_and_says_where_it_is(writer: Client):
    body = {
        **LEAST,
        "description": "Bright.",
        "category": "Home > Lamps",
        "tags": ["colour:red", "sale", "colour:red"],
        "currency": "chf",
        "stock": 7,
        "status": "draft",
    }
    response = send_json(writer.put, LAMP, body)
    answer = response.json()
    assert_fits(answer, "FullProduct")
    assert response.status_code == 201
    assert response["Location"] == response["Content-Location"] == HOST + LAMP
    assert {name: answer[name] for name in body} == {
        **body,
        "category": "lamps",
        "tags": ["sale", "colour:red"],
        "currency": "CHF",
    }
    product = Product.objects.get(sku="LAMP-1")
    assert product.price == Decimal("49.90")
    assert product.category == Category.objects.get(parent__name="Home", name="Lamps")


def test_put_replaces_all_but_the_images(writer: Client, shop: Shop):
    response = send_json(writer.put, f"{PRODUCTS}RED-1/", LEAST)
    answer = response.json()
    assert response.status_code == 200
    assert "Location" not in response
    assert [image["id"] for image in answer["images"]] == [shop.red.images.get().pk]
    told = ("title", "price", "category", "tags", "stock", "status", "currency", "description")
    assert [answer[name] for name in told] == [
        *("Desk lamp", "49.90", None, [], 0, "active", "EUR", "")
    ]
    assert answer["url"] == f"{HOST}/p/{shop.red.slug}/"


def test_what_was_read_can_be_written_back(writer: Client, shop: Shop):
    address = f"{PRODUCTS}RED-1/"
    read = writer.get(address)
    writable = ("sku", "title", "description", "category", "tags", "price", "currency", "stock")
    body = {name: read.json()[name] for name in (*writable, "status")}
    written = send_json(writer.put, address, body)
    assert (written.status_code, written.json()) == (200, read.json())
    assert written["ETag"] == read["ETag"]


def test_patch_changes_what_is_named_and_nothing_else(writer: Client, shop: Shop):
    before = writer.get(f"{PRODUCTS}RED-1/").json()
    response = send_json(writer.patch, f"{PRODUCTS}RED-1/", {"price": 9, "tags": ["sale"]})
    assert response.status_code == 200
    assert response.json() == {**before, "price": "9.00", "tags": ["sale"]}
    assert send_json(writer.patch, f"{PRODUCTS}RED-1/", {}).json() == response.json()


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("description", ""),
        ("category", None),
        ("tags", []),
        ("currency", "EUR"),
        ("stock", 0),
        ("status", "active"),
    ],
)
def test_null_takes_a_value_back_to_its_default(writer: Client, name: str, default: Any):
    full = {"description": "x", "category": "> A", "tags": ["t"], "currency": "USD", "stock": 3}
    send_json(writer.put, LAMP, {**LEAST, **full, "status": "archived"})
    answer = send_json(writer.patch, LAMP, {name: None}).json()
    assert answer[name] == default


@pytest.mark.parametrize("name", ["title", "price"])
def test_title_and_price_have_no_default(writer: Client, name: str):
    assert_error(send_json(writer.put, LAMP, {**LEAST, name: None}), 400, "invalid", name)
    rest = {key: value for key, value in LEAST.items() if key != name}
    assert_error(send_json(writer.put, LAMP, rest), 400, "invalid", name)
    send_json(writer.put, LAMP, LEAST)
    assert_error(send_json(writer.patch, LAMP, {name: None}), 400, "invalid", name)


def test_a_category_is_a_slug_or_a_way(writer: Client):
    home = make_category("Home")
    lamps = make_category("Lamps", parent=home, slug="all-lamps")

    def put_into(category: str) -> Any:
        return send_json(writer.put, LAMP, {**LEAST, "category": category}).json()["category"]

    assert put_into("all-lamps") == "all-lamps"
    assert put_into(" Home >Lamps ") == "all-lamps"
    assert put_into("> Home") == "home"
    assert put_into("") is None
    assert Category.objects.count() == 2
    assert put_into("> Garden") == "garden"
    assert put_into("Lamps > Reading") == "reading"
    assert set(Category.objects.filter(parent=None).values_list("name", flat=True)) == {
        *("Home", "Garden", "Lamps")
    }
    lamps.refresh_from_db()


def test_a_slug_that_is_not_there_is_not_made(writer: Client):
    make_category("Lamps")
    error = assert_error(
        send_json(writer.put, LAMP, {**LEAST, "category": "lamp"}), 400, "invalid", "category"
    )
    assert "Did you mean lamps?" in error["message"]
    assert (Category.objects.count(), Product.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("price", "stored"),
    [("49.9", "49.90"), (49.9, "49.90"), (0, "0.00"), (50.0, "50.00"), ("9999999999.99",) * 2],
)
def test_a_price_is_text_or_a_number(writer: Client, price: Any, stored: str):
    assert send_json(writer.put, LAMP, {**LEAST, "price": price}).json()["price"] == stored


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("price", value) for value in (True, "", "x", -1, "1.001", 1.001, 1e10, 1e300, [])),
        *(("title", value) for value in ("", "  ", 5, "x" * 201, "a\0b", "\ud800", {})),
        *(("stock", value) for value in (-1, 1.5, True, "x", 10**9, 10**30)),
        *(("status", value) for value in ("gone", "", 1)),
        *(("currency", value) for value in ("EURO", "E1R", "", 1)),
        *(("category", value) for value in ("A > > B", "A >", 7, "A > " + "x" * 121)),
        *(("tags", value) for value in ("red", ["a:"], [""], [1], [None], ["x" * 81])),
        ("category", " > ".join("abcdefghijklmnopqrstuvwxyz")),
        ("tags", ["x"] * 201),
        ("description", ["x"]),
        ("sku", "OTHER"),
    ],
)
def test_a_value_that_makes_no_sense(writer: Client, name: str, value: Any):
    for caller in (writer.put, writer.patch):
        error = send_json(caller, LAMP, {**LEAST, name: value}).json()["error"]
        assert error["code"] == "invalid"
        assert error["field"].partition("[")[0] == name
    assert not Product.objects.exists()
    assert not Category.objects.exists()
    assert not Tag.objects.exists()


def test_an_unknown_field_is_refused_with_the_nearest(writer: Client):
    error = assert_error(
        send_json(writer.put, LAMP, {**LEAST, "titel": "x"}), 400, "unknown_field", "titel"
    )
    assert "Did you mean title?" in error["message"]
    assert_error(writer.put(f"{LAMP}?x=1"), 400, "unknown_field", "x")


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        ("{", "application/json", 400, "malformed"),
        ("[]", "application/json", 400, "malformed"),
        ('"x"', "application/json", 400, "malformed"),
        ("title=x", "text/plain", 415, "unsupported_media_type"),
    ],
)
def test_a_body_that_is_none(writer: Client, body: str, kind: str, status: int, code: str):
    for caller in (writer.put, writer.patch):
        assert_error(caller(LAMP, body, content_type=kind), status, code)


@pytest.mark.parametrize("sku", ["x" * 65, " A", "A ", "a\0b", "a\nb", "a\u200bb"])
def test_a_sku_that_no_product_can_have(writer: Client, sku: str):
    address = reverse("api:product", args=[sku])
    assert_error(send_json(writer.put, address, LEAST), 400, "invalid", "sku")
    for answer in (send_json(writer.patch, address, {}), writer.delete(address)):
        assert_error(answer, 404, "unknown_product", "sku")


@pytest.mark.parametrize("sku", ["A/B", "with space", "Größe 7", "a%b", "?#&"])
def test_any_other_sku_can_be_written(writer: Client, sku: str):
    address = reverse("api:product", args=[sku])
    created = send_json(writer.put, address, LEAST)
    assert (created.status_code, created["Location"]) == (201, HOST + address)
    assert writer.get(created["Location"]).json()["sku"] == sku
    assert writer.delete(address).status_code == 204


def test_delete_takes_images_files_and_vectors_along(
    writer: Client, shop: Shop, media_folder: Path, django_capture_on_commit_callbacks: Any
):
    others = [shop.crimson.images.get(), shop.blue.images.get()]
    with django_capture_on_commit_callbacks(execute=True):
        response = writer.delete(f"{PRODUCTS}RED-1/")
    assert (response.status_code, response.content) == (204, b"")
    assert list(ProductImage.objects.order_by("pk")) == others
    for model in (EmbeddingJob, ImageEmbedding):
        assert set(model.objects.values_list("image_id", flat=True)) == {x.pk for x in others}
    assert len(list(media_folder.rglob("full.jpg"))) == 2
    assert_error(writer.delete(f"{PRODUCTS}RED-1/"), 404, "unknown_product", "sku")
    assert_error(send_json(writer.patch, f"{PRODUCTS}RED-1/", {}), 404, "unknown_product", "sku")


def test_a_key_that_only_reads_sees_no_draft_and_no_stock(writer: Client, client: Client):
    make_product(sku="DRAFT", status="draft", stock=4)
    make_product(sku="OLD", status="archived")
    make_product(sku="NOW", stock=3)
    for caller in (client, with_key(client, "read", "search")):
        assert_error(caller.get(f"{PRODUCTS}DRAFT/"), 404, "unknown_product", "sku")
        answer = caller.get(f"{PRODUCTS}NOW/").json()
        assert (answer["stock"], answer["status"]) == (None, "active")
        assert_error(caller.get(f"{PRODUCTS}?status=draft"), 403, "missing_scope", "status")
        assert [
            each["sku"] for each in caller.get(f"{PRODUCTS}?status=active").json()["results"]
        ] == ["NOW"]
    answer = writer.get(f"{PRODUCTS}DRAFT/").json()
    assert_fits(answer, "FullProduct")
    assert (answer["stock"], answer["status"]) == (4, "draft")


@pytest.mark.parametrize(
    ("status", "skus"),
    [
        ("", ["NOW"]),
        ("active", ["NOW"]),
        ("draft", ["DRAFT"]),
        ("archived", ["OLD"]),
        ("any", ["NOW", "OLD", "DRAFT"]),
    ],
)
def test_a_writer_lists_products_of_any_status(writer: Client, status: str, skus: list[str]):
    for sku, each in (("DRAFT", "draft"), ("OLD", "archived"), ("NOW", "active")):
        make_product(sku=sku, status=each)
    found, address = [], f"{PRODUCTS}?k=1&status={status}"
    while address:
        answer = writer.get(address).json()
        found += [each["sku"] for each in answer["results"]]
        address = answer["next"]
    assert found == skus
    assert_error(writer.get(f"{PRODUCTS}?status=x"), 400, "invalid", "status")
