"""Real Celery workers, killed and deserted: every image ends ready, once."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from catalog.models import ProductImage
from search import doorbell, services
from search.models import EmbeddingJob, ImageEmbedding
from search.workers import embedding_workers
from tests.factories import add_photo, make_product
from tests.search.conftest import OwnRedis, Workers, wait_until


def all_ready() -> bool:
    return not EmbeddingJob.objects.exclude(state="ready").exists()


def claimed() -> int:
    return EmbeddingJob.objects.exclude(claimed_until=None).count()


def expire_claims() -> None:
    past = timezone.now() - timedelta(seconds=1)
    EmbeddingJob.objects.exclude(claimed_until=None).update(claimed_until=past)


def hold_up(image: ProductImage) -> bytes:
    """Put a pipe in the place of the image's file: whoever opens it waits for ever."""
    path = Path(image.file.path)
    content = path.read_bytes()
    path.unlink()
    os.mkfifo(path)
    return content


def release_reader(image: ProductImage, content: bytes) -> None:
    """Let the one that waits at the pipe read the picture."""
    Path(image.file.path).write_bytes(content)


def let_go(image: ProductImage, content: bytes) -> None:
    path = Path(image.file.path)
    path.unlink()
    path.write_bytes(content)


def test_a_worker_killed_in_mid_batch_loses_nothing(workers: Workers):
    product = make_product()
    images = [add_photo(product, seed=seed) for seed in range(4)]
    content = hold_up(images[2])
    first = workers.start()
    wait_until(lambda: claimed() == 4, "the worker to claim the batch")

    workers.kill(first)
    let_go(images[2], content)
    expire_claims()
    assert services.reconcile().waiting == 4
    workers.start()

    wait_until(all_ready, "the second worker to embed all")
    assert ImageEmbedding.objects.count() == 4
    assert set(EmbeddingJob.objects.values_list("attempts", flat=True)) == {2}


def test_a_flushed_queue_loses_nothing(workers: Workers, own_redis: OwnRedis):
    product = make_product()
    for seed in range(200):
        add_photo(product, seed=seed % 10)
    own_redis.client.flushall()
    workers.start()
    wait_until(lambda: len(embedding_workers()) == 1, "the worker to be there")
    assert EmbeddingJob.objects.filter(state="pending").count() == 200

    assert services.reconcile(deep=False).waiting == 200

    wait_until(all_ready, "the worker to embed all")
    assert ImageEmbedding.objects.count() == 200
    assert set(EmbeddingJob.objects.values_list("attempts", flat=True)) == {1}


def test_a_worker_outlives_redis_and_embeds_what_was_saved_meanwhile(
    workers: Workers, own_redis: OwnRedis
):
    workers.start()
    wait_until(lambda: len(embedding_workers()) == 1, "the worker to be there")
    own_redis.stop()
    add_photo(make_product())
    own_redis.start()

    # The beat's reconciler lives in another process, which has not heard of the failure.
    doorbell._quiet_until = 0.0
    services.reconcile(deep=False)

    wait_until(all_ready, "the worker to embed it")


def test_a_worker_that_is_told_to_stop_finishes_its_batch(workers: Workers):
    product = make_product()
    images = [add_photo(product, seed=seed) for seed in range(4)]
    content = hold_up(images[2])
    worker = workers.start()
    wait_until(lambda: claimed() == 4, "the worker to claim the batch")

    worker.terminate()
    release_reader(images[2], content)

    assert worker.wait(timeout=30) == 0
    assert all_ready()
