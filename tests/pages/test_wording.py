"""Prices and stock in the words of a shop."""

from __future__ import annotations

from decimal import Decimal

import pytest

from search.pages.cards import money, stock_words


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (Decimal(1299), "EUR", "€1,299.00"),
        (Decimal("5.5"), "USD", "$5.50"),
        (Decimal(1200), "JPY", "¥1,200"),
        (Decimal("12.5"), "CHF", "CHF 12.50"),
    ],
)
def test_prices_are_written_as_people_do(amount: Decimal, currency: str, written: str) -> None:
    assert money(amount, currency) == written


@pytest.mark.parametrize(
    ("stock", "words"), [(0, "Sold out"), (1, "Only 1 left"), (5, "Only 5 left"), (6, "In stock")]
)
def test_stock_is_told_as_far_as_it_matters(stock: int, words: str) -> None:
    assert stock_words(stock) == words
