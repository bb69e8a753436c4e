"""Two workers never embed the same image at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from search import services
from search.models import EmbeddingJob, EmbeddingSpace, ImageEmbedding
from search.services import queue
from tests.factories import add_photo, make_product

pytestmark = pytest.mark.django_db(transaction=True)


def in_a_connection_of_its_own(work):
    """Django's connections belong to threads; a thread that ends must give its own back."""

    def run():
        try:
            return work()
        finally:
            connection.close()

    return run


def test_concurrent_claims_share_no_image(space: EmbeddingSpace):
    product = make_product()
    images = {add_photo(product, seed=seed).pk for seed in range(12)}
    start = Barrier(4)

    @in_a_connection_of_its_own
    def claim() -> list[int]:
        start.wait()
        return [each.image_id for each in queue.claim(space=space, limit=3)]

    with ThreadPoolExecutor(4) as pool:
        taken = [
            image for done in [pool.submit(claim) for _ in range(4)] for image in done.result()
        ]

    assert len(taken) == len(set(taken))
    assert set(taken) <= images
    assert EmbeddingJob.objects.filter(attempts=1).count() == len(taken)


def test_a_job_that_somebody_holds_is_skipped_not_waited_for(space: EmbeddingSpace):
    product = make_product()
    held, free = (add_photo(product, seed=seed) for seed in range(2))
    holding, done = Event(), Event()

    @in_a_connection_of_its_own
    def hold() -> None:
        with transaction.atomic():
            EmbeddingJob.objects.select_for_update().get(image=held)
            holding.set()
            done.wait(10)

    with ThreadPoolExecutor(1) as pool:
        holder = pool.submit(hold)
        holding.wait(10)
        claims = queue.claim(space=space, limit=16)
        done.set()
        holder.result()

    assert [claim.image_id for claim in claims] == [free.pk]


def test_many_workers_embed_every_image_once(space: EmbeddingSpace):
    product = make_product()
    for seed in range(24):
        add_photo(product, seed=seed)

    @in_a_connection_of_its_own
    def work() -> None:
        while services.embed_pending(limit=2).claimed:
            pass

    with ThreadPoolExecutor(4) as pool:
        for each in [pool.submit(work) for _ in range(4)]:
            each.result()
    services.drain(seconds=30)

    assert EmbeddingJob.objects.filter(state="ready", attempts=1).count() == 24
    assert ImageEmbedding.objects.count() == 24


def test_a_live_claim_is_left_alone_until_it_expires(space: EmbeddingSpace):
    add_photo(make_product())
    queue.claim(space=space, limit=1)

    assert queue.claim(space=space, limit=1) == []
    assert services.reconcile().waiting == 0
