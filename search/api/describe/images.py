"""What the schema says of products' images."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from search.api import examples_of_writes as examples
from search.api import image_bodies, waiting
from search.api.describe.conditions import (
    BODY_ERRORS,
    ETAG,
    GONE,
    IF_MATCH,
    IF_NONE_MATCH,
    LOCATION,
    UNCHANGED,
    WRITE_ERRORS,
    WRITE_HEADERS,
    header,
)
from search.api.describe.parts import SKU, found, query, responses
from search.api.shapes_of_writes import IndexedImageSerializer

_PHOTO = (
    *("empty", "corrupt", "too_small", "too_many_pixels", "unsupported_type"),
    "storage_full",
)
_ID = OpenApiParameter("image_id", {"type": "integer", "minimum": 0}, OpenApiParameter.PATH)
_RETRY_AFTER = header("Retry-After", "Seconds; there while the image is pending.", int)
_RETRY_AFTER.response = [200, 304]

add_image = extend_schema(
    operation_id="add_image",
    summary="Add an image to a product",
    description=(
        "It is embedded a moment later: its address tells when searches find it. The same bytes "
        "again are the image that is there already (200), and change nothing."
    ),
    tags=["catalogue"],
    parameters=[SKU, ETAG, LOCATION, *WRITE_HEADERS],
    request={
        "application/json": image_bodies.ImageBodySerializer,
        "multipart/form-data": image_bodies.ImageFormSerializer,
    },
    responses=responses(
        {
            200: OpenApiResponse(IndexedImageSerializer, examples=[examples.added(200)]),
            201: OpenApiResponse(IndexedImageSerializer, examples=[examples.added(201)]),
        },
        *WRITE_ERRORS,
        *BODY_ERRORS,
        *_PHOTO,
        "unknown_product",
    ),
    examples=[examples.photo],
)
image = extend_schema(
    operation_id="image",
    summary="An image, and whether searches find it",
    description=(
        "With `wait` the answer comes as soon as the image is ready or failed, or after so many "
        "seconds. Where too many wait already it comes at once; `Retry-After` says when to ask "
        "again while the image is pending. Images of drafts are told of to a key that may write."
    ),
    tags=["catalogue"],
    parameters=[
        _ID,
        query(
            "wait",
            {"type": "integer", "minimum": 0, "maximum": waiting.MOST_SECONDS, "default": 0},
            "Seconds to wait at most.",
        ),
        IF_NONE_MATCH,
        ETAG,
        _RETRY_AFTER,
    ],
    responses=responses(
        {**found(IndexedImageSerializer, examples.indexed), **UNCHANGED},
        *("invalid", "unknown_field", "not_found", "unknown_image"),
    ),
)
delete_image = extend_schema(
    operation_id="delete_image",
    summary="Delete an image",
    description="Its files and vectors go with it.",
    tags=["catalogue"],
    parameters=[_ID, IF_MATCH, *WRITE_HEADERS],
    responses=responses(
        GONE,
        *WRITE_ERRORS,
        *("unknown_field", "not_found", "unknown_image", "precondition_failed"),
    ),
)
