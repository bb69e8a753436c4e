"""What several operations share in the schema: parameters, and the table of answers."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from search.api import limits, shapes
from search.api.codes import CODES
from search.api.shape import Shape
from search.api.sparse import MAX_FIELDS, known_fields
from search.embedding.descriptors import COLOURS
from search.engine.types import KINDS, MAX_K, SORTS
from search.engine.weights import MOST_WEIGHT
from search.inputs import MAX_CATEGORY_LENGTH, MAX_TAGS

ALWAYS = (
    *("missing_key", "invalid_key", "missing_scope", "not_acceptable"),
    *("throttled", "quota_exceeded", "internal", "unavailable"),
)
ASKING = ("invalid", "unknown_field", "unknown_filter")
PHOTO = (
    *("malformed", "empty", "corrupt", "too_small", "too_dark", "too_large", "too_many_pixels"),
    *("unsupported_type", "unsupported_media_type", "length_required", "too_slow", "busy"),
    "search_unavailable",
)


def query(name: str, kind: Any, text: str, **extra: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=text, **extra)


def _tags(name: str, text: str) -> OpenApiParameter:
    kind = {"type": "array", "maxItems": MAX_TAGS, "items": {"type": "string"}}
    return query(name, kind, f"{text} Repeat it, or separate with commas.", style="form")


def _weight(kind: str) -> OpenApiParameter:
    bounds = {"type": "number", "minimum": 0, "maximum": MOST_WEIGHT}
    text = f"How much the {kind} counts in the order; all weights together at most {MOST_WEIGHT}."
    return query(f"{kind}_weight", bounds, text)


FILTERS = [
    _tags("tags", "All of these tags."),
    _tags("any_tags", "At least one of these tags."),
    _tags("not_tags", "None of these tags."),
    _tags(
        "facet_tags",
        "One of these tags in each of their facets (red or blue, and in size m), as shoppers tick "
        "them: a facet's other values are counted as if nothing were ticked in it.",
    ),
    query(
        "category",
        {"type": "string", "maxLength": MAX_CATEGORY_LENGTH},
        "A category's slug, with everything below it.",
    ),
    query("price_min", {"type": "number", "minimum": 0}, "Inclusive; two decimals at most."),
    query("price_max", {"type": "number", "minimum": 0}, "Inclusive; two decimals at most."),
    query("in_stock", OpenApiTypes.BOOL, "Only what is in stock."),
    query(
        "colours",
        {"type": "array", "maxItems": len(COLOURS), "items": limits.COLOUR_SCHEMA},
        "One of these as a dominant colour of one of its pictures. Repeat it, or separate with "
        "commas.",
        style="form",
    ),
]


def fields_of(shape: type[Shape]) -> OpenApiParameter:
    names = {"type": "string", "enum": list(known_fields(shape))}
    return query(
        "fields",
        {"type": "array", "maxItems": MAX_FIELDS, "items": names},
        "Only these parts of each product, such as `sku,title`; all of them by default.",
        style="form",
        explode=False,
    )


K = query(
    "k",
    {"type": "integer", "minimum": 1, "maximum": MAX_K, "default": limits.DEFAULT_K},
    "Products a page.",
)
PAGING = [
    fields_of(shapes.HitSerializer),
    query("page", {"type": "integer", "minimum": 1, "default": 1}, "Which page."),
    K,
    query("sort", {"type": "string", "enum": list(SORTS), "default": SORTS[0]}, "The order."),
    query("facets", OpenApiTypes.BOOL, "Whether to count values."),
    query("explain", OpenApiTypes.BOOL, "Whether to tell how the answer was found, in `explain`."),
    query(
        "min_similarity",
        {"type": "number", "minimum": -1, "maximum": 1},
        "Leave out what is less similar.",
    ),
    *(_weight(kind) for kind in KINDS),
]
CURSOR = [query("cursor", OpenApiTypes.STR, "As `next` gave it."), K]
SKU = OpenApiParameter(
    "sku", {"type": "string", "maxLength": limits.MAX_SKU}, OpenApiParameter.PATH
)


def responses(success: dict[Any, Any], *codes: str) -> dict[Any, Any]:
    """The success and every error of an operation, told apart by status and then by code."""
    by_status: dict[int, list[str]] = defaultdict(list)
    for code in (*codes, *ALWAYS):
        by_status[CODES[code].status].append(code)
    errors = {status: _error(status, by_status[status]) for status in sorted(by_status)}
    return {**success, **errors}


def _error(status: int, codes: list[str]) -> OpenApiResponse:
    meanings = "\n".join(f"- `{code}`: {CODES[code].meaning}" for code in codes)
    shown = {
        "code": codes[0],
        "message": CODES[codes[0]].meaning,
        "field": None,
        "request_id": "0f6e1c9a-52d7-4a0e-9b7e-3c1f9f6f0c11",
    }
    example = OpenApiExample(
        codes[0], value={"error": shown}, response_only=True, status_codes=[str(status)]
    )
    return OpenApiResponse(shapes.ErrorSerializer, description=meanings, examples=[example])


def found(shape: Any, example: OpenApiExample) -> dict[int, Any]:
    return {200: OpenApiResponse(shape, examples=[example])}
