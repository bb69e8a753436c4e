"""What the schema says of each operation: a decorator for each, so that the views stay short."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from search.api import examples, limits, serializers, shapes
from search.api.errors import CODES
from search.embedding.descriptors import COLOURS
from search.engine.types import KINDS, MAX_K, SORTS
from search.engine.weights import MOST_WEIGHT
from search.inputs import MAX_CATEGORY_LENGTH, MAX_TAGS

_ALWAYS = ("not_acceptable", "internal", "unavailable")
_ASKING = ("invalid", "unknown_field", "unknown_filter")
_PHOTO = (
    *("malformed", "empty", "corrupt", "too_small", "too_dark", "too_large", "too_many_pixels"),
    *("unsupported_type", "unsupported_media_type", "length_required", "busy"),
    "search_unavailable",
)


def _query(name: str, kind: Any, text: str, **extra: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=text, **extra)


def _tags(name: str, text: str) -> OpenApiParameter:
    kind = {"type": "array", "maxItems": MAX_TAGS, "items": {"type": "string"}}
    return _query(name, kind, f"{text} Repeat it, or separate with commas.", style="form")


def _weight(kind: str) -> OpenApiParameter:
    bounds = {"type": "number", "minimum": 0, "maximum": MOST_WEIGHT}
    text = f"How much the {kind} counts in the order; all weights together at most {MOST_WEIGHT}."
    return _query(f"{kind}_weight", bounds, text)


FILTERS = [
    _tags("tags", "All of these tags."),
    _tags("any_tags", "At least one of these tags."),
    _tags("not_tags", "None of these tags."),
    _tags(
        "facet_tags",
        "One of these tags in each of their facets (red or blue, and in size m), as shoppers tick "
        "them: a facet's other values are counted as if nothing were ticked in it.",
    ),
    _query(
        "category",
        {"type": "string", "maxLength": MAX_CATEGORY_LENGTH},
        "A category's slug, with everything below it.",
    ),
    _query("price_min", {"type": "number", "minimum": 0}, "Inclusive; two decimals at most."),
    _query("price_max", {"type": "number", "minimum": 0}, "Inclusive; two decimals at most."),
    _query("in_stock", OpenApiTypes.BOOL, "Only what is in stock."),
    _query(
        "colours",
        {"type": "array", "maxItems": len(COLOURS), "items": limits.COLOUR_SCHEMA},
        "One of these as a dominant colour of one of its pictures. Repeat it, or separate with "
        "commas.",
        style="form",
    ),
]
_K = _query(
    "k",
    {"type": "integer", "minimum": 1, "maximum": MAX_K, "default": limits.DEFAULT_K},
    "Products a page.",
)
PAGING = [
    _query("page", {"type": "integer", "minimum": 1, "default": 1}, "Which page."),
    _K,
    _query("sort", {"type": "string", "enum": list(SORTS), "default": SORTS[0]}, "The order."),
    _query("facets", OpenApiTypes.BOOL, "Whether to count values."),
    _query(
        "min_similarity",
        {"type": "number", "minimum": -1, "maximum": 1},
        "Leave out what is less similar.",
    ),
    *(_weight(kind) for kind in KINDS),
]
CURSOR = [_query("cursor", OpenApiTypes.STR, "As `next` gave it."), _K]
SKU = OpenApiParameter(
    "sku", {"type": "string", "maxLength": limits.MAX_SKU}, OpenApiParameter.PATH
)


def _responses(success: dict[int, Any], *codes: str) -> dict[int, Any]:
    """The success and every error of an operation, told apart by status and then by code."""
    by_status: dict[int, list[str]] = defaultdict(list)
    for code in (*codes, *_ALWAYS):
        by_status[CODES[code].status].append(code)
    errors = {status: _error(status, by_status[status]) for status in sorted(by_status)}
    return {**success, **errors}


def _error(status: int, codes: list[str]) -> OpenApiResponse:
    meanings = " ".join(f"`{code}`: {CODES[code].meaning}" for code in codes)
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


def _found(shape: Any, example: OpenApiExample) -> dict[int, Any]:
    return {200: OpenApiResponse(shape, examples=[example])}


search = extend_schema(
    operation_id="search",
    summary="Search by photo, words or product",
    description=(
        "Send a photo, a product's SKU or an earlier query; up to eight of them in `images`, liked "
        "and disliked; words alone, or words with one of these. The photos are not kept: what "
        "stays for a while is one vector, under `query_id`."
    ),
    tags=["search"],
    request={
        "application/json": serializers.SearchSerializer,
        "multipart/form-data": serializers.PhotoFormSerializer,
    },
    responses=_responses(
        _found(shapes.AnswerSerializer, examples.answer),
        *_ASKING,
        *_PHOTO,
        "unknown_product",
        "not_indexed_yet",
        "query_expired",
    ),
    examples=[
        examples.by_photo,
        examples.by_colour,
        examples.by_images,
        examples.by_text,
        examples.refined,
    ],
)
feedback = extend_schema(
    operation_id="search_feedback",
    summary="More like these hits, less like those",
    description=(
        "A new query: the earlier one's vector, moved towards the pictures of the hits that are "
        "liked and a little away from those disliked. Nothing is uploaded or embedded again; the "
        "earlier query stays."
    ),
    tags=["search"],
    request={"application/json": serializers.FeedbackSerializer},
    responses=_responses(
        _found(shapes.AnswerSerializer, examples.answer),
        *_ASKING,
        "malformed",
        "too_large",
        "length_required",
        "unsupported_media_type",
        "not_found",
        "unknown_product",
        "not_indexed_yet",
        "query_expired",
        "search_unavailable",
    ),
    examples=[examples.marked],
)
results = extend_schema(
    operation_id="search_results",
    summary="Another page, other filters, another order",
    description="From the stored query: nothing is sent or embedded again.",
    tags=["search"],
    parameters=[*PAGING, *FILTERS],
    responses=_responses(
        _found(shapes.AnswerSerializer, examples.answer), *_ASKING, "not_found", "query_expired"
    ),
)
forget = extend_schema(
    operation_id="search_forget",
    summary="Delete a query now",
    description=(
        "Its vector and words are gone at once, and with them the queries that it was made from "
        "and that were made from it. Deleting twice is no mistake."
    ),
    tags=["search"],
    responses=_responses({204: OpenApiResponse(description="It is gone.")}, "not_found"),
)
product_list = extend_schema(
    operation_id="products",
    summary="Published products, newest first",
    description="Follow `next` to the end; products that come or go meanwhile shift nothing.",
    tags=["products"],
    parameters=[*CURSOR, *FILTERS],
    responses=_responses(_found(shapes.ProductListSerializer, examples.listed), *_ASKING),
)
product = extend_schema(
    operation_id="product",
    summary="A product with all its images",
    description="By its SKU. Drafts and archived products are not told of.",
    tags=["products"],
    parameters=[SKU],
    responses=_responses(
        _found(shapes.FullProductSerializer, examples.full), "unknown_field", "unknown_product"
    ),
)
similar = extend_schema(
    operation_id="similar_products",
    summary="Products that look like this one",
    description="From its stored vectors, under the same filters as a search.",
    tags=["products"],
    parameters=[SKU, *PAGING, *FILTERS],
    responses=_responses(
        _found(shapes.AnswerSerializer, examples.similar),
        *_ASKING,
        "unknown_product",
        "not_indexed_yet",
    ),
)
