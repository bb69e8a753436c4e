"""When the index is built, and built anew: after a load, not in the middle of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from catalog.models import ProductImage
from search import selectors, services
from search.engine import index
from search.engine.index import leftovers
from search.models import EmbeddingJob, EmbeddingSpace, ImageEmbedding
from search.services import indexing
from search.services.indexing import Due, index_due
from tests.engine import gallery


@pytest.fixture
def crowd(transactional_db: None, settings: Any) -> Iterator[gallery.Crowd]:
    """100 embedded images; from 50 on an index is wanted."""
    settings.HNSW_MIN_ROWS = 50
    made = gallery.make_crowd(100)
    yield made
    index.drop_leftovers(made.space.pk)
    index.drop_index(made.space)


def oid(space: EmbeddingSpace) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::regclass::oid::int", [index.index_name(space.pk)])
        return int(cursor.fetchone()[0])


def grow(crowd: gallery.Crowd, count: int) -> None:
    """So many images more, straight into the table."""
    vectors = gallery.clustered(count, seed=11)
    first = ImageEmbedding.objects.count() + 1
    gallery.store(
        [
            gallery.row(first + n, crowd.products[0], each, space=crowd.space)
            for n, each in enumerate(vectors)
        ]
    )


def let_wait(crowd: gallery.Crowd, count: int) -> None:
    """So many images whose turn has not come."""
    product = crowd.products[0]
    images = ProductImage.objects.bulk_create(
        ProductImage(product=product, file=f"{n}.jpg", position=n, width=1, height=1)
        for n in range(count)
    )
    EmbeddingJob.objects.bulk_create(
        EmbeddingJob(image=image, space=crowd.space, checksum="") for image in images
    )


def test_a_quiet_shop_gets_its_index_with_its_ef_search(crowd: gallery.Crowd):
    assert services.tend_index(space=crowd.space) == Due.BUILD

    state = index.find_index(crowd.space.pk)
    assert (state.valid, state.note.rows, state.ef_search) == (True, 100, 40)
    assert services.tend_index(space=crowd.space) == Due.NOTHING


def test_a_first_load_comes_before_the_index(crowd: gallery.Crowd):
    let_wait(crowd, 26)
    assert services.tend_index(space=crowd.space) == Due.NOTHING
    assert index.find_index(crowd.space.pk).exists is False

    EmbeddingJob.objects.first().delete()  # a quarter is left: the load is all but over
    assert services.tend_index(space=crowd.space) == Due.BUILD


def test_a_large_first_load_gets_an_index_on_the_way(
    crowd: gallery.Crowd, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(indexing, "FIRST_LOAD_ROWS", 100)
    let_wait(crowd, 500)

    assert services.tend_index(space=crowd.space) == Due.BUILD


@pytest.mark.parametrize(("more", "due"), [(25, Due.NOTHING), (26, Due.REBUILD)])
def test_more_than_a_quarter_of_growth_is_a_new_index(crowd: gallery.Crowd, more: int, due: Due):
    services.tend_index(space=crowd.space)
    before = oid(crowd.space)
    grow(crowd, more)

    assert services.tend_index(space=crowd.space) == due
    assert (oid(crowd.space) != before) is (due == Due.REBUILD)
    assert index_due(space=crowd.space) == Due.NOTHING


def test_the_index_stays_while_images_are_loaded_and_is_replaced_after(crowd: gallery.Crowd):
    services.tend_index(space=crowd.space)
    grow(crowd, 60)
    let_wait(crowd, 60)
    assert services.tend_index(space=crowd.space) == Due.NOTHING
    assert index.find_index(crowd.space.pk).valid is True

    EmbeddingJob.objects.all().delete()
    assert services.tend_index(space=crowd.space) == Due.REBUILD
    assert index.find_index(crowd.space.pk).note.rows == 160


def test_an_index_that_doubled_is_not_left_until_the_load_is_over(crowd: gallery.Crowd):
    services.tend_index(space=crowd.space)
    grow(crowd, 101)
    let_wait(crowd, 60)

    assert services.tend_index(space=crowd.space) == Due.REBUILD


def test_images_are_found_while_they_are_loaded(crowd: gallery.Crowd):
    services.tend_index(space=crowd.space)
    grow(crowd, 60)
    let_wait(crowd, 60)
    asked = gallery.clustered(60, seed=11)[5]

    [(image_id, distance)] = selectors.rank_images(question=gallery.asks(asked, crowd.space), k=1)
    assert image_id == 106
    assert distance == pytest.approx(0, abs=1e-5)


def test_an_index_of_an_earlier_version_is_measured_and_counted_from_now_on(crowd: gallery.Crowd):
    index.create_index(crowd.space)
    with connection.cursor() as cursor:
        cursor.execute(f"COMMENT ON INDEX {index.index_name(crowd.space.pk)} IS NULL")

    assert services.tend_index(space=crowd.space) == Due.MEASURE
    note = index.find_index(crowd.space.pk).note
    assert (note.rows, note.ef_search) == (100, 40)


def test_what_a_stopped_rebuild_left_is_dropped(crowd: gallery.Crowd):
    services.tend_index(space=crowd.space)
    old = leftovers.old_name(crowd.space.pk)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX {old} ON {index.TABLE} (image_id)")

    assert services.tend_index(space=crowd.space) == Due.NOTHING
    assert leftovers.find_leftovers(crowd.space.pk) == []


def test_the_sweep_sees_to_the_index(crowd: gallery.Crowd, settings: Any):
    space = crowd.space
    ImageEmbedding.objects.all().delete()
    EmbeddingSpace.objects.all().delete()
    space = services.ensure_space()
    product = crowd.products[0]
    images = gallery.embed(product, *gallery.clustered(60, dim=space.dim), space=space)
    EmbeddingJob.objects.bulk_create(
        EmbeddingJob(image=each, space=space, checksum="", state="ready") for each in images
    )

    services.reconcile()

    assert index.find_index(space.pk).ef_search == 40
    index.drop_index(space)
