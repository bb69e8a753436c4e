"""Spaces, jobs, vectors, words, queries. No row here holds a customer's photo."""

from __future__ import annotations

from search.models.errands import Errand
from search.models.golden import GoldenQuery
from search.models.queries import CandidateSet, PhotoQuery, SearchEvent, SearchFeedback
from search.models.vectors import (
    EmbeddingJob,
    EmbeddingSpace,
    ImageEmbedding,
    SpaceProjection,
)
from search.models.words import ProductDocument, Word

__all__ = [
    "CandidateSet",
    "EmbeddingJob",
    "EmbeddingSpace",
    "Errand",
    "GoldenQuery",
    "ImageEmbedding",
    "PhotoQuery",
    "ProductDocument",
    "SearchEvent",
    "SearchFeedback",
    "SpaceProjection",
    "Word",
]
