"""Pictures to vectors. Pure: knows no Django, no SQL, and loads torch only to export a network."""

from search.embedding.protocol import (
    Card,
    Embedded,
    Embedder,
    EmbedderUnavailable,
    EmbeddingError,
    Outcome,
    Preprocessing,
    Rejected,
    TextEmbedder,
    UnknownEmbedder,
    Vector,
)
from search.embedding.registry import card_names, get_card, make_embedder, make_text_embedder

__all__ = [
    "Card",
    "Embedded",
    "Embedder",
    "EmbedderUnavailable",
    "EmbeddingError",
    "Outcome",
    "Preprocessing",
    "Rejected",
    "TextEmbedder",
    "UnknownEmbedder",
    "Vector",
    "card_names",
    "get_card",
    "make_embedder",
    "make_text_embedder",
]
