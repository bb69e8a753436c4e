"""The catalogue as programs read it: what the ORM would find, by the engine's own statements."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from catalog.models import Product
from search import selectors
from search.engine import listing
from search.engine.filters import resolve
from search.engine.types import NO_FILTERS, Filters
from tests.engine.oracle import products
from tests.factories import add_photo, make_category, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> list[Product]:
    """Twelve products, of which every fourth is a draft."""
    home = make_category("Home")
    lamps = make_category("Lamps", parent=home)
    made = [
        make_product(
            sku=f"P{number}",
            category=(home, lamps, None)[number % 3],
            tags=(("colour:red", "colour:blue")[number % 2], *(("sale",) if number < 4 else ())),
            price=Decimal(number),
            stock=number % 5,
            status="draft" if number % 4 == 3 else "active",
        )
        for number in range(12)
    ]
    add_photo(made[1], seed=1)
    return made


@pytest.mark.parametrize(
    "filters",
    [
        NO_FILTERS,
        Filters(category="home"),
        Filters(tags=("sale", "colour:red")),
        Filters(any_tags=("sale", "colour:blue"), in_stock=True),
        Filters(not_tags=("sale",), price_min=Decimal(3), price_max=Decimal(9)),
        Filters(category="lamps", facet_tags=("colour:red", "colour:blue", "sale")),
    ],
)
def test_a_list_is_what_passes_the_newest_first(shop: list[Product], filters: Filters) -> None:
    passing = [product.sku for product in products(resolve(filters)).order_by("-pk")]

    listed, more = selectors.list_products(filters=filters, k=100)

    assert [row.summary.sku for row in listed] == passing
    assert passing
    assert more is None


def test_it_goes_on_behind_an_id(shop: list[Product]) -> None:
    before = shop[6].pk

    listed, more = selectors.list_products(before=before, k=3)

    assert [row.summary.sku for row in listed] == ["P5", "P4", "P2"]
    assert more == shop[2].pk


@pytest.mark.parametrize(
    ("statuses", "skus"),
    [
        (["draft"], ["P11", "P7", "P3"]),
        (["archived"], []),
        (selectors.EVERY_STATUS, [f"P{number}" for number in range(11, -1, -1)]),
    ],
)
def test_statuses_are_asked_for_by_name(
    shop: list[Product], statuses: list[str], skus: list[str]
) -> None:
    listed, more = selectors.list_products(statuses=statuses, k=20)

    assert [row.summary.sku for row in listed] == skus
    assert more is None


def test_a_list_takes_three_statements(
    shop: list[Product], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        listed, _more = selectors.list_products(k=20)
        assert sum(row.picture is not None for row in listed) == 1


def test_a_product_that_goes_meanwhile_does_not_end_the_list(
    shop: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is deleted between the statement for the ids and that for the rows."""
    rows_of = listing.product_rows

    def late(page: Any, *, statuses: Any) -> Any:
        Product.objects.filter(pk=page[0].product_id).delete()
        return rows_of(page, statuses=statuses)

    monkeypatch.setattr(listing, "product_rows", late)
    listed, more = selectors.list_products(k=3)

    assert [row.summary.sku for row in listed] == ["P9", "P8"]
    assert more == shop[8].pk


def test_details_are_what_the_orm_loads(
    shop: list[Product], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    add_photo(shop[1], seed=2)
    loaded = Product.objects.with_relations().get(sku="P1")

    with django_assert_num_queries(3):
        found = selectors.get_product("P1")
        assert found == loaded
        assert found is not None
        assert vars(found).keys() >= {"description", "title", "updated_at"}
        assert found.category == loaded.category
        assert list(found.tags.all()) == list(loaded.tags.all())
        assert list(found.images.all()) == list(loaded.images.all())
        assert found.main_image == loaded.main_image


def test_details_are_of_published_products_unless_others_are_asked_for(shop: list[Product]) -> None:
    assert selectors.get_product("P3") is None
    assert selectors.get_product("P3", statuses=selectors.EVERY_STATUS) == shop[3]
    assert selectors.get_product("none", statuses=selectors.EVERY_STATUS) is None
