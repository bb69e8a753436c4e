"""What a stored query found is kept with it: pages, orders and counts stay as they were."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Product
from search import selectors
from search.engine.candidates import Candidates, Match
from search.engine.frozen import key_of
from search.engine.types import NO_FILTERS, Filters, Question, SearchResult
from search.errors import InvalidSearch
from search.models import CandidateSet, PhotoQuery
from tests.engine import gallery

pytestmark = pytest.mark.django_db


@pytest.fixture
def space() -> gallery.EmbeddingSpace:
    """Thirty products, P0 the nearest; every third is red, the price falls from 30 to 1."""
    space = gallery.make_space()
    for place in range(30):
        gallery.shown(
            f"P{place}",
            gallery.towards(0.9 - place / 100),
            space=space,
            price=30 - place,
            tags=("colour:red",) if place % 3 == 0 else (),
        )
    return space


@pytest.fixture
def query(space: gallery.EmbeddingSpace) -> PhotoQuery:
    return PhotoQuery.objects.create(
        space=space,
        vector=gallery.axis(0),
        expires_at=timezone.now() + timedelta(minutes=5),
    )


def asked(query: PhotoQuery, **arguments: Any) -> SearchResult:
    question = selectors.question_of(PhotoQuery.objects.get(pk=query.pk))
    return selectors.search(question=question, door="test", **{"k": 10, **arguments})


def titles(result: SearchResult) -> list[str]:
    return [hit.product.title for hit in result.hits]


def add_the_nearest(space: gallery.EmbeddingSpace) -> None:
    gallery.shown("New", gallery.axis(0), space=space, price=1000)


def test_what_is_added_meanwhile_shifts_no_page(
    space: gallery.EmbeddingSpace, query: PhotoQuery
) -> None:
    first = asked(query)
    add_the_nearest(space)
    rest = [asked(query, page=page) for page in (2, 3)]

    assert titles(first) + titles(rest[0]) + titles(rest[1]) == [f"P{n}" for n in range(30)]
    assert {each.total for each in (first, *rest)} == {30}


def test_a_new_query_finds_what_was_added(space: gallery.EmbeddingSpace, query: PhotoQuery) -> None:
    asked(query)
    add_the_nearest(space)
    query.pk = None
    query.save(force_insert=True)

    assert titles(asked(query))[0] == "New"


def test_what_is_withdrawn_leaves_its_place_and_nobody_moves_up(query: PhotoQuery) -> None:
    asked(query)
    Product.objects.filter(title__in=["P3", "P12"]).update(status=Product.Status.DRAFT)
    Product.objects.get(title="P25").delete()
    pages = [titles(asked(query, page=page)) for page in (1, 2, 3)]

    assert [len(page) for page in pages] == [9, 9, 9]
    assert pages[1] == [f"P{n}" for n in range(10, 20) if n != 12]


@pytest.mark.parametrize("sort", ["price", "-price", "newest"])
def test_orders_stay_when_prices_change(query: PhotoQuery, sort: str) -> None:
    first = titles(asked(query, sort=sort))
    Product.objects.filter(title="P15").update(price=0)
    Product.objects.filter(title="P16").update(price=500)
    rest = [title for page in (2, 3) for title in titles(asked(query, sort=sort, page=page))]

    assert sorted([*first, *rest]) == sorted(f"P{n}" for n in range(30))


def test_counts_are_the_same_on_every_page(
    space: gallery.EmbeddingSpace, query: PhotoQuery
) -> None:
    first = asked(query, facets=True)
    gallery.shown("Red", gallery.axis(0), space=space, tags=("colour:red",))
    second = asked(query, facets=True, page=2)

    assert first.facets == second.facets
    assert {facet.name for facet in first.facets} >= {"tag:colour", "price"}


def test_each_way_of_filtering_is_kept_by_itself(query: PhotoQuery) -> None:
    asked(query)
    reds = asked(query, filters=Filters(tags=("colour:red",)))
    assert titles(reds) == [f"P{n}" for n in range(0, 30, 3)]
    assert titles(asked(query)) == [f"P{n}" for n in range(10)]
    assert CandidateSet.objects.filter(query=query).count() == 2


def test_what_was_shown_before_the_rest_was_searched_keeps_its_place() -> None:
    shown = [Match(1), Match(2)]
    found = Candidates([Match(9), Match(2), Match(3), Match(1), Match(4)], "hnsw", 5)
    behind = found.after(shown)

    assert [each.product_id for each in behind.matches] == [1, 2, 9, 3, 4]
    assert behind.total == 5


def test_candidates_go_with_their_query(query: PhotoQuery) -> None:
    question = selectors.question_of(query)
    asked(query)
    query.delete()
    assert CandidateSet.objects.count() == 0

    # A request that was on its way when the query was forgotten is still answered.
    late = selectors.search(question=question, k=10, door="test")
    assert titles(late)[0] == "P0"
    assert CandidateSet.objects.count() == 0


def test_a_question_of_nobody_keeps_nothing(space: gallery.EmbeddingSpace) -> None:
    result = selectors.search(question=gallery.asks(gallery.axis(0), space), door="test")

    assert (result.total, CandidateSet.objects.count()) == (30, 0)


def test_more_than_the_candidates_is_said(query: PhotoQuery, settings: Any) -> None:
    settings.CANDIDATES = 12
    narrowed = asked(query, filters=Filters(tags=("colour:red",)))
    everything = asked(query, page=2)

    assert (narrowed.total, narrowed.among) == (10, None)
    assert (everything.total, everything.among) == (12, 12)
    assert titles(everything) == ["P10", "P11"]


@pytest.mark.parametrize(
    ("least", "total"), [(0.905, 0), (0.895, 1), (0.805, 10), (0.655, 25), (-1, 30)]
)
def test_less_similar_ones_are_left_out(query: PhotoQuery, least: float, total: int) -> None:
    result = asked(query, min_similarity=least, facets=True)

    assert result.total == total
    assert result.among is None
    assert all(hit.similarity >= least for hit in result.hits)
    stock = [facet for facet in result.facets if facet.name == "price"]
    assert sum(value.count for facet in stock for value in facet.values) == total


def test_the_key_knows_no_order_of_tags() -> None:
    def key(filters: Filters, text: str = "") -> str:
        return key_of(Question(text=text), filters, min_similarity=None)

    assert key(Filters(tags=("a", "b"))) == key(Filters(tags=("b", "a")))
    assert key(Filters(tags=("a", "b"))) != key(Filters(any_tags=("a", "b")))
    assert key(NO_FILTERS, "red") != key(NO_FILTERS, "blue")


def test_the_key_knows_the_space() -> None:
    in_one, in_another = (
        key_of(Question(text="red", space_id=space), NO_FILTERS, min_similarity=None)
        for space in (1, 2)
    )

    assert in_one != in_another


def test_the_oldest_ways_go_and_are_found_again(query: PhotoQuery, settings: Any) -> None:
    settings.CANDIDATE_SETS = 1
    assert asked(query).total == 30
    assert asked(query, filters=Filters(tags=("colour:red",))).total == 10
    second = asked(query, page=2)

    assert titles(second) == [f"P{n}" for n in range(10, 20)]
    assert CandidateSet.objects.filter(query=query).count() == 1


def test_what_has_left_the_price_filter_since_is_not_shown(query: PhotoQuery) -> None:
    cheap = {"filters": Filters(price_max=Decimal(5))}
    assert titles(asked(query, **cheap)) == ["P25", "P26", "P27", "P28", "P29"]
    Product.objects.filter(title="P27").update(price=6)

    assert titles(asked(query, **cheap)) == ["P25", "P26", "P28", "P29"]


def test_words_alone_have_no_similarity(space: gallery.EmbeddingSpace) -> None:
    with pytest.raises(InvalidSearch) as refused:
        selectors.search(question=Question(text="P1"), min_similarity=0.1, door="test")

    assert refused.value.field == "min_similarity"


def test_photo_and_words_keep_every_near_product(
    space: gallery.EmbeddingSpace, settings: Any
) -> None:
    settings.CANDIDATES = 20
    for number in range(15):
        gallery.shown(f"Boot {number}", gallery.axis(3), space=space)
    gallery.refresh_words()
    question = gallery.asks(gallery.axis(0), space, text="boot")
    result = selectors.search(question=question, min_similarity=0.805, k=24, door="test")

    assert (result.total, result.among) == (10, None)
    assert set(titles(result)) == {f"P{n}" for n in range(10)}
