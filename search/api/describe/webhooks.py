"""What the schema says of webhooks."""

from __future__ import annotations

from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    OpenApiWebhook,
    extend_schema,
)

from search.api.describe.conditions import BODY_ERRORS, GONE, WRITE_ERRORS, WRITE_HEADERS
from search.api.describe.parts import CURSOR, found, query, responses
from search.api.limits import HIGHEST_ID
from search.api.webhooks import examples, shapes
from search.api.webhooks.serializers import NewWebhookSerializer, WebhookChangesSerializer
from search.models import WebhookDelivery

NUMBER = {"type": "integer", "minimum": 1, "maximum": HIGHEST_ID}
WEBHOOK = OpenApiParameter("webhook_id", NUMBER, OpenApiParameter.PATH)
DELIVERY = OpenApiParameter("delivery_id", NUMBER, OpenApiParameter.PATH)
STATE = query(
    "state",
    {"type": "string", "enum": list(WebhookDelivery.State.values)},
    "Only deliveries in this state.",
)
UNKNOWN = ("unknown_field", "unknown_webhook")


def _done(status: int, shape: type, example: OpenApiExample) -> dict[int, OpenApiResponse]:
    return {status: OpenApiResponse(shape, examples=[example])}


webhook_list = extend_schema(
    operation_id="webhooks",
    summary="All webhooks, newest first",
    description="Without their secrets.",
    tags=["webhooks"],
    parameters=CURSOR,
    responses=responses(
        found(shapes.WebhookListSerializer, examples.listed), "invalid", "unknown_field"
    ),
)
webhook_create = extend_schema(
    operation_id="webhook_create",
    summary="Tell an address of events",
    description=(
        "The answer holds the secret that signs its messages, this once; sent again under its "
        "Idempotency-Key, the request gets it again. Addresses that are not public are refused, "
        "unless the operator has allowed their network."
    ),
    tags=["webhooks"],
    parameters=WRITE_HEADERS,
    request={"application/json": NewWebhookSerializer},
    responses=responses(
        _done(201, shapes.NewWebhookAnswerSerializer, examples.made),
        *WRITE_ERRORS,
        *BODY_ERRORS,
    ),
    examples=[examples.new],
)
webhook = extend_schema(
    operation_id="webhook",
    summary="A webhook",
    description="Whether it works, and since when it doesn't; without its secret.",
    tags=["webhooks"],
    parameters=[WEBHOOK],
    responses=responses(found(shapes.WebhookSerializer, examples.one), *UNKNOWN),
)
webhook_change = extend_schema(
    operation_id="webhook_change",
    summary="Change a webhook",
    description=(
        "What is left out stays. Enabled again, it gets what waited for it before; what "
        "happens while it is disabled is not kept for it."
    ),
    tags=["webhooks"],
    parameters=[WEBHOOK, *WRITE_HEADERS],
    request={"application/json": WebhookChangesSerializer},
    responses=responses(
        found(shapes.WebhookSerializer, examples.one),
        *WRITE_ERRORS,
        *BODY_ERRORS,
        "unknown_webhook",
    ),
    examples=[examples.turned_off],
)
webhook_delete = extend_schema(
    operation_id="webhook_delete",
    summary="Delete a webhook",
    description="With the log of its deliveries. What is on its way may still arrive.",
    tags=["webhooks"],
    parameters=[WEBHOOK, *WRITE_HEADERS],
    responses=responses(GONE, *WRITE_ERRORS, *UNKNOWN),
)
webhook_ping = extend_schema(
    operation_id="webhook_ping",
    summary="Send a webhook a message that says nothing",
    description=(
        "To see whether it arrives: an event `ping` without data, also where the webhook is "
        "disabled. Tried once; the log tells what came of it."
    ),
    tags=["webhooks"],
    parameters=[WEBHOOK, *WRITE_HEADERS],
    request=None,
    responses=responses(
        _done(202, shapes.DeliverySerializer, examples.pinged), *WRITE_ERRORS, *UNKNOWN
    ),
)
webhook_deliveries = extend_schema(
    operation_id="webhook_deliveries",
    summary="What a webhook was told, newest first",
    description="With what came of each: kept for 30 days, unless the operator says otherwise.",
    tags=["webhooks"],
    parameters=[WEBHOOK, STATE, *CURSOR],
    responses=responses(
        found(shapes.DeliveryListSerializer, examples.deliveries), "invalid", *UNKNOWN
    ),
)
delivery_replay = extend_schema(
    operation_id="delivery_replay",
    summary="Send a delivery again",
    description=(
        "As the same event under the same id, with all its attempts anew; one that is on its way "
        "just now is left alone. For a disabled webhook it waits until that is enabled."
    ),
    tags=["webhooks"],
    parameters=[DELIVERY, *WRITE_HEADERS],
    request=None,
    responses=responses(
        _done(202, shapes.DeliverySerializer, examples.replayed), *WRITE_ERRORS, *UNKNOWN
    ),
)
message = OpenApiWebhook(
    name="event",
    decorator=extend_schema(
        summary="What a webhook is sent",
        description=(
            "Signed as the Standard Webhooks specification says (headers webhook-id, "
            "webhook-timestamp, webhook-signature). At least once, in no promised order: drop the "
            "ids that were seen before."
        ),
        tags=["webhooks"],
        request={"application/json": shapes.WebhookEventSerializer},
        examples=[examples.message],
        responses={
            "2XX": OpenApiResponse(description="It has arrived."),
            "410": OpenApiResponse(description="Send no more here: the webhook is disabled."),
        },
    ),
)
