"""What the schema says of the catalogue."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema

from search.api import examples, shapes
from search.api.describe.conditions import ETAG, IF_NONE_MATCH, UNCHANGED
from search.api.describe.parts import (
    ASKING,
    CURSOR,
    FILTERS,
    PAGING,
    SKU,
    fields_of,
    found,
    query,
    responses,
)

_STATUS = query(
    "status",
    {"type": "string", "enum": ["draft", "active", "archived", "any"], "default": "active"},
    "Of which status; for keys that may write.",
)

product_list = extend_schema(
    operation_id="products",
    summary="Published products, newest first",
    description="Follow `next` to the end; products that come or go meanwhile shift nothing.",
    tags=["products"],
    parameters=[*CURSOR, fields_of(shapes.ListedProductSerializer), _STATUS, *FILTERS],
    responses=responses(
        found(shapes.ProductListSerializer, examples.listed), *ASKING, "missing_scope", "busy"
    ),
)
product = extend_schema(
    operation_id="product",
    summary="A product with all its images",
    description=(
        "By its SKU. Drafts, archived products, the stock and the status are told to a key that "
        "may write, and to nobody else."
    ),
    tags=["products"],
    parameters=[SKU, fields_of(shapes.FullProductSerializer), IF_NONE_MATCH, ETAG],
    responses=responses(
        {**found(shapes.FullProductSerializer, examples.full), **UNCHANGED},
        *("invalid", "unknown_field", "unknown_product"),
    ),
)
similar = extend_schema(
    operation_id="similar_products",
    summary="Products that look like this one",
    description="From its stored vectors, under the same filters as a search.",
    tags=["products"],
    parameters=[SKU, *PAGING, *FILTERS],
    responses=responses(
        found(shapes.AnswerSerializer, examples.similar),
        *ASKING,
        "unknown_product",
        "not_indexed_yet",
        "busy",
    ),
)
