"""Several workers, several receivers: nothing twice, nobody held up, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from catalog.models import Product
from search import tasks
from search.models import Webhook, WebhookDelivery
from search.services import webhooks
from search.services.webhooks import claims, delivering, listening
from tests.factories import make_product
from tests.search.conftest import OwnRedis, own_redis, wait_until
from tests.webhooks.conftest import make_webhook
from tests.webhooks.receivers import Receiver, open_receiver, until

__all__ = ["own_redis"]

pytestmark = pytest.mark.django_db(transaction=True)


def apart(work: Callable[[], Any]) -> Callable[[], Any]:
    """The work on a connection of its own, which is given back."""

    def run() -> Any:
        try:
            return work()
        finally:
            connection.close()

    return run


def make_products(count: int) -> None:
    Product.objects.bulk_create(
        Product(sku=f"P-{n}", title="P", slug=f"p-{n}", price=1) for n in range(count)
    )


def test_four_workers_send_each_delivery_once(receiver: Receiver):
    webhook = make_webhook(receiver)
    make_products(60)
    start = Barrier(4)

    @apart
    def work() -> bool:
        start.wait()
        return webhooks.deliver(seconds=60)

    with ThreadPoolExecutor(4) as pool:
        for each in [pool.submit(work) for _ in range(4)]:
            each.result()

    assert sorted(each["data"]["sku"] for each in receiver.events) == sorted(
        f"P-{n}" for n in range(60)
    )
    assert receiver.most_at_once <= claims.PLACES
    assert set(WebhookDelivery.objects.values_list("state", "attempts")) == {("delivered", 1)}
    webhook.refresh_from_db()
    assert webhook.delivered_count == 60


def test_claims_of_one_webhook_never_pass_its_places(receiver: Receiver):
    make_webhook(receiver)
    make_products(20)
    webhooks.hand_on()
    start = Barrier(4)

    @apart
    def take() -> list[claims.Claim]:
        start.wait()
        return [*claims.claim(limit=16), *claims.claim(limit=16)]

    with ThreadPoolExecutor(4) as pool:
        taken = [pool.submit(take) for _ in range(4)]
        ids = [claim.delivery_id for each in taken for claim in each.result()]

    assert len(ids) == len(set(ids)) == claims.PLACES


def test_one_that_fails_gets_one_place(receiver: Receiver):
    make_webhook(receiver)
    Webhook.objects.update(failing_since=timezone.now())
    make_products(5)
    webhooks.hand_on()

    assert len(claims.claim(limit=16)) == 1
    assert claims.claim(limit=16) == []


def test_a_receiver_that_does_not_answer_holds_up_nobody_else(released: Event):
    with open_receiver(behave=until(released)) as slow, open_receiver() as quick:
        make_webhook(slow)
        make_webhook(quick)
        make_products(30)

        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(apart(lambda: webhooks.deliver(seconds=60)))
            wait_until(lambda: len(quick.received) == 30, "the quick one to get everything")
            assert len(slow.received) == claims.PLACES
            released.set()
            assert done.result()

        assert len(slow.received) == 30


def test_a_stale_answer_changes_nothing(receiver: Receiver):
    """A worker that was away for longer than its claim finds the delivery done by another."""
    make_webhook(receiver)
    make_product()
    webhooks.hand_on()
    [late] = claims.claim(limit=1)
    WebhookDelivery.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert webhooks.deliver(seconds=60)

    claims.record(late, delivering.Answer(status=500))

    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.status_code) == ("delivered", 2, 200)


def test_a_delivery_that_lost_its_worker_each_time_has_failed(receiver: Receiver):
    make_webhook(receiver)
    make_product()
    webhooks.hand_on()
    past = timezone.now() - timedelta(seconds=1)
    WebhookDelivery.objects.update(attempts=claims.ATTEMPTS, claimed_until=past)

    webhooks.deliver(seconds=60)

    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, receiver.received) == ("failed", [])
    assert delivery.error == "The worker stopped while it sent this, again and again."


def test_a_webhook_deleted_while_it_is_sent_to(receiver: Receiver):
    webhook = make_webhook(receiver)
    make_product()
    webhooks.hand_on()
    [claim] = claims.claim(limit=1)

    webhooks.delete_webhook(webhook)
    claims.record(claim, delivering.Answer(status=200))

    assert not WebhookDelivery.objects.exists()


def test_a_worker_that_is_told_to_stop_leaves_what_is_out_to_others(
    receiver: Receiver, released: Event, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(delivering, "stopping", Event())
    monkeypatch.setattr(delivering, "STOP_SECONDS", 0.1)
    receiver.behave = until(released)
    make_webhook(receiver)
    make_products(8)

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(apart(lambda: webhooks.deliver(seconds=60)))
        wait_until(lambda: len(receiver.received) == claims.PLACES, "the first to be out")
        delivering.stopping.set()
        assert done.result() is False

    assert WebhookDelivery.objects.filter(state="pending", claimed_until=None).count() == 8


def test_a_task_whose_time_is_up_rings_for_the_next_one(
    receiver: Receiver, own_redis: OwnRedis, monkeypatch: pytest.MonkeyPatch
):
    make_webhook(receiver)
    make_product()
    own_redis.client.flushall()
    monkeypatch.setattr(tasks, "TASK_SECONDS", 0)

    tasks.deliver_webhooks()
    assert own_redis.client.llen("webhooks") == 1

    own_redis.client.flushall()
    monkeypatch.setattr(tasks, "TASK_SECONDS", 60)
    tasks.deliver_webhooks()
    assert own_redis.client.llen("webhooks") == 0
    assert len(receiver.received) == 1


@pytest.fixture
def attentive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "_quiet_until", 0.0)


@pytest.mark.usefixtures("attentive")
def test_a_change_rings_after_its_commit_where_there_is_a_webhook(
    receiver: Receiver, own_redis: OwnRedis
):
    make_webhook(receiver)

    with transaction.atomic():
        make_product(tags=("sale",))
        assert own_redis.client.llen("webhooks") == 0

    assert own_redis.client.llen("webhooks") == 1


@pytest.mark.usefixtures("attentive")
def test_without_a_webhook_changes_ask_once_and_ring_for_nobody(
    own_redis: OwnRedis, django_assert_num_queries: Any
):
    make_product()

    with django_assert_num_queries(0):
        listening.ring_if_heard()
    assert own_redis.client.llen("webhooks") == 0
