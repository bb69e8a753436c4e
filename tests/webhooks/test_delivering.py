"""From an event to its receiver: signed, tried again, given up, sent once more."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Product
from search.models import Webhook, WebhookDelivery, WebhookEvent
from search.services import webhooks
from search.services.webhooks import claims
from tests.factories import make_product
from tests.webhooks.conftest import make_webhook
from tests.webhooks.receivers import Received, Receiver, answer, open_receiver

pytestmark = pytest.mark.django_db


def deliver() -> bool:
    return webhooks.deliver(seconds=60)


def only() -> WebhookDelivery:
    return WebhookDelivery.objects.select_related("webhook", "event").get()


def seconds_to_wait() -> float:
    return (only().next_attempt_at - timezone.now()).total_seconds()


def make_due() -> None:
    WebhookDelivery.objects.filter(state="pending").update(next_attempt_at=timezone.now())


def is_signed_by(secret: str, message: Received) -> bool:
    """As a receiver checks it, written from the specification alone."""
    headers = message.headers
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + message.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{right}" in headers["webhook-signature"].split(" ")


def test_a_message_as_a_receiver_gets_it(receiver: Receiver):
    webhook = make_webhook(receiver)
    make_product(sku="Größe 7")

    assert deliver()

    [message] = receiver.received
    event = WebhookEvent.objects.get()
    assert json.loads(message.body) == {
        "id": str(event.pk),
        "type": "product.created",
        "created": event.created_at.isoformat().replace("+00:00", "Z"),
        "data": {"sku": "Größe 7", "status": "active"},
    }
    assert message.headers["webhook-id"] == str(event.pk)
    assert abs(int(message.headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    assert is_signed_by(webhook.secret, message)
    delivery = only()
    assert (delivery.state, delivery.attempts, delivery.status_code) == ("delivered", 1, 200)
    assert (delivery.response, delivery.error) == ("thanks", "")
    assert delivery.delivered_at is not None
    assert delivery.next_attempt_at is None
    webhook.refresh_from_db()
    assert (webhook.delivered_count, webhook.failed_count) == (1, 0)


def test_a_rotated_secret_signs_beside_the_former_one_for_a_day(receiver: Receiver):
    former = make_webhook(receiver)
    present = webhooks.rotate_secret(former)
    make_product()
    deliver()

    assert is_signed_by(former.secret, receiver.received[0])
    assert is_signed_by(present.secret, receiver.received[0])

    Webhook.objects.update(previous_until=timezone.now())
    make_product()
    deliver()

    assert not is_signed_by(former.secret, receiver.received[1])
    assert is_signed_by(present.secret, receiver.received[1])


def test_each_failure_waits_longer_until_it_is_given_up(receiver: Receiver):
    webhook = make_webhook(receiver)
    receiver.status = 503
    make_product()

    for attempt, delay in enumerate(claims.DELAYS, start=1):
        assert deliver()
        delivery = only()
        assert (delivery.state, delivery.attempts) == ("pending", attempt)
        assert delivery.error == "The answer was 503."
        least = delay.total_seconds()
        assert least - 60 < seconds_to_wait() <= least * 1.2
        make_due()
    deliver()

    delivery = only()
    assert (delivery.state, delivery.attempts) == ("failed", 10)
    assert delivery.next_attempt_at is None
    assert {each.headers["webhook-id"] for each in receiver.received} == {str(delivery.event_id)}
    assert len(receiver.received) == 10
    webhook.refresh_from_db()
    assert (webhook.delivered_count, webhook.failed_count) == (0, 1)


def test_the_retries_take_a_day_and_a_half_and_no_two_the_same_time():
    assert sum(claims.DELAYS, timedelta()) == timedelta(hours=36, minutes=12, seconds=35)
    waits = {claims.delay_after(1) for _ in range(50)}
    assert len(waits) == 50
    assert min(waits) >= timedelta(seconds=5)
    assert max(waits) <= timedelta(seconds=6)


def test_nothing_is_sent_before_its_time(receiver: Receiver):
    make_webhook(receiver)
    receiver.status = 500
    make_product()
    deliver()

    assert deliver()

    assert len(receiver.received) == 1


def test_a_receiver_that_is_well_again_gets_it(receiver: Receiver):
    webhook = make_webhook(receiver)
    receiver.status = 500
    make_product()
    deliver()
    webhook.refresh_from_db()
    assert webhook.failing_since is not None

    receiver.status = 202
    make_due()
    deliver()

    assert (only().state, only().attempts, only().status_code) == ("delivered", 2, 202)
    webhook.refresh_from_db()
    assert webhook.failing_since is None


def test_who_is_gone_is_asked_no_more(receiver: Receiver):
    webhook = make_webhook(receiver)
    receiver.status = 410
    make_product()
    deliver()

    webhook.refresh_from_db()
    assert not webhook.enabled
    assert webhook.disabled_because == "The receiver says that it is gone for good (410)."
    assert only().state == "failed"
    assert list(webhooks.disabled_webhooks()) == [webhook]


def test_who_fails_for_days_is_disabled_and_begins_anew_when_enabled(receiver: Receiver):
    webhook = make_webhook(receiver)
    receiver.status = 500
    make_product()
    deliver()
    Webhook.objects.update(failing_since=timezone.now() - timedelta(days=5, seconds=1))
    make_due()
    deliver()

    webhook.refresh_from_db()
    assert not webhook.enabled
    told = "Nothing but failures for 5 days; the last: The answer was 500."
    assert webhook.disabled_because == told
    make_due()
    deliver()
    assert len(receiver.received) == 2

    receiver.status = 200
    webhook = webhooks.change_webhook(webhook, enabled=True)
    assert (webhook.failing_since, webhook.disabled_because) == (None, "")
    deliver()
    assert only().state == "delivered"


def test_a_redirect_is_a_failure_that_says_where_to(receiver: Receiver):
    make_webhook(receiver)
    receiver.behave = lambda handler: answer(handler, 301, Location="https://10.0.0.1/")
    make_product()
    deliver()

    assert only().error == (
        "The answer was a redirect (301) to https://10.0.0.1/. None is followed: enter the address "
        "where it ends."
    )


def test_a_target_is_checked_at_each_delivery(receiver: Receiver, settings: Any):
    make_webhook(receiver)
    make_product()
    settings.WEBHOOK_ALLOWED_PRIVATE = ()

    deliver()

    assert receiver.received == []
    assert only().state == "pending"
    assert only().error.endswith("must be named in the setting WEBHOOK_ALLOWED_PRIVATE.")


def test_a_closed_port_is_tried_again():
    with open_receiver() as closed:
        make_webhook(closed)
    make_product()

    deliver()

    assert (only().state, only().error) == ("pending", "No connection: Connection refused")


@pytest.fixture
def others() -> Iterator[Receiver]:
    with open_receiver() as opened:
        yield opened


def test_everything_arrives_though_there_is_more_than_one_claim_takes(
    receiver: Receiver, others: Receiver
):
    make_webhook(receiver)
    make_webhook(others, "product.created")
    Product.objects.bulk_create(
        Product(sku=f"P-{n}", title="P", slug=f"p-{n}", price=1) for n in range(40)
    )

    assert deliver()

    skus = {f"P-{n}" for n in range(40)}
    for each in (receiver, others):
        assert {event["data"]["sku"] for event in each.events} == skus
        assert len(each.received) == 40
        assert each.most_at_once <= claims.PLACES


def test_old_events_are_purged_with_their_deliveries(receiver: Receiver, settings: Any):
    make_webhook(receiver)
    make_product(sku="OLD")
    make_product(sku="NEW")
    deliver()
    long_ago = timezone.now() - settings.WEBHOOK_LOG_LIFETIME - timedelta(seconds=1)
    WebhookEvent.objects.filter(data__sku="OLD").update(created_at=long_ago)

    assert webhooks.purge_log() == 1

    assert only().event.data["sku"] == "NEW"


def test_the_figures(receiver: Receiver):
    make_webhook(receiver)
    make_product()
    deliver()
    receiver.status = 500
    make_product()
    deliver()
    due = timezone.now() - timedelta(seconds=90)
    WebhookDelivery.objects.filter(state="pending").update(next_attempt_at=due)

    found = webhooks.figures()

    assert (found.delivered, found.failed, found.pending, found.disabled) == (1, 0, 1, 0)
    assert 90 <= found.oldest_due_seconds < 120
