"""Questions: checked before they are asked, and made from what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from pgvector import HalfVector

from search.embedding.protocol import Vector
from search.engine.lexemes import cleaned
from search.engine.rocchio import NO_DIRECTION, mean_descriptors
from search.engine.statements import fetch
from search.engine.types import MAX_K, MAX_TEXT, SORTS, Pictured, Question
from search.engine.weights import kinds_of, weighed
from search.errors import InvalidSearch
from search.models import EmbeddingSpace, ImageEmbedding

Stacked = npt.NDArray[np.float32]

PICTURES = f"""
    SELECT vector, descriptors FROM {ImageEmbedding._meta.db_table}
    WHERE space_id = %(space)s AND product_id = %(product)s ORDER BY image_id
"""  # noqa: S608 - a table's name


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
    """The question with its words cleaned and the weights that count. Raises InvalidSearch where
    nothing is asked, or too much."""
    words = cleaned(question.text)
    if question.vector is None and not words:
        raise InvalidSearch("There is nothing to search for. Give a photo or some words.")
    if len(words) > MAX_TEXT:
        raise InvalidSearch(
            f"The words are {len(words)} characters long; {MAX_TEXT} is the most. Use fewer.",
            field="text",
        )
    return weighed(replace(question, text=words))


def checked_similarity(least: float | None, question: Question) -> float | None:
    """The least similarity that is asked for, to the five digits that answers show. Raises
    InvalidSearch where it is none, and where there is no picture to be similar to."""
    if least is None:
        return None
    if not -1 <= least <= 1:
        raise InvalidSearch(
            f"A similarity lies between -1 and 1, not at {least}.", field="min_similarity"
        )
    if question.picture is None:
        raise InvalidSearch(
            "Words alone have no similarity. Leave min_similarity out, or add a photo.",
            field="min_similarity",
        )
    return round(least, 5)


def mean_question(space: EmbeddingSpace, *, product_id: int) -> Question | None:
    """What looks like the product: the direction between all its images; None without vectors."""
    pictures = _pictures(space, product_id)
    if not pictures:
        return None
    mean = _mean(pictures, space)
    return Question(
        vector=mean.vector,
        descriptors=mean.descriptors,
        space_id=space.pk,
        dim=space.dim,
        exclude_product_id=product_id,
    )


def nearest_picture(
    space: EmbeddingSpace, *, product_id: int, to: Vector | None
) -> Pictured | None:
    """The product's image that is nearest to `to`, and so stands for it among the hits; without
    `to` the direction between all its images; None without vectors."""
    pictures = _pictures(space, product_id)
    if not pictures:
        return None
    if to is None:
        return _mean(pictures, space)
    return max(pictures, key=lambda each: float(each.vector @ to))


def _pictures(space: EmbeddingSpace, product_id: int) -> list[Pictured]:
    """float32, shape (dim,) each, in the order of the images' ids."""
    rows = fetch(PICTURES, {"space": space.pk, "product": product_id})
    return [Pictured(as_vector(vector), as_vector(descriptors)) for vector, descriptors in rows]


def as_vector(stored: Any) -> Any:
    """What a column of vectors gives, as float32; None stays None."""
    if isinstance(stored, HalfVector):
        return stored.to_numpy().astype(np.float32)
    return None if stored is None else np.asarray(stored, dtype=np.float32)


def _mean(pictures: Sequence[Pictured], space: EmbeddingSpace) -> Pictured:
    descriptors = [(each.descriptors, 1.0) for each in pictures]
    return Pictured(
        _unit_mean(np.stack([each.vector for each in pictures])),
        mean_descriptors(descriptors, kinds=kinds_of(space)),
    )


def _unit_mean(vectors: Stacked) -> Vector:
    """float32, shape (dim,), norm 1. Opposite images that cancel out leave the first one."""
    mean: Vector = vectors.mean(axis=0)
    norm = np.linalg.norm(mean)
    chosen: Vector = vectors[0] if norm < NO_DIRECTION else mean / norm
    return chosen.astype(np.float32)
