"""What candidates are counted and sorted by: exact, and the same after it was stored."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Product
from search.engine.price_bands import PriceBand, bands_of
from search.engine.tallies import Survey, Tallies, survey
from tests.engine import gallery
from tests.factories import make_product, make_tag

NOTHING = Tallies(products=0, categories={}, tags={}, in_stock=0, prices=(), currency="")


def ids(*products: Product) -> list[int]:
    return [product.pk for product in products]


def of_prices(*prices: str) -> list[Product]:
    return [make_product(price=Decimal(price)) for price in prices]


def made(product: Product, day: int) -> Product:
    Product.objects.filter(pk=product.pk).update(created_at=datetime(2024, 5, day, tzinfo=UTC))
    return product


@pytest.mark.django_db
def test_everything_is_counted_once() -> None:
    home = gallery.category_path("Home")
    lamps = gallery.category_path("Home", "Lamps")
    one = make_product(category=lamps, tags=("colour:red", "sale"), price=Decimal(12))
    two = make_product(category=home, tags=("colour:red",), price=Decimal(38), stock=0)
    three = make_product(price=Decimal("104.50"))
    make_product(category=home, tags=("colour:red",))

    assert survey(ids(one, two, three)).tallies == Tallies(
        products=3,
        categories={home.pk: 2, lamps.pk: 1},
        tags={make_tag("colour:red").pk: 2, make_tag("sale").pk: 1},
        in_stock=2,
        prices=(
            PriceBand(Decimal(10), Decimal("39.99"), 2),
            PriceBand(Decimal(100), None, 1),
        ),
        currency="EUR",
    )


@pytest.mark.django_db
def test_nothing_is_counted_as_nothing() -> None:
    assert survey([]) == Survey(NOTHING, {"price": [], "-price": [], "newest": []})


@pytest.mark.django_db
def test_what_is_gone_or_withdrawn_counts_nowhere_and_stands_last() -> None:
    there = make_product(price=Decimal(5))
    withdrawn = make_product(price=Decimal(1), tags=("sale",), status="archived")
    gone = make_product(price=Decimal(9))
    found = [gone.pk, there.pk, withdrawn.pk]
    gone.delete()

    result = survey(found)

    assert result.tallies == survey(ids(there)).tallies
    assert result.tallies.products == 1
    assert result.orders == {"price": [1, 0, 2], "-price": [1, 0, 2], "newest": [1, 0, 2]}
    assert survey([withdrawn.pk]).tallies == NOTHING


@pytest.mark.django_db
def test_of_equal_products_the_nearer_one_comes_first() -> None:
    found = [
        made(each, day) for each, day in zip(of_prices(*"32132"), (1, 9, 9, 2, 1), strict=True)
    ]
    nearest_first = [found[place] for place in (4, 2, 0, 3, 1)]  # prices 2 1 3 3 2

    assert survey(ids(*nearest_first)).orders == {
        "price": [1, 0, 4, 2, 3],
        "-price": [2, 3, 0, 4, 1],
        "newest": [1, 4, 3, 0, 2],
    }


@pytest.mark.django_db
def test_products_a_microsecond_apart_are_told_apart() -> None:
    found = of_prices("1", "1")
    for product, microsecond in zip(found, (1, 2), strict=True):
        at = datetime(2024, 5, 1, 12, 0, 0, microsecond, tzinfo=UTC)
        Product.objects.filter(pk=product.pk).update(created_at=at)

    assert survey(ids(*found)).orders["newest"] == [1, 0]


@pytest.mark.django_db
def test_different_currencies_are_no_currency() -> None:
    euro, dollar = make_product(currency="EUR"), make_product(currency="USD")

    assert survey(ids(euro, dollar)).tallies.currency == ""
    assert survey(ids(dollar)).tallies.currency == "USD"


@pytest.mark.django_db
def test_four_statements_however_many_products(django_assert_num_queries: Any) -> None:
    category = gallery.category_path("Home", "Lamps")
    found = [make_product(category=category, tags=("sale", f"size:{n}")).pk for n in range(30)]
    for few in (1, 30):
        with django_assert_num_queries(4):
            survey(found[:few])


@pytest.mark.django_db
def test_a_json_field_gives_equal_tallies_back() -> None:
    category = gallery.category_path("Home", "Lamps")
    prices = ("0.05", "19.99", "20.10", "1234.50")
    found = [make_product(price=Decimal(p), category=category, tags=("sale",)) for p in prices]
    tallies = survey(ids(*found)).tallies

    stored = json.loads(json.dumps(tallies.to_json()))

    assert len(tallies.prices) == 3
    assert stored == tallies.to_json()
    assert Tallies.from_json(stored) == tallies
    assert Tallies.from_json(json.loads(json.dumps(NOTHING.to_json()))) == NOTHING


@given(st.lists(st.integers(0, 10**12), max_size=60))
def test_each_price_lies_in_one_band_and_none_is_empty(cents: Sequence[int]) -> None:
    bands = bands_of(cents)
    counted = [
        sum(
            (b.low or 0) * 100 <= each and (b.high is None or each <= b.high * 100)
            for each in cents
        )
        for b in bands
    ]

    assert counted == [band.count for band in bands]
    assert 0 not in counted
    assert sum(counted) == (len(cents) if any(cents) and bands else 0)
    assert len(bands) <= 4


def test_where_everything_is_free_there_is_nothing_to_choose() -> None:
    assert bands_of([0, 0, 0, 0]) == ()
