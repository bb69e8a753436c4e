"""Webhooks to look at, in the schema and on the docs page."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

from search.api.examples import API

EVENT: dict[str, Any] = {
    "id": "0190f3d1-6b1f-4a6e-9c58-5f3c1f2f9b7a",
    "type": "image.ready",
    "created": "2026-11-28T08:04:00.123456Z",
    "data": {"image": 112, "sku": "SHOE-7", "state": "ready", "reason": None},
}
WEBHOOK: dict[str, Any] = {
    "id": 3,
    "url": "https://erp.example.com/hooks/lookalike",
    "events": ["image.ready", "image.failed"],
    "description": "The ERP",
    "enabled": True,
    "disabled_because": None,
    "failing_since": None,
    "created": "2026-11-28T08:00:00Z",
    "deliveries": f"{API}/webhooks/3/deliveries/",
}
# The secret of the specification's own example.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - it opens nothing
DELIVERY: dict[str, Any] = {
    "id": 4711,
    "webhook": 3,
    "event": EVENT,
    "state": "delivered",
    "attempts": 1,
    "next_attempt": None,
    "status": 200,
    "error": None,
    "response": "ok",
    "duration_ms": 38,
    "created": "2026-11-28T08:04:00.250000Z",
    "delivered": "2026-11-28T08:04:00.310000Z",
}
WAITING = {
    **DELIVERY,
    "state": "pending",
    "attempts": 0,
    "next_attempt": "2026-11-28T08:10:00Z",
    "status": None,
    "response": "",
    "duration_ms": None,
    "delivered": None,
}
PING = {**EVENT, "type": "ping", "data": {}}
DELIVERIES = f"{API}/webhooks/3/deliveries/?cursor=NDcxMQ&k=24"

new = OpenApiExample(
    "Tell the ERP of images",
    value={name: WEBHOOK[name] for name in ("url", "events", "description")},
    request_only=True,
    media_type="application/json",
)
turned_off = OpenApiExample(
    "Turn it off for a while",
    value={"enabled": False},
    request_only=True,
    media_type="application/json",
)
made = OpenApiExample("With its secret", value={**WEBHOOK, "secret": SECRET}, response_only=True)
one = OpenApiExample("A webhook", value=WEBHOOK, response_only=True)
listed = OpenApiExample(
    "All webhooks", value={"results": [WEBHOOK], "next": None}, response_only=True
)
deliveries = OpenApiExample(
    "A page of the log", value={"results": [DELIVERY], "next": DELIVERIES}, response_only=True
)
pinged = OpenApiExample("On its way", value={**WAITING, "event": PING}, response_only=True)
replayed = OpenApiExample("On its way again", value=WAITING, response_only=True)
message = OpenApiExample("An image is ready", value=EVENT)
