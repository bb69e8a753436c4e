"""Sending once more, pings, and what waits for a webhook that is turned off."""

from __future__ import annotations

import pytest

from search.models import WebhookDelivery
from search.services import webhooks
from search.services.webhooks import claims
from tests.factories import make_product
from tests.webhooks.conftest import make_webhook
from tests.webhooks.receivers import Receiver
from tests.webhooks.test_delivering import deliver, only

pytestmark = pytest.mark.django_db


def test_what_was_delivered_can_be_sent_again_as_the_same_event(receiver: Receiver):
    make_webhook(receiver)
    make_product()
    deliver()

    assert webhooks.replay(WebhookDelivery.objects.all()) == 1
    deliver()

    first, second = receiver.received
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert (only().state, only().attempts) == ("delivered", 1)


def test_what_was_given_up_gets_all_its_attempts_again(receiver: Receiver):
    make_webhook(receiver)
    receiver.status = 500
    make_product()
    webhooks.hand_on()
    WebhookDelivery.objects.update(state="failed", attempts=10, next_attempt_at=None)

    webhooks.replay(WebhookDelivery.objects.all())
    deliver()

    assert (only().state, only().attempts) == ("pending", 1)


def test_what_is_on_its_way_is_not_sent_again(receiver: Receiver):
    make_webhook(receiver)
    make_product()
    webhooks.hand_on()
    claims.claim(limit=1)

    assert webhooks.replay(WebhookDelivery.objects.all()) == 0


def test_a_ping_reaches_a_webhook_that_is_turned_off_and_is_tried_once(receiver: Receiver):
    webhook = make_webhook(receiver, "image.ready", enabled=False)
    receiver.status = 500
    delivery = webhooks.ping(webhook)

    deliver()

    [event] = receiver.events
    assert (event["type"], event["data"]) == ("ping", {})
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("failed", 1)
    webhook.refresh_from_db()
    assert (webhook.delivered_count, webhook.failed_count) == (0, 0)


def test_what_waits_for_a_webhook_that_is_turned_off_is_kept(receiver: Receiver):
    webhook = make_webhook(receiver)
    make_product()
    webhooks.hand_on()
    webhooks.change_webhook(webhook, enabled=False)
    assert deliver()
    assert receiver.received == []

    webhooks.change_webhook(webhook, enabled=True)
    deliver()

    assert len(receiver.received) == 1
