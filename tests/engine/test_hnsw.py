"""The index is used where it was meant, finds what is nearest, and never cuts a page short."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone

from catalog.models import Tag
from search import selectors
from search.engine import index, nearest, plan
from search.engine.candidates import probe_of
from search.engine.estimate import passing_rows
from search.engine.filters import Resolved, resolve
from search.engine.grouping import nearest_products
from search.engine.settings import query_settings
from search.engine.statements import fetch
from search.engine.statistics import Statistics, statistics_of
from search.engine.types import NO_FILTERS, Filters, Question
from search.models import CandidateSet, ImageEmbedding, PhotoQuery
from tests.engine import gallery

pytestmark = pytest.mark.django_db

QUERY = gallery.clustered(1, seed=3)[0]
PALETTE = gallery.palettes(1, seed=5)[0]


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


@pytest.fixture(autouse=True)
def hurry(settings: Any) -> None:
    """HNSW earlier than in a shop, whose gallery is larger."""
    settings.HNSW_STEP_ROWS = 5


def question(crowd: gallery.Crowd, **overrides: Any) -> Question:
    return gallery.asks(QUERY, crowd.space, **overrides)


def coloured(crowd: gallery.Crowd, weight: float) -> Question:
    return question(crowd, descriptors=PALETTE, weights=(("colour", weight),))


def probe(crowd: gallery.Crowd, filters: Filters = NO_FILTERS) -> nearest.Probe:
    return probe_of(question(crowd), resolved=resolve(filters))


def by_index(rows: int) -> plan.Plan:
    return plan.Plan(plan.HNSW, 6_000, rows, ef_search=min(rows, 1_000))


def explained(asked: nearest.Probe, statement: str, **params: Any) -> list[tuple[str, str]]:
    """(node type, index name) of the plan of one of the engine's statements, top down."""
    explain = f"EXPLAIN (FORMAT JSON) {asked.filled(statement)}"
    [[answer]] = fetch(explain, {**asked.params, **params})
    described = json.loads(answer) if isinstance(answer, str) else answer
    return list(_nodes(described[0]["Plan"]))


def _nodes(node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield node["Node Type"], node.get("Index Name", "")
    for child in node.get("Plans", []):
        yield from _nodes(child)


HNSW = {"ef_search": "100", "rows": 100}


def known(crowd: gallery.Crowd) -> Statistics:
    return statistics_of(crowd.space.pk)


def nearest_ids(distances: dict[int, float], count: int) -> set[int]:
    return set(sorted(distances, key=lambda pk: distances[pk])[:count])


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(tags=("some",)),
        Filters(not_tags=("rare",)),
        Filters(in_stock=True, price_max=Decimal(50)),
        Filters(any_tags=("some", "rare"), price_min=Decimal(3)),
        Filters(colours=("red", "blue")),
    ],
)
def test_the_hnsw_query_walks_the_partial_index_behind_its_settings(
    crowd: gallery.Crowd, filters: Filters
) -> None:
    nodes = explained(probe(crowd, filters), nearest.HNSW_IMAGES, **HNSW)
    first = [name for name, _ in nodes].index("Limit")

    assert nodes[first : first + 4] == [
        ("Limit", ""),
        ("CTE Scan", ""),  # makes the settings
        ("Result", ""),  # opens when they are made
        ("Index Scan", index.index_name(crowd.space.pk)),
    ]
    assert "Sort" not in [name for name, _ in nodes[first:]]


def test_weights_leave_the_walk_of_the_index_as_it_is(crowd: gallery.Crowd) -> None:
    asked = probe_of(coloured(crowd, 0.3), resolved=Resolved())
    nodes = explained(asked, nearest.HNSW_IMAGES, **HNSW)
    plain = explained(probe(crowd), nearest.HNSW_IMAGES, **HNSW)

    assert nodes == plain
    assert ("Index Scan", index.index_name(crowd.space.pk)) in nodes


@pytest.mark.parametrize("weight", [0.1, 0.3])
def test_the_best_of_the_joint_order_are_found_by_the_index(
    crowd: gallery.Crowd, settings: Any, weight: float
) -> None:
    settings.CANDIDATES = 100
    apart = gallery.cosine_distances(crowd.descriptors, PALETTE)
    joint = (1 - weight) * gallery.cosine_distances(crowd.vectors, QUERY) + weight * apart
    expected = [crowd.products[place].pk for place in joint.argsort()[:24]]

    result = selectors.search(question=coloured(crowd, weight), k=24, door="test")

    assert result.plan == plan.HNSW
    assert [hit.product.pk for hit in result.hits] == expected


def test_pictures_are_ranked_singly_by_weights_too(crowd: gallery.Crowd, settings: Any) -> None:
    settings.CANDIDATES = 100
    by_index_ranked = selectors.rank_images(question=coloured(crowd, 0.3), k=10)
    settings.HNSW_MIN_ROWS = 10_000
    exactly = selectors.rank_images(question=coloured(crowd, 0.3), k=10)

    assert [image_id for image_id, _ in by_index_ranked] == [image_id for image_id, _ in exactly]


def test_the_exact_query_reads_the_index_of_colours(crowd: gallery.Crowd) -> None:
    nodes = explained(
        probe(crowd, Filters(colours=("red",), tags=("rare",))), nearest.EXACT_PRODUCTS, limit=480
    )

    assert any(name in {"embedding_colours", "embedding_tags"} for _, name in nodes)


@pytest.mark.parametrize("statement", [nearest.EXACT_IMAGES, nearest.EXACT_PRODUCTS])
def test_the_exact_queries_read_the_tag_index_and_not_the_vectors_one(
    crowd: gallery.Crowd, statement: str
) -> None:
    nodes = explained(probe(crowd, Filters(tags=("rare",))), statement, limit=480)

    assert ("Bitmap Index Scan", "embedding_tags") in nodes
    assert index.index_name(crowd.space.pk) not in [name for _, name in nodes]


def test_the_settings_end_with_the_statement(crowd: gallery.Crowd) -> None:
    asked = probe(crowd)
    text = asked.filled(nearest.HNSW_IMAGES)
    given = {**asked.passing.params, **HNSW, "vector": str(QUERY.tolist())}
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as alone:
        assert len(alone.execute(text, given).fetchall()) == 100
        [setting] = alone.execute("SELECT current_setting('hnsw.iterative_scan')").fetchone()

    assert setting == "off"


def test_many_passing_rows_choose_hnsw_and_few_choose_exact(crowd: gallery.Crowd) -> None:
    def chosen(filters: Filters) -> str:
        return plan.choose(known(crowd), resolve(filters), wanted=10).name

    assert chosen(Filters()) == plan.HNSW
    assert chosen(Filters(not_tags=("rare",))) == plan.HNSW
    assert chosen(Filters(in_stock=True)) == plan.HNSW
    assert chosen(Filters(tags=("some",))) == plan.EXACT
    assert chosen(Filters(tags=("rare",))) == plan.EXACT
    assert chosen(Filters(price_max=Decimal(3))) == plan.EXACT


@pytest.mark.parametrize(
    ("filters", "passing"),
    [
        (Filters(), 6_000),
        (Filters(tags=("some",)), 600),
        (Filters(tags=("rare",)), 6),
        (Filters(not_tags=("some",)), 5_400),
        (Filters(any_tags=("some", "rare")), 605),  # as if they were independent; it is 600
        (Filters(facet_tags=("some", "rare")), 605),
        (Filters(in_stock=True), 3_000),
        (Filters(price_min=Decimal(50)), 3_000),
        (Filters(price_min=Decimal(20), price_max=Decimal(29)), 600),
        (Filters(price_max=Decimal(0)), 60),
        (Filters(colours=("red",)), 500),
        (Filters(colours=("red", "blue")), 1_000),
        (Filters(price_min=Decimal(1000)), 0),
        (Filters(tags=("some",), in_stock=True, price_min=Decimal(50)), 150),
    ],
)
def test_passing_rows_are_estimated(crowd: gallery.Crowd, filters: Filters, passing: int) -> None:
    estimate = passing_rows(known(crowd), resolve(filters))

    assert estimate == pytest.approx(passing, rel=0.15, abs=15)


def test_what_is_wanted_moves_the_crossover(crowd: gallery.Crowd) -> None:
    def chosen(wanted: int, filters: Filters) -> str:
        return plan.choose(known(crowd), resolve(filters), wanted=wanted).name

    half = Filters(in_stock=True)
    assert [chosen(10, half), chosen(200, half), chosen(1_000, half)] == ["hnsw", "hnsw", "exact"]
    assert [chosen(1_000, Filters()), chosen(1_500, Filters())] == ["hnsw", "exact"]


def test_as_many_rows_are_looked_at_as_hold_enough_that_pass(crowd: gallery.Crowd) -> None:
    def rows(wanted: int, passing: int) -> int:
        return plan.rows_to_look_at(known(crowd), passing=passing, wanted=wanted)

    assert rows(wanted=25, passing=6_000) == 25
    assert rows(wanted=25, passing=3_000) == 90
    assert rows(wanted=25, passing=0) == 45 * 6_000


def test_an_index_that_was_measured_brings_its_own_ef_search(crowd: gallery.Crowd) -> None:
    with transaction.atomic():
        state = index.find_index(crowd.space.pk)
        index.annotate(state.name, state.note, ef_search=250)
        chosen = plan.choose(known(crowd), Resolved(), wanted=10)
        transaction.set_rollback(True)

    assert (chosen.name, chosen.ef_search) == (plan.HNSW, 250)


def test_hnsw_finds_what_numpy_finds(crowd: gallery.Crowd) -> None:
    result = selectors.search(question=question(crowd), k=100, door="test")
    found = [hit.product.pk for hit in result.hits]
    expected = nearest_ids(crowd.distances(QUERY), 100)

    assert result.plan == plan.HNSW
    assert len(expected.intersection(found)) >= 98
    assert (result.total, result.among) == (1_000, 1_000)


def test_hnsw_rows_come_back_sorted_and_without_repeats(crowd: gallery.Crowd) -> None:
    found = nearest.hnsw_images(probe(crowd), plan=by_index(900))

    assert found == sorted(found, key=lambda each: (each.distance, each.image_id))
    assert len({each.image_id for each in found}) == 900


def test_more_steps_than_the_most_of_ef_search_are_taken_too(crowd: gallery.Crowd) -> None:
    assert len(nearest.hnsw_images(probe(crowd), plan=by_index(1_500))) == 1_500


def test_all_pages_of_a_stored_query_hold_every_candidate_once(crowd: gallery.Crowd) -> None:
    expires_at = timezone.now() + timedelta(minutes=5)
    query = PhotoQuery.objects.create(space=crowd.space, vector=QUERY, expires_at=expires_at)
    asked = selectors.question_of(query)
    pages = [
        selectors.search(question=asked, k=100, page=page, door="test") for page in range(1, 11)
    ]
    seen = [hit.product.pk for page in pages for hit in page.hits]

    assert pages[0].plan == plan.HNSW  # the first hundred alone, and the rest behind them
    assert (len(seen), len(set(seen))) == (1_000, 1_000)
    assert {(page.total, page.among) for page in pages} == {(1_000, 1_000)}


def test_a_partial_set_is_completed_where_no_other_is_kept(
    crowd: gallery.Crowd, settings: Any
) -> None:
    settings.CANDIDATE_SETS = 1
    expires_at = timezone.now() + timedelta(minutes=5)
    query = PhotoQuery.objects.create(space=crowd.space, vector=QUERY, expires_at=expires_at)
    asked = selectors.question_of(query)
    first = selectors.search(question=asked, door="test")
    selectors.search(question=asked, filters=Filters(tags=("rare",)), door="test")
    assert not CandidateSet.objects.filter(query=query, total=1_000).exists()
    second = selectors.search(question=asked, page=2, facets=True, door="test")

    assert len(first.hits) == len(second.hits) == 24
    assert second.total == 1_000


def test_a_filter_whose_images_lie_elsewhere_is_answered_exactly(
    crowd: gallery.Crowd, settings: Any
) -> None:
    settings.HNSW_EF_SEARCH = settings.HNSW_LEAST_EF_SEARCH = 100
    far = sorted(crowd.distances(QUERY).items(), key=lambda each: -each[1])[:3_000]
    tag = Tag.objects.create(value="far")
    ImageEmbedding.objects.filter(product_id__in=[pk for pk, _ in far]).update(tag_ids=[tag.pk])
    gallery.analyse()
    wanted, known_now = resolve(Filters(tags=("far",))), known(crowd)
    assert plan.choose(known_now, wanted, wanted=10).name == plan.HNSW

    ranked = selectors.rank_images(question=question(crowd), k=10, filters=wanted.filters)
    found, total, name = nearest_products(
        probe(crowd, wanted.filters), limit=24, statistics=known_now, resolved=wanted
    )

    assert [distance for _, distance in ranked] == pytest.approx(
        [distance for _, distance in far[:-11:-1]], abs=1e-5
    )
    assert [each.product_id for each in found] == [pk for pk, _ in far[:-25:-1]]
    assert (total, name) == (3_000, plan.EXACT)


def test_pictures_ranked_singly_come_from_the_index_too(crowd: gallery.Crowd) -> None:
    ranked = selectors.rank_images(question=question(crowd), k=10)

    # make_crowd numbers its images from 1, in the order of its products.
    found = {crowd.products[image_id - 1].pk for image_id, _ in ranked}
    assert found == nearest_ids(crowd.distances(QUERY), 10)
    assert [distance for _, distance in ranked] == sorted(distance for _, distance in ranked)


def test_pictures_are_ranked_under_filters(crowd: gallery.Crowd) -> None:
    ranked = selectors.rank_images(question=question(crowd), k=10, filters=Filters(tags=("rare",)))

    assert {image_id - 1 for image_id, _ in ranked} == {0, 1000, 2000, 3000, 4000, 5000}


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
    with transaction.atomic(), query_settings(enable_sort="off"):  # 50 rows are soon sorted
        probed = probe_of(asked, resolved=Resolved())
        nodes = explained(probed, nearest.HNSW_IMAGES, limit=5, **HNSW)

    assert ("Index Scan", index.index_name(other.pk)) in nodes
