"""The bell: once for each transaction, never piling up, and never in the way of a save."""

from __future__ import annotations

import time

import pytest
from django.db import transaction

from search import doorbell, services, tasks
from search.models import EmbeddingJob
from tests.factories import add_photo, make_product
from tests.search.conftest import OwnRedis

pytestmark = pytest.mark.django_db(transaction=True)


def bells(server: OwnRedis) -> int:
    return server.client.llen("embed")


def test_a_saved_image_rings_after_its_commit(own_redis: OwnRedis):
    with transaction.atomic():
        add_photo(make_product())
        assert bells(own_redis) == 0

    assert bells(own_redis) == 1


def test_a_rolled_back_image_rings_for_nobody(own_redis: OwnRedis):
    with transaction.atomic():
        add_photo(make_product())
        transaction.set_rollback(True)

    assert bells(own_redis) == 0


def test_many_images_in_a_transaction_ring_once(own_redis: OwnRedis, monkeypatch):
    rung = []
    monkeypatch.setattr(doorbell, "ring", lambda: rung.append(1))
    product = make_product()

    with transaction.atomic():
        for seed in range(3):
            add_photo(product, seed=seed)

    assert rung == [1]


def test_a_savepoint_that_is_undone_takes_its_bell_along_but_not_the_next_ones(
    own_redis: OwnRedis,
):
    product = make_product()
    with transaction.atomic():
        with transaction.atomic():
            add_photo(product, seed=1)
            transaction.set_rollback(True)
        add_photo(product, seed=2)

    assert bells(own_redis) == 1


def test_bells_that_nobody_answers_do_not_pile_up(own_redis: OwnRedis):
    product = make_product()
    for seed in range(5):
        add_photo(product, seed=seed)
    for _ in range(5):
        services.reconcile()

    assert bells(own_redis) == 1


def test_reconcile_rings_again_for_what_a_flushed_queue_forgot(own_redis: OwnRedis):
    add_photo(make_product())
    own_redis.client.flushall()

    tasks.reconcile()

    assert bells(own_redis) == 1


def test_reconcile_is_silent_when_nothing_waits(own_redis: OwnRedis):
    tasks.reconcile(deep=True)

    assert bells(own_redis) == 0


def test_an_image_is_saved_while_redis_is_down_and_waits(own_redis: OwnRedis):
    own_redis.stop()

    image = add_photo(make_product())

    assert EmbeddingJob.objects.get(image=image).state == "pending"


def test_a_refused_connection_is_not_tried_again(own_redis: OwnRedis, monkeypatch):
    """Celery's own retries would hold up the save for six seconds."""
    own_redis.stop()
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)

    assert doorbell.ring() is False

    assert pauses == []


def test_after_a_failure_the_bell_keeps_quiet_for_a_while_and_then_rings(own_redis: OwnRedis):
    own_redis.stop()
    assert doorbell.ring() is False
    own_redis.start()

    assert doorbell.ring() is False
    assert bells(own_redis) == 0
    assert time.monotonic() < doorbell._quiet_until <= time.monotonic() + doorbell.QUIET_SECONDS
    doorbell._quiet_until = 0.0
    assert doorbell.ring() is True
    assert bells(own_redis) == 1


def test_the_task_embeds_what_waits_and_is_content_with_nothing(own_redis: OwnRedis):
    add_photo(make_product())

    tasks.embed_pending()
    tasks.embed_pending()

    assert EmbeddingJob.objects.get().state == "ready"


def test_a_task_whose_time_is_up_rings_for_the_next_one(own_redis: OwnRedis, monkeypatch):
    add_photo(make_product())
    own_redis.client.flushall()
    monkeypatch.setattr(tasks, "TASK_SECONDS", 0)

    tasks.embed_pending()

    assert bells(own_redis) == 1


def test_tasks_end_quietly_without_an_embedder(own_redis: OwnRedis, settings, caplog):
    settings.EMBEDDER = "nobody@1"

    tasks.embed_pending()
    tasks.reconcile(deep=True)

    assert "nobody@1" in caplog.text
    assert "manage.py doctor" in caplog.text
