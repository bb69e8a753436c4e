"""Pages and orders inside the candidates."""

from __future__ import annotations

import pytest

from search import selectors
from search.engine.types import SearchResult
from search.errors import InvalidSearch
from tests.engine import gallery

pytestmark = pytest.mark.django_db


@pytest.fixture
def space() -> gallery.EmbeddingSpace:
    """Five products; the farther, the newer. Prices are 30, 10, 20, 10, 40."""
    space = gallery.make_space()
    for place, price in enumerate((30, 10, 20, 10, 40)):
        gallery.shown(f"P{place}", gallery.towards(0.9 - place / 10), space=space, price=price)
    return space


def asked(space: gallery.EmbeddingSpace, **arguments: object) -> SearchResult:
    question = gallery.asks(gallery.axis(0), space)
    return selectors.search(question=question, door="test", **arguments)


def titles(result: SearchResult) -> list[str]:
    return [hit.product.title for hit in result.hits]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("similarity", ["P0", "P1", "P2", "P3", "P4"]),
        ("price", ["P1", "P3", "P2", "P0", "P4"]),
        ("-price", ["P4", "P0", "P2", "P1", "P3"]),
        ("newest", ["P4", "P3", "P2", "P1", "P0"]),
    ],
)
def test_sorts_with_the_nearer_of_equals_first(
    space: gallery.EmbeddingSpace, sort: str, order: list[str]
) -> None:
    assert titles(asked(space, sort=sort)) == order


def test_pages_follow_on_from_each_other_in_any_order(space: gallery.EmbeddingSpace) -> None:
    pages = [asked(space, k=2, page=number, sort="price") for number in (1, 2, 3)]

    assert [titles(page) for page in pages] == [["P1", "P3"], ["P2", "P0"], ["P4"]]
    assert [page.has_next for page in pages] == [True, True, False]
    assert {(page.total, page.pages) for page in pages} == {(5, 3)}


def test_a_page_past_the_end_is_empty_and_knows_the_total(space: gallery.EmbeddingSpace) -> None:
    result = asked(space, k=2, page=10**12)

    assert (result.hits, result.total, result.pages, result.has_next) == ((), 5, 3, False)


def test_the_band_is_of_the_nearest_hit_on_every_page(space: gallery.EmbeddingSpace) -> None:
    assert {asked(space, k=1, page=page, sort="-price").band for page in range(1, 6)} == {
        "very_similar"
    }


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"k": 0}, "k"),
        ({"k": -1}, "k"),
        ({"k": 101}, "k"),
        ({"k": 10**9}, "k"),
        ({"page": 0}, "page"),
        ({"sort": "cheap"}, "sort"),
    ],
)
def test_a_senseless_page_is_refused_by_field(
    space: gallery.EmbeddingSpace, arguments: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidSearch) as caught:
        asked(space, **arguments)

    assert caught.value.field == field
