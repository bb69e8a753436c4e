"""What the operator is told of webhooks: metrics, and the doctor."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from search import doctor
from search.doctor import Finding
from search.models import Webhook, WebhookDelivery
from search.services import webhooks
from tests.api.test_metrics import numbers
from tests.factories import make_product
from tests.webhooks.conftest import make_webhook
from tests.webhooks.receivers import Receiver

pytestmark = pytest.mark.django_db


def finding() -> Finding | None:
    return next((each for each in doctor.examine() if each.part == "Webhooks"), None)


def test_metrics_tell_outcomes_and_what_waits(client: Client, receiver: Receiver):
    make_webhook(receiver)
    make_product()
    webhooks.deliver(seconds=60)
    make_product()
    webhooks.hand_on()
    WebhookDelivery.objects.filter(state="pending").update(
        next_attempt_at=timezone.now() - timedelta(seconds=120)
    )

    found = numbers(client)

    assert found["lookalike_webhook_deliveries_total", "delivered"] == 1
    assert found["lookalike_webhook_deliveries_total", "failed"] == 0
    assert found["lookalike_webhook_pending",] == 1
    assert found["lookalike_webhook_disabled",] == 0
    assert 120 <= found["lookalike_webhook_oldest_due_seconds",] < 180


def test_the_doctor_says_nothing_without_webhooks():
    assert finding() is None


def test_the_doctor_says_how_many_were_told(receiver: Receiver):
    make_webhook(receiver)
    make_product()
    webhooks.deliver(seconds=60)

    assert finding() == Finding("Webhooks", "1 delivered, 0 wait, 0 given up")


def test_the_doctor_names_those_that_were_disabled(receiver: Receiver):
    make_webhook(receiver, description="The ERP")
    Webhook.objects.update(enabled=False, disabled_because="Gone.")

    found = finding()

    assert found is not None
    assert found.told == "disabled because they failed: The ERP"
    assert not found.ok


def test_the_doctor_misses_the_worker(receiver: Receiver):
    make_webhook(receiver)
    make_product()
    webhooks.hand_on()
    WebhookDelivery.objects.update(next_attempt_at=timezone.now() - timedelta(minutes=10))

    found = finding()

    assert found is not None
    assert found.todo == "See that a worker of the queue `webhooks` runs."
