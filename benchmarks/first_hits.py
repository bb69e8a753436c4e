"""Which product a space itself puts first for a photo: what an answer that names it must show."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.images import decode
from search import selectors
from search.embedder import embedder_of
from search.embedding import Embedded, Embedder, EmbeddingError
from search.engine.types import Question
from search.models import EmbeddingSpace
from search.services import get_space
from search.services.placing import place

# Distances of one photo that was embedded twice, alone and among others, differ by as much.
ROUNDING = 1e-3


def first_hits(space_name: str, photos: Sequence[bytes]) -> list[frozenset[str]]:
    """For each photo the SKUs that may come first in the space: the nearest product's, and those of
    products that are as near."""
    space = get_space(space_name)
    embedder = embedder_of(space)
    return [_first(photo, space, embedder) for photo in photos]


def _first(photo: bytes, space: EmbeddingSpace, embedder: Embedder) -> frozenset[str]:
    picture = decode(photo, at_least=embedder.card.preprocessing.decode_side).image
    [outcome] = embedder.embed([picture])
    if not isinstance(outcome, Embedded):
        raise EmbeddingError(f"A photo can't be embedded: {outcome.reason}")
    placed = place(outcome, space)
    question = Question(
        vector=placed.vector, descriptors=placed.descriptors, space_id=space.pk, dim=space.dim
    )
    hits = selectors.search(question=question, door="benchmark").hits
    nearest = [hit for hit in hits if hit.distance <= hits[0].distance + ROUNDING]
    return frozenset(hit.product.sku for hit in nearest)
