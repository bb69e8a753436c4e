"""fields=: answers with the parts that are wanted."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from search.api import sparse
from search.api.shapes import FullProductSerializer, HitSerializer
from search.inputs import UnknownField
from tests.api.conftest import PRODUCTS, SEARCH, Shop, send_json
from tests.api.contract import assert_error

RED = f"{PRODUCTS}RED-1/"


def test_a_product(client: Client, shop: Shop):
    whole = client.get(RED).json()
    answer = client.get(f"{RED}?fields=title,images.url,images.id,sku,title").json()
    [image] = whole["images"]
    assert answer == {
        "title": "Red shoe",
        "images": [{"url": image["url"], "id": image["id"]}],
        "sku": "RED-1",
    }
    for name in whole:
        assert client.get(f"{RED}?fields={name}").json() == {name: whole[name]}


@pytest.mark.parametrize("fields", ["", ",", " , "])
def test_none_are_all(client: Client, shop: Shop, fields: str):
    assert client.get(RED, {"fields": fields}).json() == client.get(RED).json()


def test_a_list_and_what_follows_it(client: Client, shop: Shop):
    wanted = "sku,image.thumbnail"
    first = client.get(PRODUCTS, {"fields": wanted, "k": "2"}).json()
    second = client.get(first["next"]).json()
    for product in first["results"] + second["results"]:
        assert set(product) == {"sku", "image"}
        assert set(product["image"]) == {"thumbnail"}
    assert "fields=sku,image.thumbnail" in first["next"]


def test_a_product_without_image_has_none(client: Client, shop: Shop):
    shop.blue.images.all().delete()
    [blue] = client.get(f"{PRODUCTS}?fields=image.url&not_tags=colour:red").json()["results"]
    assert blue == {"image": None}


def test_hits_of_a_query_and_of_a_product(client: Client, shop: Shop):
    query_id = send_json(client.post, SEARCH, {"product": "RED-1"}).json()["query_id"]
    for path in (f"{SEARCH}{query_id}/", f"{RED}similar/"):
        address, hits = f"{path}?fields=sku,distance&k=1", []
        while address:
            answer = client.get(address).json()
            hits += answer["results"]
            address = answer["next"]
        assert sorted(hit["sku"] for hit in hits) == ["BLUE-1", "RED-2"]
        assert {tuple(hit) for hit in hits} == {("sku", "distance")}


@pytest.mark.parametrize(
    "path", [RED, PRODUCTS, f"{RED}similar/", f"{SEARCH}00000000-0000-0000-0000-000000000001/"]
)
def test_an_unknown_one_is_told_with_the_nearest(client: Client, shop: Shop, path: str):
    error = assert_error(client.get(path, {"fields": "sku,titel"}), 400, "unknown_field", "fields")
    assert "Did you mean title?" in error["message"]


@pytest.mark.parametrize("fields", ["image.file", "sku.x", "image.url.x", ".", "a" * 300, "image."])
def test_what_is_no_name(client: Client, db: None, fields: str):
    assert_error(client.get(PRODUCTS, {"fields": fields}), 400, "unknown_field", "fields")


def test_too_many(client: Client, db: None):
    fields = ",".join(f"x{number}" for number in range(51))
    assert_error(client.get(PRODUCTS, {"fields": fields}), 400, "invalid", "fields")


def test_every_name_of_a_shape_is_known():
    names = sparse.known_fields(HitSerializer)
    assert {"sku", "image", "image.url", "distance", "band"} <= set(names)
    assert "images.width" in sparse.known_fields(FullProductSerializer)


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        (["image", "image.url"], ("image",)),
        (["image.url", "image", "sku"], ("image", "sku")),
        ([" sku ", "sku"], ("sku",)),
        ([], ()),
    ],
)
def test_a_name_stands_for_all_below_it(names: list[str], kept: tuple[str, ...]):
    assert sparse.make_fields(names, of=HitSerializer) == kept


def test_a_body_may_name_them_as_well():
    with pytest.raises(UnknownField) as refused:
        sparse.make_fields(["skuu"], of=HitSerializer)
    assert refused.value.field == "fields"


def test_only_of_nothing_is_everything():
    shown: dict[str, Any] = {"a": [{"b": 1, "c": 2}], "d": None}
    assert sparse.only((), shown) is shown
    assert sparse.only(("a.b", "d.e"), shown) == {"a": [{"b": 1}], "d": None}
