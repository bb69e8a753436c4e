"""The index is used where it was meant, finds what is nearest, and never cuts a page short."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from search import selectors
from search.engine import index, nearest, plan
from search.engine.candidates import probe_of
from search.engine.filters import Resolved, resolve
from search.engine.grouping import hnsw_products
from search.engine.settings import hnsw_settings, query_settings
from search.engine.types import NO_FILTERS, Filters, Question
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
        yield made
        index.drop_index(made.space)
        gallery.clear()


def question(crowd: gallery.Crowd) -> Question:
    return gallery.asks(QUERY, crowd.space)


def probe(crowd: gallery.Crowd, filters: Filters = NO_FILTERS) -> nearest.Probe:
    return probe_of(question(crowd), resolved=resolve(filters))


def node_types(node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(node type, index name) of a plan, top down."""
    yield node["Node Type"], node.get("Index Name", "")
    for child in node.get("Plans", []):
        yield from node_types(child)


def explained(sql: str, params: tuple[Any, ...]) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        (answer,) = cursor.fetchone()
    described = json.loads(answer) if isinstance(answer, str) else answer
    return list(node_types(described[0]["Plan"]))


def nearest_ids(distances: dict[int, float], count: int) -> set[int]:
    return set(sorted(distances, key=lambda pk: distances[pk])[:count])


def test_the_hnsw_query_walks_the_partial_index_of_its_space(crowd: gallery.Crowd) -> None:
    with query_settings(**hnsw_settings()):
        nodes = explained(*probe(crowd).by_index(960).query.sql_with_params())

    assert nodes == [
        ("Limit", ""),
        ("Index Scan", index.index_name(crowd.space.pk)),
    ]


@pytest.mark.parametrize(
    "filters",
    [
        Filters(tags=("some",)),
        Filters(not_tags=("rare",)),
        Filters(in_stock=True, price_max=Decimal(50)),
        Filters(any_tags=("some", "rare"), price_min=Decimal(3)),
    ],
)
def test_filters_leave_the_order_to_the_index(crowd: gallery.Crowd, filters: Filters) -> None:
    with query_settings(**hnsw_settings()):
        nodes = explained(*probe(crowd, filters).by_index(960).query.sql_with_params())

    assert ("Index Scan", index.index_name(crowd.space.pk)) in nodes
    assert "Sort" not in [name for name, _ in nodes]


def test_the_exact_query_reads_the_tag_index_and_not_the_vectors_one(
    crowd: gallery.Crowd,
) -> None:
    narrow = probe(crowd, Filters(tags=("rare",)))
    nodes = explained(*narrow.compared(nearest.NEAREST_PRODUCTS, 480))

    assert ("Bitmap Index Scan", "embedding_tags") in nodes
    assert index.index_name(crowd.space.pk) not in [name for _, name in nodes]


def test_many_passing_rows_choose_hnsw_and_few_choose_exact(crowd: gallery.Crowd) -> None:
    def chosen(filters: Filters) -> str:
        result = selectors.search(question=question(crowd), filters=filters, door="test")
        return result.plan

    assert plan.crossover(gallery=6_000, wanted=960) == 4_800
    assert chosen(Filters()) == plan.HNSW
    assert chosen(Filters(not_tags=("rare",))) == plan.HNSW
    assert chosen(Filters(in_stock=True)) == plan.EXACT
    assert chosen(Filters(tags=("some",))) == plan.EXACT
    assert chosen(Filters(tags=("rare",))) == plan.EXACT


def test_hnsw_finds_what_numpy_finds(crowd: gallery.Crowd) -> None:
    result = selectors.search(question=question(crowd), k=100, door="test")
    found = [hit.product.pk for hit in result.hits]
    expected = nearest_ids(crowd.distances(QUERY), 100)

    assert result.plan == plan.HNSW
    assert len(expected.intersection(found)) >= 98
    assert result.total == 480


def test_hnsw_rows_come_back_sorted_and_without_repeats(crowd: gallery.Crowd) -> None:
    found = nearest.hnsw_images(probe(crowd), limit=900)

    assert found == sorted(found, key=lambda each: (each.distance, each.image_id))
    assert len({each.image_id for each in found}) == 900


def test_more_rows_than_ef_search_come_back_too(crowd: gallery.Crowd, settings: Any) -> None:
    settings.HNSW_EF_SEARCH = 40

    assert len(nearest.hnsw_images(probe(crowd), limit=60)) == 60


def test_all_pages_hold_every_candidate_once(crowd: gallery.Crowd) -> None:
    seen: list[int] = []
    for number in range(1, 21):
        page = selectors.search(question=question(crowd), k=24, page=number, door="test")
        seen += [hit.product.pk for hit in page.hits]

    assert (len(seen), len(set(seen)), page.has_next) == (480, 480, False)


def test_a_filter_under_forced_hnsw_fills_its_candidates(crowd: gallery.Crowd) -> None:
    resolved = resolve(Filters(tags=("some",)))
    narrowed = probe_of(question(crowd), resolved=resolved)
    found = hnsw_products(narrowed, limit=700)

    # 600 products carry the tag: the scan ends short of 700, and all of them are compared.
    tagged = {product.pk for product in crowd.products[::10]}
    assert {each.product_id for each in found} == tagged
    assert len(found) == 600


def test_a_scan_bound_too_low_is_made_up_for(crowd: gallery.Crowd, settings: Any) -> None:
    settings.HNSW_MAX_SCAN_TUPLES = 1
    settings.HNSW_EF_SEARCH = 10
    found = hnsw_products(probe(crowd), limit=480)

    distances = crowd.distances(QUERY)
    assert [each.distance for each in found] == pytest.approx(
        sorted(distances.values())[:480], abs=1e-5
    )
    assert {each.product_id for each in found} == nearest_ids(distances, 480)


def test_pictures_ranked_singly_come_from_the_index_too(crowd: gallery.Crowd) -> None:
    with transaction.atomic():
        ranked = selectors.rank_images(question=question(crowd), k=10)

    # make_crowd numbers its images from 1, in the order of its products.
    found = {crowd.products[image_id - 1].pk for image_id, _ in ranked}
    assert found == nearest_ids(crowd.distances(QUERY), 10)
    assert [distance for _, distance in ranked] == sorted(distance for _, distance in ranked)


def test_two_spaces_have_an_index_each(crowd: gallery.Crowd) -> None:
    other = gallery.make_space("test@2", dim=16, state="building")
    gallery.store(
        [
            gallery.row(number, product, vector, space=other)
            for number, (product, vector) in enumerate(
                zip(crowd.products[:50], gallery.clustered(50, dim=16), strict=True)
            )
        ]
    )
    gallery.check_constraints()
    index.create_index(other, concurrently=False)
    asked = gallery.asks(gallery.clustered(1, seed=3, dim=16)[0], other)
    with query_settings(**hnsw_settings()):
        rows = probe_of(asked, resolved=Resolved()).by_index(20)
        nodes = explained(*rows.query.sql_with_params())

    assert ("Index Scan", index.index_name(other.pk)) in nodes


def test_the_crossover_grows_with_what_is_wanted() -> None:
    # 13 * sqrt(N) for a handful; 2 * sqrt(wanted * N) for many.
    assert plan.crossover(gallery=10_000, wanted=10) == 1_300
    assert plan.crossover(gallery=1_000_000, wanted=400) == 40_000
