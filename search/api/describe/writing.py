"""What the schema says of writing the catalogue."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import (
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema,
)

from search.api import bulk, product_bodies, shapes
from search.api import examples_of_writes as examples
from search.api import shapes_of_writes as answers
from search.api.describe.conditions import (
    BODY_ERRORS,
    CREATE_ONLY,
    ETAG,
    GONE,
    IF_MATCH,
    LOCATION,
    WRITE_ERRORS,
    WRITE_HEADERS,
)
from search.api.describe.parts import SKU, responses

_NULLS = (
    "null takes a value away: `description`, `category` and `tags` are empty then, `currency`, "
    "`stock` and `status` go back to their defaults."
)
_NOW = OpenApiResponse(shapes.FullProductSerializer, examples=[examples.written(200)])
_NEW = OpenApiResponse(shapes.FullProductSerializer, examples=[examples.written(201)])

put_product = extend_schema(
    operation_id="put_product",
    summary="Create a product, or replace it whole",
    description=f"What isn't named has its default; images stay. {_NULLS}",
    tags=["catalogue"],
    parameters=[SKU, IF_MATCH, CREATE_ONLY, ETAG, LOCATION, *WRITE_HEADERS],
    request={"application/json": product_bodies.ProductBodySerializer},
    responses=responses({200: _NOW, 201: _NEW}, *WRITE_ERRORS, *BODY_ERRORS, "precondition_failed"),
    examples=[examples.whole],
)
patch_product = extend_schema(
    operation_id="patch_product",
    summary="Change parts of a product",
    description=f"What isn't named stays as it is. {_NULLS}",
    tags=["catalogue"],
    parameters=[SKU, IF_MATCH, ETAG, *WRITE_HEADERS],
    request={"application/json": product_bodies.ProductBodySerializer},
    responses=responses(
        {200: _NOW}, *WRITE_ERRORS, *BODY_ERRORS, "unknown_product", "precondition_failed"
    ),
    examples=[examples.parts],
)
delete_product = extend_schema(
    operation_id="delete_product",
    summary="Delete a product with its images",
    description="Its images, their files and vectors go with it.",
    tags=["catalogue"],
    parameters=[SKU, IF_MATCH, *WRITE_HEADERS],
    responses=responses(
        GONE, *WRITE_ERRORS, "unknown_field", "unknown_product", "precondition_failed"
    ),
)


def _errors_as_json(success: dict[Any, Any], *codes: str) -> dict[Any, Any]:
    """Where the answer is another form, an error stays JSON."""
    told = responses({}, *codes)
    return {**success, **{(status, "application/json"): each for status, each in told.items()}}


bulk_products = extend_schema(
    operation_id="bulk_products",
    summary="Write up to 10,000 products",
    description=(
        "NDJSON: each line is a product with its `sku`, created where it isn't there, else changed "
        'in the parts that are named; or `{"sku": "A", "delete": true}`. Each line is answered '
        "by one, in their order, whatever became of the others; the last one is a summary. "
        f"At most {bulk.MOST_BYTES // 2**20} MiB, {bulk.MOST_LINES:,} lines of "
        f"{bulk.LONGEST_LINE // 1024} KiB. An Idempotency-Key is neither needed nor read: the same "
        "body sent again finds its lines `unchanged`, and what it deletes unknown. It counts as "
        "one request, however many lines it has; how many such writes go on at once is bounded."
    ),
    tags=["catalogue"],
    request={"application/x-ndjson": bulk.BulkLineSerializer},
    responses=_errors_as_json(
        {
            (200, "application/x-ndjson"): OpenApiResponse(
                PolymorphicProxySerializer(
                    component_name="BulkLineAnswer",
                    serializers=[answers.BulkResultSerializer, answers.BulkSummarySerializer],
                    resource_type_field_name=None,
                ),
                description="A line for each line, and the summary.",
                examples=[examples.result],
            )
        },
        *("unknown_field", "too_large", "length_required", "unsupported_media_type", "busy"),
    ),
    examples=[examples.line],
)
