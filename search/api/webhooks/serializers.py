"""What a program may say of a webhook, checked field by field."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from search.api.fields import Strict, optional
from search.api.questions import checked_body, rules_of
from search.services.webhooks.registering import MAX_DESCRIPTION
from search.webhooks import EVENTS
from search.webhooks.targets import MAX_URL

EVENT = {"type": "string", "enum": list(EVENTS)}


@extend_schema_field({"type": "array", "minItems": 1, "items": EVENT})
class EventList(serializers.ListField):
    """Names of events; which there are, the service knows and says."""

    child = serializers.CharField(max_length=100)


class NewWebhookSerializer(Strict):
    """A webhook to make."""

    url = serializers.CharField(
        max_length=MAX_URL,
        help_text="Where to: HTTPS, at a public address. Redirects are not followed.",
    )
    events = EventList(max_length=100, help_text="What it is told of, one event at least.")
    description = serializers.CharField(
        **optional(allow_blank=True, max_length=MAX_DESCRIPTION, help_text="For people.")
    )
    enabled = serializers.BooleanField(
        **optional(help_text="Whether it is told of anything; true unless said otherwise.")
    )


class WebhookChangesSerializer(NewWebhookSerializer):
    """What to change of a webhook; what is left out stays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "partial": True})


def read_webhook(body: Any) -> dict[str, Any]:
    """What a new webhook is to be. Raises ParseError, ValidationError, UnknownField."""
    such_as = '{"url": "https://erp.example.com/hooks", "events": ["image.ready"]}'
    return checked_body(rules_of(NewWebhookSerializer), body, such_as=such_as)


def read_changes(body: Any) -> dict[str, Any]:
    """What is to change of one. Raises as `read_webhook`."""
    return checked_body(rules_of(WebhookChangesSerializer), body, such_as='{"enabled": false}')
