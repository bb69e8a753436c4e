"""Questions and answers to look at, in the schema and on the docs page."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

QUERY_ID = "5f2b7c1e-9d0a-4c57-8f43-0e6f2a1b9c3d"
SHOP = "https://shop.example"
API = f"{SHOP}/api/v1"
FOLDER = f"{SHOP}/media/products/3a/3a5e0c6fb1f04d0c9d1f6f0b8a4d2e17"

# A picture of 32 x 32 red pixels, small enough to read and large enough to be taken.
RED_SQUARE = (
    "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAALElEQVR42u3NMQEAMAgA"
    "IF0Qb/unMNZK6AcFyKmOSy+OCQQCgUAgEAgEgi0fWTYBTvhe9P8AAAAASUVORK5CYII="
)

PRODUCT: dict[str, Any] = {
    "sku": "SHOE-7",
    "title": "Canvas shoe, red",
    "url": f"{SHOP}/p/canvas-shoe-red/",
    "price": "49.90",
    "currency": "EUR",
    "in_stock": True,
    "category": "shoes",
    "tags": ["colour:red", "sale"],
}
IMAGE: dict[str, Any] = {
    "id": 112,
    "url": f"{FOLDER}/full.jpg",
    "thumbnail": f"{FOLDER}/480.webp",
}
HIT: dict[str, Any] = {
    **PRODUCT,
    "image": IMAGE,
    "distance": 0.08215,
    "similarity": 0.91785,
    "band": "very_similar",
}


def _value(
    value: str, label: str, count: int, *, selected: bool = False, swatch: str | None = None
) -> dict[str, Any]:
    named = {"value": value, "label": label, "count": count}
    return {**named, "selected": selected, "swatch": swatch}


ANSWER: dict[str, Any] = {
    "query_id": QUERY_ID,
    "space": "efficientnet-lite0/balanced@1",
    "band": "very_similar",
    "total": 57,
    "among": None,
    "results": [HIT],
    "facets": [
        {
            "name": "tag:colour",
            "label": "Colour",
            "values": [
                _value("colour:red", "red", 57, selected=True),
                _value("colour:blue", "blue", 12),
            ],
        },
        {
            "name": "colour",
            "label": "Colour in the picture",
            "values": [_value("red", "Red", 55, swatch="#cd1e28")],
        },
    ],
    "next": f"{API}/search/{QUERY_ID}/?page=2&k=24&sort=similarity&facet_tags=colour:red",
    "suggestions": [[0.1071, 0.2143, 0.5, 0.6071], [0.6786, 0.5357, 0.25, 0.3214]],
    "took_ms": {"decode": 6.1, "embed": 9.4, "search": 3.2, "total": 21.7},
    "explain": None,
}
EXPLAIN: dict[str, Any] = {
    "plan": "hnsw",
    "why": "An estimated 9140 of 60000 pictures pass the filters: the index finds the nearest for "
    "less than comparing them all.",
    "frozen": False,
    "pictures": {
        "indexed": 60000,
        "estimated": 9140,
        "passing": 9204,
        "products": 4601,
        "all_counted": True,
    },
    "looks": [
        {"plan": "hnsw", "products": 31, "looked_at": 470, "passed": 68, "ef_search": 470},
    ],
    "fusion": None,
    "words": [],
    "candidates": {"products": 24, "limit": 1000, "complete": False},
    "distances": {"nearest": 0.08215, "farthest": 0.41007},
    "weights": {"vector": 0.7, "colour": 0.3, "texture": 0.0, "shape": 0.0},
    "steps_ms": {"filters": 0.02, "nearest": 2.41, "products": 0.77, "facets": 0.0},
    "statements": [
        {"step": "nearest", "took_ms": 0.31},
        {"step": "nearest", "took_ms": 1.92},
        {"step": "products", "took_ms": 0.66},
    ],
}
LISTED = {"results": [{**PRODUCT, "image": IMAGE}], "next": f"{API}/products/?cursor=MTEy&k=24"}
FULL = {
    **PRODUCT,
    "stock": None,
    "status": "active",
    "description": "Light canvas on a rubber sole.",
    "images": [{**IMAGE, "alt": "A red shoe from the side", "width": 2048, "height": 1536}],
    "similar": f"{API}/products/SHOE-7/similar/",
}

by_photo = OpenApiExample(
    "A photo in base64, with filters",
    value={
        "image_base64": RED_SQUARE,
        "crop": [0.1, 0.2, 0.5, 0.6],
        "filters": {"facet_tags": ["colour:red"], "price_max": "80.00", "in_stock": True},
        "k": 24,
        "facets": True,
    },
    request_only=True,
    media_type="application/json",
)
by_colour = OpenApiExample(
    "Like this product, in the same colours or in black",
    value={
        "product": "SHOE-7",
        "colour_weight": 0.3,
        "filters": {"colours": ["red", "black"]},
        "facets": True,
    },
    request_only=True,
    media_type="application/json",
)
by_images = OpenApiExample(
    "Like this product, less like that photo",
    value={
        "images": [
            {"product": "SHOE-7", "weight": 1},
            {"image_base64": RED_SQUARE, "weight": -0.5, "crop": [0.1, 0.2, 0.5, 0.6]},
        ],
        "min_similarity": 0.5,
    },
    request_only=True,
    media_type="application/json",
)
marked = OpenApiExample(
    "Hits that are liked and disliked",
    value={"like": ["SHOE-7"], "dislike": ["BOOT-2", "BOOT-3"], "filters": {"in_stock": True}},
    request_only=True,
    media_type="application/json",
)
by_text = OpenApiExample(
    "Words",
    value={"text": "red canvas shoe", "sort": "price"},
    request_only=True,
    media_type="application/json",
)
refined = OpenApiExample(
    "Words on top of an earlier photo",
    value={"query_id": QUERY_ID, "text": "leather"},
    request_only=True,
    media_type="application/json",
)
answer = OpenApiExample("Products by nearness", value=ANSWER, response_only=True)
explained = OpenApiExample(
    "Products by nearness, and how they were found",
    value={**ANSWER, "explain": EXPLAIN, "facets": []},
    response_only=True,
)
similar = OpenApiExample(
    "Products like it",
    value={**ANSWER, "query_id": None, "suggestions": [], "next": None},
    response_only=True,
)
listed = OpenApiExample("A page of products", value=LISTED, response_only=True)
full = OpenApiExample("A product", value=FULL, response_only=True)
