"""Bands of price, and the range that a shopper chose among them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from search.engine.filters import resolve
from search.engine.types import FacetValue, Filters
from tests.engine.counting import counted, stocked
from tests.engine.oracle import products

pytestmark = pytest.mark.django_db


def test_filtering_by_a_price_band_finds_what_it_counts() -> None:
    for price in ("0.00", "4.99", "5.00", "19.99", "20.00", "20.01", "80.00", "250.00"):
        stocked(price=Decimal(price))
    bands = counted().counts("price")

    assert sum(bands.values()) == 8
    assert len(bands) > 1
    for band, count in bands.items():
        low, high = (Decimal(end) if end else None for end in band.split("-"))
        filters = Filters(price_min=low, price_max=high)
        assert products(resolve(filters)).count() == count
        assert counted(filters).counts("price") == bands
        assert counted(filters).selected("price") == [band]


def test_price_bands_have_round_bounds_and_the_currency() -> None:
    for price in (12, 38, 104, 310):
        stocked(price=price)

    assert counted()["price"] == (
        FacetValue("-39.99", "up to 39.99 EUR", 2, selected=False),
        FacetValue("100-299.99", "100 to 299.99 EUR", 1, selected=False),
        FacetValue("300-", "300 and more EUR", 1, selected=False),
    )


def test_a_range_that_is_no_band_is_shown_among_them() -> None:
    for price in (12, 38, 104, 310):
        stocked(price=price)
    result = counted(Filters(price_min=Decimal(30), price_max=Decimal("104.00")))

    assert result["price"] == (
        FacetValue("-39.99", "up to 39.99 EUR", 2, selected=False),
        FacetValue("30-104", "30 to 104 EUR", 2, selected=True),
        FacetValue("100-299.99", "100 to 299.99 EUR", 1, selected=False),
        FacetValue("300-", "300 and more EUR", 1, selected=False),
    )
