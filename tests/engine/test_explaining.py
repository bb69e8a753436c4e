"""An explanation tells what the search did, in figures that are true."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Product, Tag
from search import selectors
from search.engine import index
from search.engine.explaining import Explanation, Fusion, Look, Pictures, Reading, make
from search.engine.types import NO_FILTERS, Filters, SearchResult
from search.models import ImageEmbedding, PhotoQuery
from tests.engine import gallery

pytestmark = pytest.mark.django_db

QUERY = gallery.clustered(1, seed=3)[0]


@pytest.fixture(scope="module")
def crowd(django_db_setup: None, django_db_blocker: Any) -> Iterator[gallery.Crowd]:
    """6,000 products with one image each, and their index; kept for the tests of this file."""
    with django_db_blocker.unblock():
        made = gallery.make_crowd(6_000)
        index.create_index(made.space)
        gallery.analyse()
        gallery.refresh_words()
        yield made
        index.drop_index(made.space)
        gallery.clear()


@pytest.fixture(autouse=True)
def hurry(settings: Any) -> None:
    """HNSW earlier than in a shop, whose gallery is larger."""
    settings.HNSW_STEP_ROWS = 5


def asked(
    crowd: gallery.Crowd, filters: Filters = NO_FILTERS, *, text: str = "", **how: Any
) -> SearchResult:
    question = how.pop("question", None) or gallery.asks(QUERY, crowd.space, text=text)
    return selectors.search(question=question, filters=filters, explain=True, door="test", **how)


def explained(crowd: gallery.Crowd, filters: Filters = NO_FILTERS, **how: Any) -> Explanation:
    found = asked(crowd, filters, **how).explanation
    assert found is not None
    return found


def test_nobody_else_pays_for_it(crowd: gallery.Crowd) -> None:
    with CaptureQueriesContext(connection) as queries:
        plain = selectors.search(question=gallery.asks(QUERY, crowd.space), door="test")
    with CaptureQueriesContext(connection) as more:
        told = asked(crowd)

    assert plain.explanation is None
    assert plain.hits == told.hits
    # The count, and the statistics that it is compared with: they are read anew here each time.
    counting = [
        query for query in more.captured_queries[len(queries) :] if "count(" in query["sql"]
    ]
    assert len(counting) == 1
    assert told.explanation is not None
    assert len(told.explanation.statements) == len(queries)


def test_the_index_where_most_pass(crowd: gallery.Crowd) -> None:
    found = explained(crowd)

    assert (found.plan, found.frozen, found.complete, found.candidates) == (
        "hnsw",
        False,
        False,
        24,
    )
    assert found.pictures == Pictures(6_000, 6_000, 6_000, 6_000, all_counted=True)
    [look] = found.looks
    assert look == Look("hnsw", look.products, look.looked_at, look.looked_at, look.ef_search)
    assert look.looked_at == look.products >= 24
    assert "An estimated 6000 of 6000 pictures pass" in found.why
    assert found.weights == {"vector": 1, "colour": 0, "texture": 0, "shape": 0}


@pytest.mark.parametrize(
    ("filters", "passing"),
    [
        (Filters(tags=("rare",)), 6),
        (Filters(tags=("some",)), 600),
        (Filters(tags=("some",), price_max=Decimal(49)), 300),
        (Filters(colours=("red",), in_stock=True), 500),
        (Filters(price_min=Decimal(100)), 0),
    ],
)
def test_every_picture_is_compared_where_few_pass_and_the_counts_are_right(
    crowd: gallery.Crowd, filters: Filters, passing: int
) -> None:
    result = asked(crowd, filters)
    found = result.explanation

    assert found is not None
    assert found.plan == "exact"
    assert found.looks == (Look("exact", passing),)
    assert found.pictures is not None
    assert (found.pictures.passing, found.pictures.products) == (passing, passing)
    assert found.pictures.estimated == pytest.approx(passing, rel=0.5, abs=40)
    assert "comparing them all costs no more" in found.why
    assert result.total == passing


def test_the_distances_are_those_of_the_candidates(crowd: gallery.Crowd) -> None:
    found = explained(crowd, Filters(tags=("some",)), facets=True)
    by_hand = crowd.distances(QUERY)
    passing = [by_hand[product.pk] for product in crowd.products[::10]]

    assert found.candidates == 600
    assert found.nearest == pytest.approx(min(passing), abs=1e-5)
    assert found.farthest == pytest.approx(max(passing), abs=1e-5)


def test_without_an_index_there_is_nothing_to_choose(crowd: gallery.Crowd, settings: Any) -> None:
    settings.HNSW_MIN_ROWS = 10_000
    found = explained(crowd)

    assert found.looks == (Look("exact", 6_000),)
    assert found.pictures == Pictures(6_000, None, 6_000, 6_000, all_counted=True)
    assert "fewer than the 10000 pictures" in found.why


def test_drafts_are_not_counted(crowd: gallery.Crowd) -> None:
    drafts = [product.pk for product in crowd.products[::4]]
    Product.objects.filter(pk__in=drafts).update(status=Product.Status.DRAFT)
    ImageEmbedding.objects.filter(product_id__in=drafts).update(published=False)
    gallery.analyse()

    found = explained(crowd)

    assert found.pictures == Pictures(4_500, 4_500, 4_500, 4_500, all_counted=True)
    assert "An estimated 4500 of 4500 pictures pass" in found.why


def test_the_index_was_asked_in_vain(crowd: gallery.Crowd, settings: Any) -> None:
    settings.HNSW_EF_SEARCH = settings.HNSW_LEAST_EF_SEARCH = settings.CANDIDATES = 100
    far = sorted(crowd.distances(QUERY).items(), key=lambda each: -each[1])[:3_000]
    tag = Tag.objects.create(value="far")
    ImageEmbedding.objects.filter(product_id__in=[pk for pk, _ in far]).update(tag_ids=[tag.pk])
    gallery.analyse()

    found = explained(crowd, Filters(tags=("far",)))

    assert [look.plan for look in found.looks] == ["hnsw", "hnsw", "exact"]
    assert [look.products for look in found.looks] == [0, 0, 3_000]
    assert [look.passed for look in found.looks] == [0, 0, None]
    assert "too few of the nearest pictures pass" in found.why


def test_counting_stops(crowd: gallery.Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "COUNTED", 50)

    assert explained(crowd).pictures == Pictures(6_000, 6_000, 50, 50, all_counted=False)


def test_what_was_kept_with_the_query_is_said_to_be(crowd: gallery.Crowd) -> None:
    query = PhotoQuery.objects.create(
        space=crowd.space, vector=QUERY, expires_at=timezone.now() + timezone.timedelta(hours=1)
    )
    question = selectors.question_of(query)
    first = explained(crowd, Filters(tags=("some",)), question=question)
    again = explained(crowd, Filters(tags=("some",)), question=question, page=2)

    assert (first.frozen, again.frozen) == (False, True)
    assert (first.looks, again.looks) == ((Look("exact", 600),), ())
    assert again.plan == "exact"
    assert (again.nearest, again.farthest) == (first.nearest, first.farthest)
    assert "kept with the query" in again.why


def test_words_alone(crowd: gallery.Crowd) -> None:
    found = explained(crowd, question=gallery.Question(text="crowd"))

    assert (found.plan, found.pictures, found.looks, found.nearest) == ("text", None, (), None)
    assert found.readings == (Reading("typed", "crowd", 1_000),)
    assert found.weights["vector"] == 0
    assert "words alone" in found.why


def test_a_typing_error_is_told_as_it_was_mended(crowd: gallery.Crowd) -> None:
    found = explained(crowd, question=gallery.Question(text="crowdd 17"))

    assert found.readings == (Reading("typed", "crowdd 17", 0), Reading("mended", "crowd 17", 1))


def test_picture_and_words(crowd: gallery.Crowd) -> None:
    nearest = min(crowd.distances(QUERY).items(), key=lambda each: each[1])[0]
    number = [product.pk for product in crowd.products].index(nearest)
    found = explained(crowd, text=f"crowd {number}")

    assert found.plan == "hybrid"
    assert found.fusion == Fusion(k=60, by_photo=1_000, by_words=1, both=1)
    assert found.looks[-1].products >= 1_000
    assert "fused by rank" in found.why


def test_shares_of_the_order(crowd: gallery.Crowd) -> None:
    question = gallery.asks(
        QUERY,
        crowd.space,
        descriptors=gallery.palettes(1, seed=5)[0],
        weights=(("colour", 0.3),),
    )
    found = explained(crowd, question=question)

    assert found.weights == {"vector": 0.7, "colour": 0.3, "texture": 0, "shape": 0}
