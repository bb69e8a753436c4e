"""Filters by name: what passes, and what is said about a name that isn't there."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from catalog.models import Category, Product, Tag
from search import selectors
from search.engine.types import Filters
from search.errors import InvalidSearch, UnknownFilter
from tests.engine import gallery
from tests.factories import make_tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def space() -> gallery.EmbeddingSpace:
    return gallery.make_space()


def found(space: gallery.EmbeddingSpace, filters: Filters) -> list[str]:
    question = gallery.asks(gallery.axis(0), space)
    result = selectors.search(question=question, filters=filters, door="test")
    return sorted(hit.product.title for hit in result.hits)


def refused(space: gallery.EmbeddingSpace, filters: Filters) -> UnknownFilter | InvalidSearch:
    with pytest.raises((UnknownFilter, InvalidSearch)) as caught:
        found(space, filters)
    return caught.value


def test_a_category_means_everything_below_it(space: gallery.EmbeddingSpace) -> None:
    home, lamps = gallery.category_path("Home"), gallery.category_path("Home", "Lamps")
    outdoor = gallery.category_path("Outdoor")
    for title, category in (("Table", home), ("Lamp", lamps), ("Tent", outdoor), ("Odd", None)):
        gallery.shown(title, gallery.axis(0), space=space, category=category)

    assert found(space, Filters(category=home.slug)) == ["Lamp", "Table"]
    assert found(space, Filters(category=lamps.slug)) == ["Lamp"]


def test_all_any_and_none_of_the_tags(space: gallery.EmbeddingSpace) -> None:
    for tags in (("colour:red", "sale"), ("colour:red",), ("colour:blue", "sale"), ()):
        gallery.shown(" ".join(tags), gallery.axis(0), space=space, tags=tags)

    assert found(space, Filters(tags=("colour:red", "sale"))) == ["colour:red sale"]
    assert found(space, Filters(any_tags=("colour:red", "colour:blue"))) == [
        "colour:blue sale",
        "colour:red",
        "colour:red sale",
    ]
    assert found(space, Filters(not_tags=("sale",))) == ["", "colour:red"]


def test_price_bounds_are_inclusive_and_stock_is_read_from_the_catalogue(
    space: gallery.EmbeddingSpace,
) -> None:
    for price, stock in ((10, 0), (20, 1), (30, 2)):
        gallery.shown(str(price), gallery.axis(0), space=space, price=price, stock=stock)
    Product.objects.filter(title="30").update(stock=0)

    assert found(space, Filters(price_min=Decimal(20))) == ["20", "30"]
    assert found(space, Filters(price_min=Decimal(10), price_max=Decimal(20))) == ["10", "20"]
    assert found(space, Filters(in_stock=True)) == ["20"]


def test_the_same_filters_narrow_a_search_by_words(space: gallery.EmbeddingSpace) -> None:
    home = gallery.category_path("Home")
    gallery.shown("Lamp one", space=space, tags=("sale",), category=home, price=5)
    gallery.shown("Lamp two", space=space, tags=("sale", "old"), category=home, price=5)
    gallery.shown("Lamp three", space=space, tags=("sale",), price=5)
    gallery.shown("Lamp four", space=space, tags=("sale",), category=home, price=50)
    gallery.refresh_words()
    filters = Filters(
        tags=("sale",),
        any_tags=("sale", "old"),
        not_tags=("old",),
        category=home.slug,
        price_max=Decimal(10),
        in_stock=True,
    )
    result = selectors.search(question=gallery.Question(text="lamp"), filters=filters, door="test")

    assert [hit.product.title for hit in result.hits] == ["Lamp one"]


@pytest.mark.parametrize("field", ["tags", "any_tags", "not_tags"])
def test_an_unknown_tag_names_the_nearest_ones_and_what_to_do(
    space: gallery.EmbeddingSpace, field: str
) -> None:
    for name in ("colour:red", "colour:rust", "material:wood"):
        make_tag(name)
    error = refused(space, Filters(**{field: ("colour:rde",)}))

    assert (error.code, error.field) == ("unknown_filter", f"filters.{field}")
    assert error.message == (
        "There is no tag 'colour:rde'. The nearest are colour:red, colour:rust, material:wood: "
        "use one of them or leave the filter out."
    )


def test_a_bare_value_does_not_name_the_tag_of_a_facet(space: gallery.EmbeddingSpace) -> None:
    make_tag("colour:red")

    assert "The nearest are colour:red" in refused(space, Filters(tags=("red",))).message


def test_an_unknown_tag_in_an_empty_catalogue(space: gallery.EmbeddingSpace) -> None:
    assert refused(space, Filters(tags=("new",))).message == (
        "There is no tag 'new'. The catalogue has none yet: leave the filter out."
    )


def test_an_unknown_category_names_the_nearest_slug(space: gallery.EmbeddingSpace) -> None:
    gallery.category_path("Lamps")
    error = refused(space, Filters(category="lmaps"))

    assert (error.code, error.field) == ("unknown_filter", "filters.category")
    assert "The nearest are lamps" in error.message


@pytest.mark.parametrize(
    "name", ["x\x00y", "'; DROP TABLE catalog_tag; --", "(((", "é" * 5_000, ""]
)
def test_hostile_names_are_merely_unknown(space: gallery.EmbeddingSpace, name: str) -> None:
    assert refused(space, Filters(tags=(name,))).code == "unknown_filter"


@pytest.mark.parametrize("price", ["NaN", "Infinity", "-1", "1E+999999"])
def test_a_senseless_price_is_refused(space: gallery.EmbeddingSpace, price: str) -> None:
    error = refused(space, Filters(price_max=Decimal(price)))

    assert (error.code, error.field) == ("invalid", "filters.price_max")


def test_price_bounds_the_wrong_way_round(space: gallery.EmbeddingSpace) -> None:
    error = refused(space, Filters(price_min=Decimal(9), price_max=Decimal(3)))

    assert (error.code, error.field) == ("invalid", "filters.price_min")
    assert error.message == "The lowest price 9 is above the highest, 3. Exchange the two."


def test_too_many_tags_are_refused(space: gallery.EmbeddingSpace) -> None:
    error = refused(space, Filters(tags=("a",) * 51))

    assert (error.code, error.field) == ("invalid", "filters.tags")


def test_a_name_that_was_seen_before_costs_no_statement_and_is_proven_by_the_search(
    space: gallery.EmbeddingSpace, settings: Any, django_assert_num_queries: Any
) -> None:
    settings.STATISTICS_SECONDS = 60
    lamps = gallery.category_path("Lamps")
    gallery.shown("Red", gallery.axis(0), space=space, tags=("colour:red",), category=lamps)
    red = Filters(tags=("colour:red",), category=lamps.slug)
    question = gallery.asks(gallery.axis(0), space)
    assert found(space, red) == ["Red"]
    with django_assert_num_queries(1):
        assert len(selectors.rank_images(question=question, k=5, filters=red)) == 1

    Tag.objects.filter(value="red").update(value="crimson")
    assert refused(space, red).field == "filters.tags"
    with pytest.raises(UnknownFilter):
        selectors.rank_images(question=question, k=5, filters=red)
    assert found(space, Filters(tags=("colour:crimson",))) == ["Red"]

    # The name goes to another tag: what was remembered of it no longer holds.
    gallery.shown("Blue", gallery.axis(0), space=space, tags=("colour:blue",))
    assert found(space, Filters(tags=("colour:blue",))) == ["Blue"]
    Tag.objects.filter(value="blue").update(value="navy")
    Tag.objects.filter(value="crimson").update(value="blue")
    assert found(space, Filters(tags=("colour:blue",))) == ["Red"]

    Category.objects.filter(pk=lamps.pk).update(slug="lights")
    assert refused(space, Filters(category=lamps.slug)).field == "filters.category"
