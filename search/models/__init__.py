"""Spaces, jobs, vectors, words, queries, keys, webhooks. No row here holds a customer's photo."""

from __future__ import annotations

from search.models.errands import Errand
from search.models.golden import GoldenQuery
from search.models.keys import ApiKey, Scope
from search.models.queries import CandidateSet, PhotoQuery, SearchEvent, SearchFeedback
from search.models.requests import IdempotentRequest
from search.models.vectors import (
    EmbeddingJob,
    EmbeddingSpace,
    ImageEmbedding,
    SpaceProjection,
)
from search.models.webhooks import Webhook, WebhookDelivery, WebhookEvent
from search.models.words import ProductDocument, Word

__all__ = [
    "ApiKey",
    "CandidateSet",
    "EmbeddingJob",
    "EmbeddingSpace",
    "Errand",
    "GoldenQuery",
    "IdempotentRequest",
    "ImageEmbedding",
    "PhotoQuery",
    "ProductDocument",
    "Scope",
    "SearchEvent",
    "SearchFeedback",
    "SpaceProjection",
    "Webhook",
    "WebhookDelivery",
    "WebhookEvent",
    "Word",
]
