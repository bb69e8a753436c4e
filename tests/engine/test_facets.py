"""Counts among the candidates: right, and the same on every page."""

from __future__ import annotations

from decimal import Decimal

import pytest

from search import selectors
from search.engine.types import NO_FILTERS, Facet, FacetValue, Filters, SearchResult
from tests.engine import gallery

pytestmark = pytest.mark.django_db


@pytest.fixture
def space() -> gallery.EmbeddingSpace:
    return gallery.make_space()


def asked(
    space: gallery.EmbeddingSpace, filters: Filters = NO_FILTERS, page: int = 1
) -> SearchResult:
    return selectors.search(
        question=gallery.asks(gallery.axis(0), space),
        filters=filters,
        k=2,
        page=page,
        facets=True,
        door="test",
    )


def facet(result: SearchResult, name: str) -> Facet:
    return next(each for each in result.facets if each.name == name)


def counts(result: SearchResult, name: str) -> dict[str, int]:
    return {value.value: value.count for value in facet(result, name).values}


def test_tags_are_counted_by_facet_the_frequent_ones_first(space: gallery.EmbeddingSpace) -> None:
    for tags in (("colour:red", "sale"), ("colour:red",), ("colour:blue",)):
        gallery.shown("Thing", gallery.axis(0), space=space, tags=tags)
    result = asked(space)

    assert facet(result, "tag:colour") == Facet(
        "tag:colour",
        "Colour",
        (
            FacetValue("colour:red", "red", 2, selected=False),
            FacetValue("colour:blue", "blue", 1, selected=False),
        ),
    )
    assert facet(result, "tag:").values == (FacetValue("sale", "sale", 1, selected=False),)


def test_counts_do_not_change_from_page_to_page(space: gallery.EmbeddingSpace) -> None:
    for number in range(7):
        tags = ("odd",) if number % 2 else ("even",)
        gallery.shown(str(number), gallery.axis(number), space=space, tags=tags, price=number)
    pages = [asked(space, page=number) for number in range(1, 5)]

    assert [len(page.hits) for page in pages] == [2, 2, 2, 1]
    assert {page.facets for page in pages} == {pages[0].facets}
    assert counts(pages[0], "tag:") == {"even": 4, "odd": 3}


def test_a_selected_tag_stays_even_where_nothing_has_it(space: gallery.EmbeddingSpace) -> None:
    gallery.shown("Thing", gallery.axis(0), space=space, tags=("a",), price=10)
    result = asked(space, Filters(tags=("a",), price_min=Decimal(99)))

    assert result.total == 0
    assert facet(result, "tag:").values == (FacetValue("a", "a", 0, selected=True),)


def test_categories_show_the_roots_and_then_what_lies_below(space: gallery.EmbeddingSpace) -> None:
    lamps = gallery.category_path("Home", "Lamps")
    desk = gallery.category_path("Home", "Lamps", "Desk")
    rugs = gallery.category_path("Home", "Rugs")
    tents = gallery.category_path("Outdoor")
    for category in (lamps, desk, desk, rugs, tents):
        gallery.shown("Thing", gallery.axis(0), space=space, category=category)

    assert counts(asked(space), "category") == {"home": 4, "outdoor": 1}
    narrowed = asked(space, Filters(category="home"))
    assert counts(narrowed, "category") == {"home": 4, "lamps": 3, "rugs": 1}
    assert [each.value for each in facet(narrowed, "category").values if each.selected] == ["home"]
    assert counts(asked(space, Filters(category="lamps")), "category") == {
        "home": 3,
        "lamps": 3,
        "desk": 2,
    }


def test_stock_counts_what_can_be_had(space: gallery.EmbeddingSpace) -> None:
    for stock in (0, 1, 2):
        gallery.shown("Thing", gallery.axis(0), space=space, stock=stock)

    assert facet(asked(space), "stock").values == (FacetValue("in", "In stock", 2, selected=False),)
    narrowed = asked(space, Filters(in_stock=True))
    assert facet(narrowed, "stock").values == (FacetValue("in", "In stock", 2, selected=True),)


def test_filtering_by_a_price_band_finds_what_it_counts(space: gallery.EmbeddingSpace) -> None:
    for price in ("0.00", "4.99", "5.00", "19.99", "20.00", "20.01", "80.00", "250.00"):
        gallery.shown(price, gallery.axis(0), space=space, price=Decimal(price))
    bands = counts(asked(space), "price")

    assert sum(bands.values()) == 8
    assert len(bands) > 1
    for band, count in bands.items():
        low, high = (Decimal(end) if end else None for end in band.split("-"))
        assert asked(space, Filters(price_min=low, price_max=high)).total == count


def test_price_bands_have_round_bounds_and_the_currency(space: gallery.EmbeddingSpace) -> None:
    for price in (12, 38, 104, 310):
        gallery.shown("Thing", gallery.axis(0), space=space, price=price)

    assert facet(asked(space), "price").values == (
        FacetValue("-39.99", "up to 39.99 EUR", 2, selected=False),
        FacetValue("100-299.99", "100 to 299.99 EUR", 1, selected=False),
        FacetValue("300-", "300 and more EUR", 1, selected=False),
    )


def test_a_price_filter_is_the_only_band(space: gallery.EmbeddingSpace) -> None:
    for price in (10, 20, 30):
        gallery.shown("Thing", gallery.axis(0), space=space, price=price)
    result = asked(space, Filters(price_min=Decimal(15), price_max=Decimal("29.50")))

    assert facet(result, "price").values == (
        FacetValue("15-29.50", "15 to 29.50 EUR", 1, selected=True),
    )
