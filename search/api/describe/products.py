"""What the schema says of the catalogue."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema

from search.api import examples, shapes
from search.api.describe.parts import ASKING, CURSOR, FILTERS, PAGING, SKU, found, responses

product_list = extend_schema(
    operation_id="products",
    summary="Published products, newest first",
    description="Follow `next` to the end; products that come or go meanwhile shift nothing.",
    tags=["products"],
    parameters=[*CURSOR, *FILTERS],
    responses=responses(found(shapes.ProductListSerializer, examples.listed), *ASKING),
)
product = extend_schema(
    operation_id="product",
    summary="A product with all its images",
    description="By its SKU. Drafts and archived products are not told of.",
    tags=["products"],
    parameters=[SKU],
    responses=responses(
        found(shapes.FullProductSerializer, examples.full), "unknown_field", "unknown_product"
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
    ),
)
