"""The claim queue of deliveries: which are due, who sends them, what became of each.

Everyone locks a webhook before its deliveries. The database's clock decides, so that machines with
different clocks agree.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from search.models import Webhook, WebhookDelivery
from search.services.webhooks.wording import GONE, reason_of
from search.webhooks import PING, Answer

log = structlog.get_logger(__name__)

Pending = WebhookDelivery.State.PENDING
# Longer than the longest attempt by far: nobody sends what somebody else still may be sending.
CLAIM = timedelta(seconds=60)
# How long it waits after its first, second ... failure: a day and a half in all.
DELAYS = (
    *(timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10)),
    *(timedelta(hours=1), timedelta(hours=3), timedelta(hours=8)),
    *(timedelta(hours=12), timedelta(hours=12)),
)
ATTEMPTS = len(DELAYS) + 1
JITTER = 0.2
# Deliveries of one webhook on their way at once; of one that fails a single one.
PLACES = 4
LOST_WORKER = gettext_noop("The worker stopped while it sent this, again and again.")


@dataclass(frozen=True, slots=True)
class Claim:
    """One delivery to attempt. `attempt` counts from 1 and is already stored."""

    delivery_id: int
    webhook_id: int
    attempt: int
    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    event: dict[str, Any]

    @property
    def is_ping(self) -> bool:
        return bool(self.event["type"] == PING)


def due() -> QuerySet[WebhookDelivery]:
    """Deliveries that a worker may claim now. A webhook that is turned off gets pings alone."""
    unclaimed = Q(claimed_until=None) | Q(claimed_until__lt=Now())
    heard = Q(webhook__enabled=True) | Q(event__type=PING)
    return WebhookDelivery.objects.filter(
        unclaimed, heard, state=Pending, next_attempt_at__lte=Now()
    )


def claim(*, limit: int) -> list[Claim]:
    """Take up to `limit` due deliveries for CLAIM, their attempt counted; of each webhook as many
    as it has places left."""
    taken: list[Claim] = []
    with transaction.atomic():
        theirs = due().filter(webhook=OuterRef("pk"))
        waiting = Webhook.objects.select_for_update(skip_locked=True, no_key=True)
        longest = Subquery(theirs.order_by("next_attempt_at").values("next_attempt_at")[:1])
        for webhook in waiting.filter(Exists(theirs)).order_by(longest, "pk"):
            taken += _claim_of(webhook, limit=limit - len(taken))
    return taken


def _claim_of(webhook: Webhook, *, limit: int) -> list[Claim]:
    flying = webhook.deliveries.filter(state=Pending, claimed_until__gte=Now()).count()
    places = (PLACES if webhook.failing_since is None else 1) - flying
    if min(places, limit) <= 0:
        return []
    rows = due().filter(webhook=webhook).select_related("event").order_by("next_attempt_at", "pk")
    chosen = list(rows.select_for_update(skip_locked=True, of=("self",))[: min(places, limit)])
    WebhookDelivery.objects.filter(pk__in=[each.pk for each in chosen]).update(
        attempts=F("attempts") + 1, claimed_until=Now() + CLAIM, attempted_at=Now()
    )
    return [
        Claim(
            delivery_id=each.pk,
            webhook_id=webhook.pk,
            attempt=each.attempts + 1,
            url=webhook.url,
            secrets=webhook.secrets,
            event=each.event.payload,
        )
        for each in chosen
    ]


def release(claims: Iterable[Claim]) -> None:
    """Let others send these at once: this worker stops, and doesn't wait for their answers."""
    ids = [each.delivery_id for each in claims]
    WebhookDelivery.objects.filter(pk__in=ids, state=Pending).update(claimed_until=None)


def give_up_on_lost() -> int:
    """Fail what has used up its attempts without an answer: its worker died each time."""
    lost = WebhookDelivery.objects.filter(
        state=Pending, attempts__gte=ATTEMPTS, claimed_until__lt=Now()
    )
    return lost.update(
        state=WebhookDelivery.State.FAILED,
        error=_(LOST_WORKER),
        claimed_until=None,
        next_attempt_at=None,
    )


def record(claim: Claim, answer: Answer) -> None:
    """Write down what came of an attempt, unless it is somebody else's by now."""
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update(no_key=True).filter(pk=claim.webhook_id).first()
        if webhook is None:
            return
        outcome = _outcome(claim, answer)
        mine = WebhookDelivery.objects.filter(
            pk=claim.delivery_id, state=Pending, attempts=claim.attempt
        )
        written = mine.update(
            **outcome,
            claimed_until=None,
            status_code=answer.status,
            error=reason_of(answer),
            response=answer.body,
            duration_ms=round(answer.seconds * 1000),
        )
        if written:
            _record_health(webhook, answer, state=outcome["state"], is_ping=claim.is_ping)


def _outcome(claim: Claim, answer: Answer) -> dict[str, Any]:
    if answer.delivered:
        done = {"delivered_at": Now(), "next_attempt_at": None}
        return {"state": WebhookDelivery.State.DELIVERED, **done}
    if claim.attempt >= ATTEMPTS or answer.status == GONE or claim.is_ping:
        return {"state": WebhookDelivery.State.FAILED, "next_attempt_at": None}
    return {"state": Pending, "next_attempt_at": Now() + delay_after(claim.attempt)}


def delay_after(attempt: int) -> timedelta:
    """How long to wait after that failed attempt: up to JITTER more than DELAYS, so that what
    failed together doesn't come back together."""
    return DELAYS[attempt - 1] * random.uniform(1, 1 + JITTER)  # noqa: S311 - no secret


def _record_health(webhook: Webhook, answer: Answer, *, state: str, is_ping: bool) -> None:
    changes: dict[str, Any] = {}
    if answer.delivered:
        changes["failing_since"] = None
        if not is_ping:
            changes["delivered_count"] = F("delivered_count") + 1
    else:
        changes["failing_since"] = Coalesce("failing_since", Now())
        if state == WebhookDelivery.State.FAILED and not is_ping:
            changes["failed_count"] = F("failed_count") + 1
        if webhook.enabled and (because := _hopeless(webhook, answer)):
            changes |= {"enabled": False, "disabled_because": because}
            log.warning("A webhook was disabled", webhook=webhook.pk, reason=because)
    Webhook.objects.filter(pk=webhook.pk).update(**changes)


def _hopeless(webhook: Webhook, answer: Answer) -> str:
    """Why no more is sent there; "" where it may still come right."""
    if answer.status == GONE:
        return reason_of(answer)
    since = webhook.failing_since
    if since is None or timezone.now() - since < settings.WEBHOOK_PATIENCE:
        return ""
    told = _("Nothing but failures for %(days)s days; the last: %(reason)s")
    return (told % {"days": settings.WEBHOOK_PATIENCE.days, "reason": reason_of(answer)})[
        : Webhook._meta.get_field("disabled_because").max_length
    ]
