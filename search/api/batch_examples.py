"""Requests for many things at once, and their answers, to look at."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

from search.api.examples import ANSWER, RED_SQUARE

REFUSED: dict[str, Any] = {
    "code": "unknown_product",
    "message": "No published product has the SKU 'SHOE-9'. See /api/v1/products/.",
    "field": "queries[1].product",
    "request_id": "0f6e1c9a-52d7-4a0e-9b7e-3c1f9f6f0c11",
}

asked = OpenApiExample(
    "A photo, a product and words",
    value={
        "queries": [
            {"image_base64": RED_SQUARE, "k": 10},
            {"product": "SHOE-9"},
            {"text": "red canvas shoe", "filters": {"in_stock": True}},
        ]
    },
    request_only=True,
    media_type="application/json",
)
answered = OpenApiExample(
    "An answer and an error",
    value={
        "answers": [
            {"status": 200, "answer": ANSWER, "error": None, "retry_after": None},
            {"status": 404, "answer": None, "error": REFUSED, "retry_after": None},
        ],
        "took_ms": {"decode": 6.1, "embed": 9.4, "search": 3.2, "total": 21.7},
    },
    response_only=True,
)
photos = OpenApiExample(
    "Two photos, of one a part",
    value={
        "images": [
            {"image_base64": RED_SQUARE},
            {"image_base64": RED_SQUARE, "crop": [0, 0, 0.5, 1]},
        ]
    },
    request_only=True,
    media_type="application/json",
)
vectors = OpenApiExample(
    "Vectors, here of three numbers",
    value={
        "space": "efficientnet-lite0/balanced@1",
        "dim": 3,
        "vectors": [[0.6, 0.0, 0.8], [0.8, 0.6, 0.0]],
        "suggestions": [[[0.1071, 0.2143, 0.5, 0.6071]], []],
        "took_ms": {"decode": 8.2, "embed": 16.1, "search": 0.0, "total": 25.0},
    },
    response_only=True,
)
