"""How far the gallery is embedded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from catalog.models import ProductImage
from search import selectors
from search.engine.types import IndexProgress
from search.models import EmbeddingJob
from tests.engine import gallery
from tests.factories import make_product

pytestmark = pytest.mark.django_db


def images(count: int) -> list[ProductImage]:
    product = make_product()
    return ProductImage.objects.bulk_create(
        ProductImage(product=product, file=f"{n}.jpg", checksum=f"c{n}", width=1, height=1)
        for n in range(count)
    )


def job(image: ProductImage, space: gallery.EmbeddingSpace, state: str, **fields: object) -> None:
    values = {"checksum": image.checksum, **fields}
    EmbeddingJob.objects.create(image=image, space=space, state=state, **values)


def test_each_image_has_the_state_of_its_job_in_the_active_space() -> None:
    active, building = gallery.make_space(), gallery.make_space("next@1", state="building")
    ready, pending, failed, replaced, unknown, elsewhere = images(6)
    job(ready, active, "ready")
    job(pending, active, "pending")
    job(failed, active, "failed")
    job(replaced, active, "ready", checksum="of the old file")
    job(elsewhere, building, "ready")
    ids = [each.pk for each in (ready, pending, failed, replaced, unknown, elsewhere)]

    assert selectors.index_state(ids) == dict(
        zip(ids, ["ready", "pending", "failed", "stale", "stale", "stale"], strict=True)
    )


def test_without_a_space_every_image_is_stale() -> None:
    (image,) = images(1)

    assert selectors.index_state([image.pk]) == {image.pk: "stale"}


def test_progress_counts_images_without_a_job_as_pending() -> None:
    space = gallery.make_space()
    ready, pending, failed, _ = images(4)
    job(ready, space, "ready")
    job(pending, space, "pending", changed_at=timezone.now() - timedelta(seconds=90))
    job(failed, space, "failed")
    progress = selectors.index_progress()

    assert (progress.total, progress.ready, progress.pending, progress.failed) == (4, 1, 2, 1)
    assert progress.oldest_pending_seconds == pytest.approx(90, abs=10)


def test_a_page_is_told_what_was_counted_a_moment_ago(
    settings: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    space = gallery.make_space()
    ready, pending = images(2)
    job(ready, space, "ready")
    job(pending, space, "pending")
    counted = selectors.index_progress_lately()
    settings.PROGRESS_SECONDS = 60
    EmbeddingJob.objects.update(state="ready")

    with django_assert_num_queries(0):
        assert selectors.index_progress_lately() == counted
    settings.PROGRESS_SECONDS = 0
    assert (selectors.index_progress_lately().ready, counted.ready) == (2, 1)


def test_an_empty_catalogue_has_nothing_to_do() -> None:
    assert selectors.index_progress() == IndexProgress(0, 0, 0, 0, 0.0)
