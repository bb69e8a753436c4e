"""Reading webhooks and what became of their deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Min, Model, Q, QuerySet, Sum
from django.utils import timezone

from search.errors import UnknownWebhook
from search.models import Webhook, WebhookDelivery

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Figures:
    """Deliveries by outcome since the webhooks were made, those that wait, and how long the first
    of them has been due, in seconds; webhooks that were disabled because they failed."""

    delivered: int
    failed: int
    pending: int
    oldest_due_seconds: float
    disabled: int


def webhooks() -> QuerySet[Webhook]:
    """All of them, newest first."""
    return Webhook.objects.order_by("-pk")


def disabled_webhooks() -> QuerySet[Webhook]:
    """Those that were turned off because they failed; staff should look at them."""
    return webhooks().filter(enabled=False).exclude(disabled_because="")


def get_webhook(webhook_id: int) -> Webhook:
    """Raises UnknownWebhook."""
    found = Webhook.objects.filter(pk=webhook_id).first()
    if found is None:
        raise UnknownWebhook(f"No webhook has the id {webhook_id}. See /api/v1/webhooks/.")
    return found


def first_secret(webhook_id: int) -> str | None:
    """The secret that the webhook was made with; None where it has got another one, or is gone."""
    made = Webhook.objects.filter(pk=webhook_id, previous_secret="")
    return made.values_list("secret", flat=True).first()


def deliveries_of(webhook: Webhook) -> QuerySet[WebhookDelivery]:
    """Newest first, with their events."""
    return webhook.deliveries.select_related("event").order_by("-pk")


def get_delivery(delivery_id: int) -> WebhookDelivery:
    """Raises UnknownWebhook."""
    rows = WebhookDelivery.objects.select_related("event")
    found = rows.filter(pk=delivery_id).first()
    if found is None:
        raise UnknownWebhook(f"No delivery has the id {delivery_id}; old ones are purged.")
    return found


def page(rows: QuerySet[Row], *, after: int | None, k: int) -> tuple[Sequence[Row], int | None]:
    """Up to `k` rows of a list that is newest first, from those older than `after` on, and the id
    after which the next page begins."""
    found = list((rows if after is None else rows.filter(pk__lt=after))[: k + 1])
    return found[:k], found[k - 1].pk if len(found) > k else None


def figures() -> Figures:
    counted = Webhook.objects.aggregate(done=Sum("delivered_count"), lost=Sum("failed_count"))
    waiting = WebhookDelivery.objects.filter(
        Q(webhook__enabled=True), state=WebhookDelivery.State.PENDING
    )
    oldest = waiting.aggregate(due=Min("next_attempt_at"))["due"]
    late = (timezone.now() - oldest).total_seconds() if oldest else 0.0
    return Figures(
        delivered=counted["done"] or 0,
        failed=counted["lost"] or 0,
        pending=waiting.count(),
        oldest_due_seconds=max(0.0, late),
        disabled=disabled_webhooks().count(),
    )
