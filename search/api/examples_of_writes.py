"""Writes and their answers to look at, in the schema and on the docs page."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

from search.api.examples import FULL, IMAGE, RED_SQUARE

WRITTEN: dict[str, Any] = {**FULL, "stock": 12, "status": "active"}
INDEXED: dict[str, Any] = {
    "id": 112,
    "sku": "SHOE-7",
    **IMAGE,
    "alt": "A red shoe from the side",
    "width": 2048,
    "height": 1536,
    "position": 0,
    "state": "ready",
    "reason": None,
}
RESULT: dict[str, Any] = {"line": 1, "sku": "SHOE-7", "status": "updated", "error": None}

whole = OpenApiExample(
    "A whole product",
    value={
        "title": "Canvas shoe, red",
        "description": "Light canvas on a rubber sole.",
        "category": "Shoes > Canvas",
        "tags": ["colour:red", "sale"],
        "price": "49.90",
        "currency": "EUR",
        "stock": 12,
        "status": "active",
    },
    request_only=True,
    media_type="application/json",
)
parts = OpenApiExample(
    "Another price, and out of every sale",
    value={"price": "39.90", "tags": ["colour:red"]},
    request_only=True,
    media_type="application/json",
)
photo = OpenApiExample(
    "A photo in base64",
    value={"image_base64": RED_SQUARE, "alt": "A red shoe from the side"},
    request_only=True,
    media_type="application/json",
)
line = OpenApiExample(
    "One line of the body",
    value={"sku": "SHOE-7", "stock": 4},
    request_only=True,
    media_type="application/x-ndjson",
)


def written(status: int) -> OpenApiExample:
    return OpenApiExample(
        "The product as it is now", value=WRITTEN, response_only=True, status_codes=[str(status)]
    )


def added(status: int) -> OpenApiExample:
    state = "pending" if status == 201 else "ready"
    return OpenApiExample(
        "The image",
        value={**INDEXED, "state": state},
        response_only=True,
        status_codes=[str(status)],
    )


indexed = OpenApiExample("An image that is found", value=INDEXED, response_only=True)
result = OpenApiExample(
    "One line of the answer",
    value=RESULT,
    response_only=True,
    media_type="application/x-ndjson",
)
