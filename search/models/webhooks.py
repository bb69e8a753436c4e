"""Who is told of what happens, what happened, and what came of telling."""

from __future__ import annotations

import uuid
from datetime import UTC
from typing import Any
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from search.webhooks import EVENTS, PING
from search.webhooks.posting import MAX_ANSWER
from search.webhooks.targets import MAX_URL

MAX_ERROR = 500


class Webhook(models.Model):
    """An address that is told of events. Read and written by search.services.webhooks.

    `previous_secret` signs too until `previous_until`, so that a receiver can change to the new one
    at its leisure. `failing_since` is when the first attempt failed since the last one that didn't;
    `disabled_because` is empty where staff turned the webhook off themselves.
    """

    url = models.CharField(_("address"), max_length=MAX_URL)
    events = ArrayField(models.CharField(max_length=40), verbose_name=_("events"))
    description = models.CharField(_("description"), max_length=200, blank=True)
    enabled = models.BooleanField(_("enabled"), default=True)
    secret = models.CharField(max_length=120, editable=False)
    previous_secret = models.CharField(max_length=120, blank=True, editable=False)
    previous_until = models.DateTimeField(null=True, editable=False)
    delivered_count = models.PositiveBigIntegerField(_("delivered"), default=0, editable=False)
    failed_count = models.PositiveBigIntegerField(_("failed"), default=0, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    disabled_because = models.CharField(max_length=MAX_ERROR, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.description or self.host

    @property
    def host(self) -> str:
        """The address without its path, which may hold a token."""
        return urlsplit(self.url).netloc

    @property
    def secrets(self) -> tuple[str, ...]:
        """Those that sign now, the newest first."""
        former = self.previous_until is not None and self.previous_until > timezone.now()
        return (self.secret, self.previous_secret) if former else (self.secret,)


class WebhookEvent(models.Model):
    """Something that happened, as it is told: the outbox.

    Triggers write it in the transaction of the change itself (search/sql/0022_webhooks.sql). Until
    it is handed on to the webhooks that want it, `transaction_id` says which transaction that was:
    further changes of the same `subject` in it are folded into this row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    type = models.CharField(
        _("event"), max_length=40, choices=[(name, name) for name in (*EVENTS, PING)]
    )
    subject = models.CharField(max_length=100)
    data = models.JSONField(default=dict)
    transaction_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("webhook event")
        verbose_name_plural = _("webhook events")
        constraints = [
            models.UniqueConstraint(
                fields=["transaction_id", "subject"],
                condition=models.Q(transaction_id__isnull=False),
                name="one_event_per_subject_and_transaction",
            )
        ]
        indexes = [models.Index(fields=["created_at"], name="webhook_event_created")]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"

    @property
    def payload(self) -> dict[str, Any]:
        """What a receiver gets as JSON."""
        return {
            "id": str(self.id),
            "type": self.type,
            "created": self.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "data": self.data,
        }


class WebhookDelivery(models.Model):
    """One event for one webhook: the claim queue, and the log that staff read.

    Waits while it is `pending`, due, and not claimed. `attempts` counts from the event or from its
    last replay, each one before it is made.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")

    webhook = models.ForeignKey(
        Webhook, models.CASCADE, related_name="deliveries", verbose_name=_("webhook")
    )
    event = models.ForeignKey(
        WebhookEvent, models.CASCADE, related_name="deliveries", verbose_name=_("event")
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, default=timezone.now)
    claimed_until = models.DateTimeField(null=True)
    status_code = models.PositiveSmallIntegerField(_("status"), null=True)
    error = models.CharField(_("reason"), max_length=MAX_ERROR, blank=True)
    response = models.TextField(_("answer"), max_length=MAX_ANSWER, blank=True)
    duration_ms = models.PositiveIntegerField(_("took"), null=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    attempted_at = models.DateTimeField(_("last attempt"), null=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["webhook", "event"], name="one_delivery_per_webhook_and_event"
            )
        ]
        indexes = [
            models.Index(fields=["webhook", "-id"], name="delivery_of_webhook"),
            models.Index(
                fields=["webhook", "next_attempt_at"],
                condition=models.Q(state="pending"),
                name="delivery_pending",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event.type} #{self.pk}"
