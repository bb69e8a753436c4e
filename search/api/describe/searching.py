"""What the schema says of searching."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiResponse, extend_schema

from search.api import examples, serializers, shapes
from search.api.describe.parts import ASKING, FILTERS, PAGING, PHOTO, found, responses

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
    responses=responses(
        found(shapes.AnswerSerializer, examples.answer),
        *ASKING,
        *PHOTO,
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
    responses=responses(
        found(shapes.AnswerSerializer, examples.answer),
        *ASKING,
        "malformed",
        "too_large",
        "length_required",
        "too_slow",
        "unsupported_media_type",
        "not_found",
        "unknown_product",
        "not_indexed_yet",
        "query_expired",
        "busy",
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
    responses=responses(
        found(shapes.AnswerSerializer, examples.explained),
        *ASKING,
        *("not_found", "query_expired", "busy"),
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
    responses=responses({204: OpenApiResponse(description="It is gone.")}, "not_found"),
)
