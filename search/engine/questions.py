"""Questions: checked before they are asked, and made from what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from search.embedding.protocol import Vector
from search.engine.lexemes import cleaned
from search.engine.types import MAX_K, MAX_TEXT, SORTS, Question
from search.errors import InvalidSearch
from search.models import EmbeddingSpace, ImageEmbedding

# A mean of unit vectors that is shorter than this points nowhere in particular.
NO_DIRECTION = 1e-3


def check_page(*, k: int, page: int, sort: str) -> None:
    """Raises InvalidSearch, naming the field, for a page that can't be shown."""
    if not 1 <= k <= MAX_K:
        raise InvalidSearch(f"k is the number of products, 1 to {MAX_K}, not {k}.", field="k")
    if page < 1:
        raise InvalidSearch(f"Pages are counted from 1; there is no page {page}.", field="page")
    if sort not in SORTS:
        known = ", ".join(SORTS)
        raise InvalidSearch(f"Sort by one of {known}, not by {sort[:40]!r}.", field="sort")


def checked(question: Question) -> Question:
    """The question with its words cleaned. Raises InvalidSearch where nothing is asked, or too
    much."""
    words = cleaned(question.text)
    if question.vector is None and not words:
        raise InvalidSearch("There is nothing to search for. Give a photo or some words.")
    if len(words) > MAX_TEXT:
        raise InvalidSearch(
            f"The words are {len(words)} characters long; {MAX_TEXT} is the most. Use fewer.",
            field="text",
        )
    return replace(question, text=words)


def mean_question(space: EmbeddingSpace, *, product_id: int) -> Question | None:
    """What looks like the product: the direction between all its images; None without vectors."""
    rows = ImageEmbedding.objects.filter(space=space, product_id=product_id).order_by("image_id")
    vectors = list(rows.values_list("vector", flat=True))
    if not vectors:
        return None
    return Question(
        vector=_unit_mean(vectors),
        space_id=space.pk,
        dim=space.dim,
        exclude_product_id=product_id,
    )


def _unit_mean(vectors: Sequence[Sequence[float]]) -> Vector:
    """float32, shape (dim,), norm 1. Opposite images that cancel out leave the first one."""
    stacked = np.asarray(vectors, dtype=np.float32)
    mean: Vector = stacked.mean(axis=0)
    norm = np.linalg.norm(mean)
    chosen: Vector = stacked[0] if norm < NO_DIRECTION else mean / norm
    return chosen.astype(np.float32)
