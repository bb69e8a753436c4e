"""An image gets three attempts, however they end; none of them costs a neighbour anything."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from search import services
from search.models import EmbeddingJob, EmbeddingSpace
from search.services import Batch, queue
from tests.factories import add_photo, make_product

pytestmark = pytest.mark.django_db


def let_time_pass() -> None:
    """Every claim and every pause before a retry is over."""
    past = timezone.now() - timedelta(seconds=1)
    EmbeddingJob.objects.exclude(claimed_until=None).update(claimed_until=past)


def states() -> list[tuple[str, int]]:
    return list(EmbeddingJob.objects.order_by("pk").values_list("state", "attempts"))


def test_a_failure_that_may_pass_is_tried_again_later(embedder_that):
    add_photo(make_product())
    failures = iter([MemoryError("no room"), None])

    def once(images):
        if error := next(failures):
            raise error

    embedder_that(once)

    assert services.embed_pending() == Batch(claimed=1, waiting=1)
    job = EmbeddingJob.objects.get()
    assert (job.state, job.attempts) == ("pending", 1)
    assert job.error == "it could not be embedded: MemoryError: no room"
    assert services.embed_pending() == Batch()
    let_time_pass()
    assert services.embed_pending() == Batch(claimed=1, ready=1)
    assert states() == [("ready", 2)]


def test_after_three_attempts_it_is_quarantined_with_the_reason(embedder_that):
    add_photo(make_product())

    def always(images):
        raise RuntimeError("boom")

    embedder_that(always)
    for expected in (Batch(1, waiting=1), Batch(1, waiting=1), Batch(1, failed=1), Batch()):
        assert services.embed_pending() == expected
        let_time_pass()

    job = EmbeddingJob.objects.get()
    assert (job.state, job.attempts) == ("failed", 3)
    expected = "Gave up after 3 attempts: it could not be embedded: RuntimeError: boom"
    assert job.error == expected


def test_a_storage_that_does_not_answer_is_tried_again(monkeypatch):
    image = add_photo(make_product())

    def refuse(name, mode):
        raise ConnectionResetError("by peer")

    monkeypatch.setattr(image.file.storage, "_open", refuse)

    assert services.embed_pending() == Batch(claimed=1, waiting=1)
    expected = "its file could not be opened: ConnectionResetError: by peer"
    assert EmbeddingJob.objects.get().error == expected


def test_what_was_tried_before_is_taken_alone(space: EmbeddingSpace):
    product = make_product()
    images = [add_photo(product, seed=seed) for seed in range(4)]
    EmbeddingJob.objects.filter(image__in=images[:2]).update(attempts=1)

    taken = [
        [(claim.image_id, claim.attempt) for claim in queue.claim(space=space, limit=16)]
        for _ in range(3)
    ]

    assert taken == [
        [(images[0].pk, 2)],
        [(images[1].pk, 2)],
        [(images[2].pk, 1), (images[3].pk, 1)],
    ]


def test_an_image_that_kills_its_worker_is_quarantined_and_takes_no_neighbour_along(
    space: EmbeddingSpace,
):
    """Claims that are never finished are what a dead worker leaves."""
    product = make_product()
    poison = add_photo(product, seed=0)
    for seed in range(1, 4):
        add_photo(product, seed=seed)

    for _ in range(30):
        claims = queue.claim(space=space, limit=16)
        if not any(claim.image_id == poison.pk for claim in claims):
            EmbeddingJob.objects.filter(pk__in=[c.job_id for c in claims]).update(
                attempts=F("attempts") - 1, claimed_until=None
            )
            services.embed_pending()
        let_time_pass()

    assert states() == [("failed", 3), ("ready", 2), ("ready", 2), ("ready", 2)]
    job = EmbeddingJob.objects.get(image=poison)
    expected = "Gave up after 3 attempts: the worker stopped while it embedded this image."
    assert job.error == expected


def test_asking_again_gives_a_failed_image_its_attempts_back():
    image = add_photo(make_product())
    EmbeddingJob.objects.update(state="failed", attempts=3, error="for some reason")

    assert services.request_embedding(image_ids=[image.pk]) == 1

    job = EmbeddingJob.objects.get()
    assert (job.state, job.attempts, job.error) == ("pending", 0, "")
    assert services.embed_pending() == Batch(claimed=1, ready=1)


def test_asking_again_for_images_that_are_not_there_queues_none():
    assert services.request_embedding(image_ids=[12345]) == 0
