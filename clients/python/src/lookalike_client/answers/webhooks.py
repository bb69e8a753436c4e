"""Addresses that are told of events, what they are told, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Event = Literal[
    "image.ready", "image.failed", "product.created", "product.updated", "product.deleted"
]
EventType = Literal[
    "image.ready", "image.failed", "product.created", "product.updated", "product.deleted", "ping"
]
DeliveryState = Literal["pending", "delivered", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that is told of `events`; `deliveries` is the address of its log."""

    id: int
    url: str
    events: tuple[Event, ...]
    description: str
    enabled: bool
    disabled_because: str | None
    failing_since: datetime | None
    created: datetime
    deliveries: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWebhookAnswer(Webhook):
    """The webhook with the secret that signs its messages: nobody can ask for it again.

    None only where a call came again under its idempotency key, and the webhook has got another
    secret since or is gone.
    """

    secret: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookList:
    """A page of webhooks; `next` is the address of the next one."""

    results: tuple[Webhook, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEvent:
    """A message as a receiver gets it; `id` is the same at each attempt."""

    id: str
    type: EventType
    created: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An event for a webhook, and what came of it; `status` is that of the last answer."""

    id: int
    webhook: int
    event: WebhookEvent
    state: DeliveryState
    attempts: int
    next_attempt: datetime | None
    status: int | None
    error: str | None
    response: str
    duration_ms: int | None
    created: datetime
    delivered: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryList:
    """A page of a webhook's log; `next` is the address of the next one."""

    results: tuple[Delivery, ...]
    next: str | None
