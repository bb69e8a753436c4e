"""While a space is dropped, staff upload and edit: nobody's work is refused or lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from catalog.models import ProductImage
from search import services
from search.models import EmbeddingJob, EmbeddingSpace, ImageEmbedding
from search.services import create_derived, create_space, dropping, ensure_space, queue
from search.services.deriving import derive_missing
from search.services.spaces import followed_roots
from tests.factories import add_photo, make_product, make_tag
from tests.search.conftest import PATIENCE_SECONDS, wait_until
from tests.search.projections import any_projection
from tests.search.test_switching import embed_all

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def photos(transactional_db: None) -> list[ProductImage]:
    """Two embedded photos, of two products."""
    made = [add_photo(make_product(), seed=seed) for seed in range(2)]
    embed_all()
    return made


@pytest.fixture
def other(photos: list[ProductImage]) -> EmbeddingSpace:
    """A space beside the one that is searched, filled."""
    space = create_space("tests.search.cards:centred")
    services.fill(space)
    embed_all()
    return space


def drop_beside(
    pool: ThreadPoolExecutor, space: EmbeddingSpace, reached: Callable[[], bool]
) -> Future[int]:
    """Another session drops the space; by now that waits for this one, has `reached` as far as it
    can, or is done."""
    pids: list[int] = []

    def drop() -> int:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pids.append(cursor.fetchone()[0])
            return services.drop_space(space)
        finally:
            connection.close()

    def waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", pids[:1] or [0])
            [blocked] = cursor.fetchone()
        return bool(blocked) or reached() or dropped.done()

    dropped = pool.submit(drop)
    wait_until(waits, "the drop to wait, or to end")
    return dropped


def while_dropped(
    space: EmbeddingSpace,
    first: Callable[[], object],
    *,
    reached: Callable[[], bool] = lambda: False,
    then: Callable[[], object] = lambda: None,
) -> None:
    """`first` in a transaction, the drop beside it, and `then` before the commit."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            dropped = drop_beside(pool, space, reached)
            then()
        dropped.result(PATIENCE_SECONDS)


def test_a_photo_uploaded_meanwhile_is_kept(other: EmbeddingSpace):
    product = make_product()

    while_dropped(other, lambda: add_photo(product, seed=9))

    assert EmbeddingJob.objects.get(image__product=product).space == ensure_space()
    assert EmbeddingSpace.objects.get() == ensure_space()


def test_images_queued_again_meanwhile_are_queued_where_they_are_wanted(
    photos: list[ProductImage], other: EmbeddingSpace
):
    while_dropped(other, lambda: services.request_embedding(image_ids=[photos[0].pk]))

    jobs = EmbeddingJob.objects.order_by("image").values_list("space", "state")
    assert list(jobs) == [(ensure_space().pk, "pending"), (ensure_space().pk, "ready")]


def test_a_sweep_meanwhile_does_not_fail(other: EmbeddingSpace):
    EmbeddingJob.objects.filter(space=other).delete()

    while_dropped(other, lambda: queue.mark_stale(space_id=other.pk))

    assert EmbeddingSpace.objects.get() == ensure_space()


def test_nothing_is_queued_or_derived_for_spaces_that_were_left_since_one_looked(
    photos: list[ProductImage], other: EmbeddingSpace, monkeypatch: pytest.MonkeyPatch
):
    derived = create_derived(ensure_space(), any_projection(), {})
    roots = followed_roots()
    for space in (other, derived):
        dropping._leave(space)
    monkeypatch.setattr(queue, "followed_roots", lambda: roots)

    assert services.request_embedding(image_ids=[photos[0].pk]) == 1
    assert queue.mark_stale(space_id=other.pk) == 0
    assert derive_missing(derived) == 0

    queued = EmbeddingJob.objects.filter(state="pending")
    assert queued.get().space == ensure_space()


@pytest.mark.parametrize("order", [1, -1])
def test_who_edits_one_product_after_another_is_not_in_the_way(
    photos: list[ProductImage], other: EmbeddingSpace, order: int
):
    """Waited the drop for the one's vector with the other's deleted, neither could go on."""
    one, another = (image.product for image in photos[::order])
    vectors, tag = ImageEmbedding.objects.filter(space=other), make_tag("sale")

    while_dropped(
        other,
        lambda: one.tags.add(tag),
        reached=lambda: vectors.count() == 1,
        then=lambda: another.tags.add(tag),
    )

    assert list(ImageEmbedding.objects.values_list("tag_ids", flat=True)) == [[tag.pk]] * 2


@pytest.mark.parametrize("order", [1, -1])
def test_who_deletes_one_image_after_another_is_not_in_the_way(
    photos: list[ProductImage], other: EmbeddingSpace, order: int
):
    one, another = photos[::order]
    jobs = EmbeddingJob.objects.filter(space=other)

    while_dropped(other, one.delete, reached=lambda: jobs.count() == 1, then=another.delete)

    assert not EmbeddingJob.objects.exists()
    assert EmbeddingSpace.objects.get() == ensure_space()
