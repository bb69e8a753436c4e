"""What the schema says of asking many questions in one request."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema

from search.api import batch_examples, limits
from search.api.batch_shapes import BatchAnswerSerializer
from search.api.batches import BatchSerializer
from search.api.describe.parts import PHOTO, found, responses
from search.api.vectors import (
    EmbeddingsAnswerSerializer,
    EmbeddingsFormSerializer,
    EmbeddingsSerializer,
)

batch = extend_schema(
    operation_id="search_batch",
    summary="Many searches in one request",
    description=(
        f"Up to {limits.MAX_BATCH} queries, each as `POST search/` takes it in JSON, answered in "
        "their order with an answer or an error of its own: one bad query spoils no other, and the "
        "status is 200 all the same. Photos are embedded together, which costs less than one by "
        "one, and the body's limit of `POST search/` holds for all of them. Each "
        "query counts as a search. Where no query could be answered because no photo can "
        "be embedded at the moment, the batch itself is a 503. In `took_ms` of an answer, `decode` "
        "and `embed` are 0: they are told once, for all."
    ),
    tags=["search"],
    request={"application/json": BatchSerializer},
    responses=responses(
        found(BatchAnswerSerializer, batch_examples.answered),
        "invalid",
        "unknown_field",
        "malformed",
        "too_large",
        "length_required",
        "too_slow",
        "unsupported_media_type",
        "busy",
        "search_unavailable",
    ),
    examples=[batch_examples.asked],
)

embeddings = extend_schema(
    operation_id="embeddings",
    summary="Photos as vectors",
    description=(
        "For whoever has an index of their own: the vectors that a search by these photos would "
        "start from, in the space that is searched. Nothing is stored. Each photo counts as a "
        "search."
    ),
    tags=["search"],
    request={
        "application/json": EmbeddingsSerializer,
        "multipart/form-data": EmbeddingsFormSerializer,
    },
    responses=responses(
        found(EmbeddingsAnswerSerializer, batch_examples.vectors),
        "invalid",
        "unknown_field",
        *PHOTO,
    ),
    examples=[batch_examples.photos],
)
