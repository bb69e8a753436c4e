"""The shapes of answers about webhooks, for the schema alone."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from search.api.shape import Shape
from search.api.webhooks.serializers import EVENT
from search.models import WebhookDelivery
from search.webhooks import EVENTS, PING


@extend_schema_field({"type": "array", "items": EVENT})
class Events(serializers.ListField):
    """Names of events."""


@extend_schema_field({"type": "string", "enum": list(WebhookDelivery.State.values)})
class DeliveryState(serializers.CharField):
    """How far a delivery is."""


@extend_schema_field({"type": "string", "enum": [*EVENTS, PING]})
class EventType(serializers.CharField):
    """What happened."""


class WebhookSerializer(Shape):
    """An address that is told of events."""

    id = serializers.IntegerField()
    url = serializers.CharField()
    events = Events(help_text="What it is told of.")
    description = serializers.CharField()
    enabled = serializers.BooleanField()
    disabled_because = serializers.CharField(
        allow_null=True,
        help_text="Why it was disabled by itself: it said 410, or failed for days. Enabling it "
        "begins anew.",
    )
    failing_since = serializers.DateTimeField(
        allow_null=True, help_text="The first failure since the last success."
    )
    created = serializers.DateTimeField()
    deliveries = serializers.URLField(help_text="The log of its deliveries.")


class NewWebhookAnswerSerializer(WebhookSerializer):
    """The webhook with its secret, which is told this once."""

    secret = serializers.CharField(
        allow_null=True,
        help_text="Signs its messages. Keep it: nobody can ask again. Null only where the answer "
        "comes again (`Idempotency-Replayed`) and the webhook has got another secret, or is gone.",
    )


class WebhookListSerializer(Shape):
    """A page of webhooks."""

    results = WebhookSerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="The next page, or null on the last.")


class WebhookEventSerializer(Shape):
    """A message as a receiver gets it."""

    id = serializers.UUIDField(help_text="Also in the header webhook-id: the same at each attempt.")
    type = EventType()
    created = serializers.DateTimeField()
    data = serializers.DictField(  # type: ignore[assignment] # a field takes the name
        help_text="Names what it is about; fetch the rest."
    )


class DeliverySerializer(Shape):
    """One event for one webhook, and what came of it."""

    id = serializers.IntegerField()
    webhook = serializers.IntegerField()
    event = WebhookEventSerializer()
    state = DeliveryState()
    attempts = serializers.IntegerField(help_text="Since the event, or since it was sent again.")
    next_attempt = serializers.DateTimeField(allow_null=True)
    status = serializers.IntegerField(allow_null=True, help_text="Of the last answer.")
    error = serializers.CharField(
        allow_null=True, help_text="Why that was no delivery; for people."
    )
    response = serializers.CharField(help_text="The beginning of the last answer's body.")
    duration_ms = serializers.IntegerField(allow_null=True)
    created = serializers.DateTimeField()
    delivered = serializers.DateTimeField(allow_null=True)


class DeliveryListSerializer(Shape):
    """A page of deliveries."""

    results = DeliverySerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="The next page, or null on the last.")
