"""What the API says of webhooks: plain dictionaries. `shapes.py` describes the same."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.urls import reverse
from rest_framework.renderers import JSONRenderer

from search.api.answers import absolute
from search.models import Webhook, WebhookDelivery
from search.services import webhooks


def webhook_card(origin: str, webhook: Webhook) -> dict[str, Any]:
    """All but its secret."""
    deliveries = reverse("api:webhook_deliveries", args=[webhook.pk])
    return {
        "id": webhook.pk,
        "url": webhook.url,
        "events": webhook.events,
        "description": webhook.description,
        "enabled": webhook.enabled,
        "disabled_because": webhook.disabled_because or None,
        "failing_since": _moment(webhook.failing_since),
        "created": _moment(webhook.created_at),
        "deliveries": absolute(origin, deliveries),
    }


def new_webhook(origin: str, webhook: Webhook) -> dict[str, Any]:
    """With the secret, this once."""
    return {**webhook_card(origin, webhook), "secret": webhook.secret}


def without_secret(answer: bytes) -> bytes:
    """The answer as it may lie about: what signs stands at the webhook alone."""
    told = json.loads(answer)
    return _json({**told, "secret": None}) if "secret" in told else answer


def with_secret(answer: bytes) -> bytes:
    """The same answer again, for who was told before; the secret is null where it isn't right any
    more, since the webhook has got another one or is gone."""
    told = json.loads(answer)
    if "secret" not in told:
        return answer
    return _json({**told, "secret": webhooks.first_secret(told["id"])})


def _json(told: dict[str, Any]) -> bytes:
    rendered: bytes = JSONRenderer().render(told)
    return rendered


def delivery_card(delivery: WebhookDelivery) -> dict[str, Any]:
    return {
        "id": delivery.pk,
        "webhook": delivery.webhook_id,
        "event": delivery.event.payload,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "next_attempt": _moment(delivery.next_attempt_at),
        "status": delivery.status_code,
        "error": delivery.error or None,
        "response": delivery.response,
        "duration_ms": delivery.duration_ms,
        "created": _moment(delivery.created_at),
        "delivered": _moment(delivery.delivered_at),
    }


def _moment(when: datetime | None) -> str | None:
    """ISO 8601 in UTC."""
    return None if when is None else when.astimezone(UTC).isoformat().replace("+00:00", "Z")
