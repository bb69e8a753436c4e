"""Reading a running shop's catalogue with the client."""

from __future__ import annotations

from typing import Any

import pytest

from lookalike_client import Conflict, Filters, NotFound
from lookalike_client.answers import FullProduct, ListedProduct
from tests.client.test_searching import skus
from tests.factories import add_photo, make_product


def test_all_products_are_one_iteration_newest_first(client: Any):
    listed = list(client.products(k=2))

    assert skus(listed) == ["BLUE-1", "RED-2", "RED-1"]
    assert {type(each) for each in listed} == {ListedProduct}
    assert skus(client.products(k=1, filters=Filters(tags=["colour:red"]))) == ["RED-2", "RED-1"]


def test_a_page_of_products_can_be_had_by_itself(client: Any):
    page = client.product_page(k=1)

    assert skus(page.results) == ["BLUE-1"]
    assert page.next is not None


def test_a_product_is_told_in_full(client: Any):
    product = client.product("RED-1")

    assert type(product) is FullProduct
    assert (product.title, product.price, product.tags) == (
        "Red shoe",
        "10.50",
        ("sale", "colour:red"),
    )
    assert [image.alt for image in product.images] == ["Red shoe from the front"]


@pytest.mark.parametrize("sku", ["A/B", "A B?", "Größe#7", "..", ".", "a%2Fb", "&k=1"])
def test_any_sku_is_one_step_of_the_address(client: Any, sku: str):
    make_product(sku=sku)

    assert client.product(sku).sku == sku


def test_similar_products_are_found_and_narrowed(client: Any):
    assert sorted(skus(client.similar("RED-1").results)) == ["BLUE-1", "RED-2"]
    assert skus(client.similar("RED-1", filters=Filters(in_stock=True), k=1).results) == ["RED-2"]
    assert len(list(client.iter_results(client.similar("RED-1", k=1)))) == 2


def test_a_tag_with_a_comma_is_one_tag(client: Any):
    make_product(sku="COMMA", tags=(r"a,b\c",))

    assert skus(client.products(filters=Filters(any_tags=[r"a,b\c", "sale"]))) == ["COMMA", "RED-1"]


def test_an_unknown_product_is_not_found(client: Any):
    with pytest.raises(NotFound) as caught:
        client.product("NONE")

    assert (caught.value.code, caught.value.field) == ("unknown_product", "sku")


def test_a_conflict_that_time_mends_says_when_and_is_not_waited_for(client: Any):
    add_photo(make_product(sku="FRESH"), seed=9)

    with pytest.raises(Conflict) as caught:
        client.similar("FRESH")

    assert (caught.value.code, caught.value.retry_after) == ("not_indexed_yet", 5.0)
