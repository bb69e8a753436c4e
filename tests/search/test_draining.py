"""A worker embeds on several cores at once."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from search import services
from search.embedding import EmbedderUnavailable
from search.errors import SearchUnavailable
from search.models import EmbeddingJob, ImageEmbedding
from search.services import Batch, create_space, draining
from tests.factories import add_photo, make_product

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def photos(settings) -> None:
    settings.EMBED_BATCH = 2
    product = make_product()
    for seed in range(8):
        add_photo(product, seed=seed)


def test_threads_share_the_queue_and_embed_every_image_once(embedder_that):
    met = threading.Barrier(2, timeout=10)
    callers: set[int] = set()

    def wait_for_the_other(images):
        if threading.get_ident() not in callers:
            callers.add(threading.get_ident())
            met.wait()

    embedder_that(wait_for_the_other)
    batches: list[Batch] = []

    assert services.drain(seconds=30, threads=2, after_batch=batches.append) is True

    assert sum(batches, Batch()) == Batch(claimed=8, ready=8)
    assert ImageEmbedding.objects.count() == 8
    assert set(EmbeddingJob.objects.values_list("attempts", flat=True)) == {1}
    assert len(callers) == 2


def test_what_stops_one_thread_is_told_and_nothing_is_lost(embedder_that):
    def unavailable(images):
        raise EmbedderUnavailable("no weights")

    embedder_that(unavailable)

    with pytest.raises(SearchUnavailable):
        services.drain(seconds=30, threads=2)

    assert set(EmbeddingJob.objects.values_list("state", "attempts")) == {("pending", 0)}
    assert connections["default"].is_usable()


def test_one_thread_that_stops_stops_the_others(embedder_that):
    """Whoever comes first goes on without end; the second one fails."""
    second, seen = threading.Event(), []

    def fail_the_second_caller(images):
        seen.append(threading.get_ident())
        if len(set(seen)) > 1 and threading.get_ident() != seen[0]:
            second.set()
            raise EmbedderUnavailable("no weights")
        second.wait(10)
        services.request_embedding(
            image_ids=EmbeddingJob.objects.values_list("image_id", flat=True)
        )

    embedder_that(fail_the_second_caller)

    with pytest.raises(SearchUnavailable):
        services.drain(seconds=3600, threads=2)

    assert second.is_set()


def test_another_space_is_filled_with_rests_while_customers_search(monkeypatch, settings):
    settings.EMBED_BATCH = 8
    create_space("fake@1", name="second@1")
    services.reconcile()
    rested: list[float] = []
    monkeypatch.setattr(draining, "rest_after", lambda seconds: rested.append(seconds) or 0.0)

    assert services.drain(seconds=30) is True
    assert rested == []

    services.photo_query(text="red")
    services.request_embedding(image_ids=EmbeddingJob.objects.values_list("image_id", flat=True))
    assert services.drain(seconds=30) is True
    assert len(rested) == 1
    assert set(ImageEmbedding.objects.values_list("space__name", flat=True)) == {
        "fake@1",
        "second@1",
    }
