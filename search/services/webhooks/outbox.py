"""From what happened to what is to be delivered: to each webhook that wants it, once."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from search import doorbell
from search.models import Webhook, WebhookDelivery, WebhookEvent
from search.webhooks import PING

# Events that are handed on, and deleted, in one transaction.
AT_ONCE = 1_000


def hand_on() -> int:
    """Write a delivery for each webhook that wants an event; returns how many events there were.

    Those that nobody wants any more are forgotten. Whoever does this at the same time takes others.
    """
    new = WebhookEvent.objects.filter(transaction_id__isnull=False)
    if not new.exists():
        return 0
    with transaction.atomic():
        # Held, so that none of them is deleted before its deliveries are there.
        ears = list(Webhook.objects.select_for_update(no_key=True).filter(enabled=True))
        events = list(new.select_for_update(skip_locked=True).order_by("created_at")[:AT_ONCE])
        WebhookDelivery.objects.bulk_create(
            WebhookDelivery(webhook=ear, event=event)
            for event in events
            for ear in ears
            if event.type in ear.events
        )
        handled = WebhookEvent.objects.filter(pk__in=[event.pk for event in events])
        handled.filter(deliveries=None).delete()
        handled.update(transaction_id=None)
    return len(events)


def ping(webhook: Webhook) -> WebhookDelivery:
    """Send the webhook an event that says nothing, also one that is turned off. Tried once."""
    with transaction.atomic():
        event = WebhookEvent.objects.create(type=PING, subject=f"ping:{uuid.uuid4()}")
        delivery = WebhookDelivery.objects.create(webhook=webhook, event=event)
        doorbell.once_after_commit(doorbell.ring_webhooks)
    return delivery


def replay(deliveries: QuerySet[WebhookDelivery]) -> int:
    """Send these again as the same events, from the first attempt on; returns how many. Those that
    are on their way just now are left alone, those of a disabled webhook wait until it is enabled.
    """
    with transaction.atomic():
        idle = Q(claimed_until=None) | Q(claimed_until__lt=Now())
        count = (
            deliveries.order_by()
            .filter(idle)
            .update(
                state=WebhookDelivery.State.PENDING,
                attempts=0,
                next_attempt_at=Now(),
                claimed_until=None,
                delivered_at=None,
            )
        )
        doorbell.once_after_commit(doorbell.ring_webhooks)
    return count


def purge_log() -> int:
    """Delete events older than WEBHOOK_LOG_DAYS with their deliveries; returns how many events."""
    old = WebhookEvent.objects.filter(
        created_at__lt=timezone.now() - settings.WEBHOOK_LOG_LIFETIME
    ).order_by("created_at")
    gone = 0
    while ids := list(old.values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            WebhookDelivery.objects.filter(event__in=ids).delete()
            WebhookEvent.objects.filter(pk__in=ids).delete()
        gone += len(ids)
    return gone
