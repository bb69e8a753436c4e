"""What a shopper can narrow by, and how many products each value leaves."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from search import selectors
from search.engine.facets import MOST_VALUES, facets
from search.engine.filters import resolve
from search.engine.tallies import survey
from search.engine.types import Facet, FacetValue, Filters
from tests.engine import gallery
from tests.engine.counting import Counted, counted, stocked
from tests.factories import make_tag

pytestmark = pytest.mark.django_db

NAMES = ("", "category", "tag:colour")


def test_tags_are_counted_by_facet_the_frequent_ones_first() -> None:
    for tags in (("colour:red", "sale"), ("colour:red",), ("colour:blue",)):
        stocked(*tags)
    result = counted()

    assert [each for each in result.facets if each.name.startswith("tag:")] == [
        Facet("tag:", "Tags", (FacetValue("sale", "sale", 1, selected=False),)),
        Facet(
            "tag:colour",
            "Colour",
            (
                FacetValue("colour:red", "red", 2, selected=False),
                FacetValue("colour:blue", "blue", 1, selected=False),
            ),
        ),
    ]


def test_what_is_ticked_in_a_facet_does_not_narrow_its_own_counts() -> None:
    for tags in (
        ("colour:red", "size:s"),
        ("colour:red", "size:m"),
        ("colour:blue", "size:m"),
        ("colour:green", "size:l"),
    ):
        stocked(*tags)
    result = counted(Filters(facet_tags=("colour:red",)))

    assert result["tag:colour"] == (
        FacetValue("colour:red", "red", 2, selected=True),
        FacetValue("colour:blue", "blue", 1, selected=False),
        FacetValue("colour:green", "green", 1, selected=False),
    )
    assert result.counts("tag:size") == {"size:m": 1, "size:s": 1}


def test_two_ticks_in_a_facet_are_alternatives_and_two_facets_are_both_met() -> None:
    for tags in (
        ("colour:red", "size:s"),
        ("colour:blue", "size:s"),
        ("colour:blue", "size:m"),
        ("colour:green", "size:s"),
    ):
        stocked(*tags)
    result = counted(Filters(facet_tags=("colour:red", "colour:blue", "size:s")))

    assert result.counts("tag:colour") == {"colour:blue": 1, "colour:green": 1, "colour:red": 1}
    assert result.counts("tag:size") == {"size:s": 2, "size:m": 1}
    assert result.selected("tag:colour") == ["colour:blue", "colour:red"]
    assert result.selected("tag:size") == ["size:s"]


def test_a_condition_narrows_its_own_facet_too() -> None:
    for tags in (("colour:red", "colour:blue"), ("colour:red",), ("colour:blue",)):
        stocked(*tags)
    result = counted(Filters(tags=("colour:red",)))

    assert result.counts("tag:colour") == {"colour:red": 2, "colour:blue": 1}
    assert result.selected("tag:colour") == ["colour:red"]
    assert result.asked == [""]


def test_only_facets_with_a_choice_are_counted_apart_and_once() -> None:
    stocked("colour:red", "colour:blue", "sale", category=gallery.category_path("Home"))
    every = Filters(
        facet_tags=("colour:red", "colour:blue", "sale"),
        category="home",
        price_min=Decimal(1),
        in_stock=True,
    )

    assert counted().asked == [""]
    assert counted(every).asked == ["", "category", "tag:", "tag:colour", "price"]


def test_the_most_frequent_values_are_shown_and_every_ticked_one() -> None:
    names = [f"size:{number:02}" for number in range(MOST_VALUES + 5)]
    stocked(*names)
    stocked(*names[2:])
    make_tag("size:none")
    result = counted(Filters(facet_tags=("size:01", "size:none")))

    assert list(result.counts("tag:size")) == [*names[2:32], "size:01", "size:none"]
    assert result.counts("tag:size")["size:none"] == 0
    assert result.selected("tag:size") == ["size:01", "size:none"]


def test_a_tick_leaves_every_value_in_its_place() -> None:
    for tags in (("a:1", "b:1"), ("a:1",), ("a:2", "b:1"), ("a:3", "b:1"), ("a:3",)):
        stocked(*tags)
    before = list(counted(Filters(facet_tags=("b:1",))).counts("tag:a"))

    for value in before:
        assert list(counted(Filters(facet_tags=("b:1", value))).counts("tag:a")) == before


def test_categories_show_the_roots_and_then_what_lies_around_and_below() -> None:
    lamps = gallery.category_path("Home", "Lamps")
    desk = gallery.category_path("Home", "Lamps", "Desk")
    rugs = gallery.category_path("Home", "Rugs")
    gallery.category_path("Home", "Empty")
    tents = gallery.category_path("Outdoor")
    for category in (lamps, desk, desk, rugs, tents):
        stocked(category=category)

    assert list(counted().counts("category").items()) == [("home", 4), ("outdoor", 1)]
    home = counted(Filters(category="home"))
    assert list(home.counts("category").items()) == [
        ("home", 4),
        ("lamps", 3),
        ("rugs", 1),
        ("outdoor", 1),
    ]
    assert home.selected("category") == ["home"]
    below = counted(Filters(category="lamps"))
    assert list(below.counts("category").items()) == [
        ("home", 4),
        ("lamps", 3),
        ("desk", 2),
        ("rugs", 1),
    ]
    assert below.selected("category") == ["lamps"]


def test_a_category_that_nothing_passes_stays_with_the_way_to_it() -> None:
    gallery.category_path("Home", "Lamps")
    stocked(category=gallery.category_path("Home", "Rugs"))

    assert counted(Filters(category="lamps")).counts("category") == {
        "home": 1,
        "lamps": 0,
        "rugs": 1,
    }


def test_stock_counts_what_can_be_had() -> None:
    for stock in (0, 1, 2):
        stocked(stock=stock)

    assert counted()["stock"] == (FacetValue("in", "In stock", 2, selected=False),)
    narrowed = counted(Filters(in_stock=True))
    assert narrowed["stock"] == (FacetValue("in", "In stock", 2, selected=True),)


def test_a_facet_without_values_is_left_out() -> None:
    stocked(stock=0, price=0)

    assert counted().facets == ()
    assert [each.name for each in counted(Filters(in_stock=True)).facets] == ["stock"]


def test_among_the_nearest_what_is_chosen_counts_as_the_answer_does() -> None:
    """Of the nearest two of any colour one is red; the answer to "red" holds two."""
    home = gallery.category_path("Home")
    blue, red, other = (
        stocked(colour, category=home if colour == "colour:red" else None, price=price)
        for colour, price in (("colour:blue", 5), ("colour:red", 50), ("colour:red", 50))
    )
    nearest = [blue, red, other]

    assert counted(nearest=nearest).counts("tag:colour") == {"colour:blue": 1, "colour:red": 1}
    ticked = counted(Filters(facet_tags=("colour:red",)), nearest=nearest)
    assert ticked.counts("tag:colour") == {"colour:blue": 1, "colour:red": 2}
    assert counted(Filters(category="home"), nearest=nearest).counts("category") == {"home": 2}
    priced = counted(Filters(price_min=Decimal(40)), nearest=nearest)
    assert FacetValue("40-", "40 and more EUR", 2, selected=True) in priced["price"]


def test_two_statements_however_many_products(django_assert_num_queries: Any) -> None:
    category = gallery.category_path("Home", "Lamps")
    found = [stocked(f"size:{n}", "colour:red", category=category).pk for n in range(30)]
    resolved = resolve(Filters(facet_tags=("colour:red",), category="lamps"))
    for tallies in (survey(found[:2]).tallies, survey(found).tallies):
        with django_assert_num_queries(2):
            facets(resolved=resolved, tallies_without=dict.fromkeys(NAMES, tallies).__getitem__)


def test_counts_do_not_change_from_page_to_page() -> None:
    space = gallery.make_space()
    for number in range(7):
        tags = ("odd",) if number % 2 else ("even",)
        gallery.shown(str(number), gallery.axis(number), space=space, tags=tags, price=number)
    question = gallery.asks(gallery.axis(0), space)
    pages = [
        selectors.search(question=question, k=2, page=page, facets=True, door="test")
        for page in range(1, 5)
    ]

    assert [len(page.hits) for page in pages] == [2, 2, 2, 1]
    assert {page.facets for page in pages} == {pages[0].facets}
    assert Counted(pages[0].facets).counts("tag:") == {"even": 4, "odd": 3}


def test_a_search_counts_other_values_without_its_own_choice() -> None:
    space = gallery.make_space()
    for number in range(7):
        tags = ("kind:odd",) if number % 2 else ("kind:even",)
        gallery.shown(str(number), gallery.axis(number), space=space, tags=tags, price=number)
    result = selectors.search(
        question=gallery.asks(gallery.axis(0), space),
        filters=Filters(facet_tags=("kind:odd",), price_max=Decimal(5)),
        facets=True,
        door="test",
    )

    assert result.total == 3
    assert Counted(result.facets).counts("tag:kind") == {"kind:even": 3, "kind:odd": 3}
