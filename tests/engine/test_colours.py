"""Dominant colours as a filter and as a facet: of the pictures that are searched."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from search import selectors
from search.engine.filters import resolve
from search.engine.tallies import Tallies, survey
from search.engine.text import products_by_words
from search.engine.types import Facet, Filters, Question
from search.errors import UnknownFilter
from search.models import EmbeddingSpace
from tests.engine import gallery
from tests.engine.oracle import products

pytestmark = pytest.mark.django_db

BLACK, RED, BLUE = 1, 4, 9


@pytest.fixture
def space() -> EmbeddingSpace:
    """Two red things, one of them black too, a blue one, and one whose colours nobody knows."""
    space = gallery.make_space()
    for title, colours in {
        "Red lamp": (RED,),
        "Red chair": (BLACK, RED),
        "Blue lamp": (BLUE,),
        "Odd lamp": (),
    }.items():
        gallery.shown(title, gallery.axis(0), gallery.axis(0), space=space, colours=colours)
    gallery.refresh_words()
    return space


def found(space: EmbeddingSpace, *colours: str, **others: Any) -> list[str]:
    asked = gallery.asks(gallery.axis(0), space)
    filters = Filters(colours=colours, **others)
    result = selectors.search(question=asked, filters=filters, door="test")
    return sorted(hit.product.title for hit in result.hits)


def by_words(words: str, *colours: str, **others: Any) -> list[str]:
    result = selectors.search(
        question=Question(text=words), filters=Filters(colours=colours, **others), door="test"
    )
    return sorted(hit.product.title for hit in result.hits)


def facet(space: EmbeddingSpace, filters: Filters, **question: Any) -> Facet:
    asked = question.get("question") or gallery.asks(gallery.axis(0), space)
    result = selectors.search(question=asked, filters=filters, facets=True, door="test")
    return next(each for each in result.facets if each.name == "colour")


def counts(space: EmbeddingSpace, filters: Filters, **question: Any) -> dict[str, int]:
    return {each.value: each.count for each in facet(space, filters, **question).values}


def test_any_of_the_colours_will_do(space: EmbeddingSpace) -> None:
    assert found(space, "red") == ["Red chair", "Red lamp"]
    assert found(space, "blue", "black") == ["Blue lamp", "Red chair"]
    assert found(space, "green") == []


def test_words_alone_are_narrowed_by_the_pictures_that_are_searched(space: EmbeddingSpace) -> None:
    gallery.make_space("next@1", state="building")

    assert by_words("lamp", "red") == ["Red lamp"]
    assert by_words("lamp", "red", "blue") == ["Blue lamp", "Red lamp"]
    assert by_words("lamp", "red", in_stock=True) == ["Red lamp"]
    assert by_words("lamp", "red", price_min=Decimal(1_000)) == []


def test_words_among_many_of_a_price_are_narrowed_document_by_document(
    space: EmbeddingSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.engine.words.narrowing.FEW_PRODUCTS", 1)
    resolved = resolve(Filters(colours=("red",), in_stock=True))

    assert len(products_by_words("lamp", resolved=resolved, limit=10)) == 1


def test_photo_and_words_together(space: EmbeddingSpace) -> None:
    asked = gallery.asks(gallery.axis(0), space, text="lamp")
    result = selectors.search(question=asked, filters=Filters(colours=("blue",)), door="test")

    assert [hit.product.title for hit in result.hits] == ["Blue lamp"]


def test_the_catalogue_is_listed_by_colour(space: EmbeddingSpace) -> None:
    gallery.make_space("old@1", state="retired")
    listed = products(resolve(Filters(colours=("red",))))

    assert sorted(listed.values_list("title", flat=True)) == ["Red chair", "Red lamp"]


def test_a_colour_that_is_none_names_those_that_are_like_it(space: EmbeddingSpace) -> None:
    with pytest.raises(UnknownFilter, match=r"no colour 'gray'\. The nearest are .*grey") as caught:
        found(space, "gray")

    assert caught.value.field == "filters.colours"


def test_products_are_counted_once_by_each_of_their_colours(space: EmbeddingSpace) -> None:
    assert counts(space, Filters()) == {"black": 1, "red": 2, "blue": 1}


def test_a_chosen_colour_does_not_hide_the_others(space: EmbeddingSpace) -> None:
    chosen = facet(space, Filters(colours=("red",)))

    assert [(each.value, each.count, each.selected) for each in chosen.values] == [
        ("black", 1, False),
        ("red", 2, True),
        ("blue", 1, False),
    ]


def test_a_colour_that_nothing_has_stays_while_it_is_chosen(space: EmbeddingSpace) -> None:
    assert counts(space, Filters(colours=("pink",)))["pink"] == 0


def test_words_alone_count_the_colours_of_the_active_space(space: EmbeddingSpace) -> None:
    assert counts(space, Filters(), question=Question(text="lamp")) == {"red": 1, "blue": 1}


def test_a_swatch_and_a_name_in_the_reader_s_language(space: EmbeddingSpace) -> None:
    [_, red, _] = facet(space, Filters()).values
    assert (red.label, red.swatch) == ("Red", "#cd1e28")

    with translation.override("zh-hans"):
        assert facet(space, Filters()).values[1].label == "红色"


def test_counts_kept_by_an_earlier_release_have_no_colours(space: EmbeddingSpace) -> None:
    stored = survey([]).tallies.to_json()
    del stored["colours"]

    assert Tallies.from_json(stored).colours == {}
