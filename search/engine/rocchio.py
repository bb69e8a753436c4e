"""One query vector out of several: near what is liked, away from what is not.

Rocchio, "Relevance feedback in information retrieval" (in Salton, ed., The SMART Retrieval System,
1971), with unit vectors:

    towards = unit(sum(w p) / sum(w))                 over the positives p of weight w > 0
    away    = sum(|w| n) / sum(|w|)                   over the negatives n of weight w < 0
    query   = unit(towards - GAMMA * s * away)        s = min(1, largest |w| / largest w)

Because `towards` has length 1 and `away` at most 1, a query is never further than arcsin(GAMMA),
14.5 degrees, from what is liked: no number of negatives can throw it to a place that nobody asked
for, or turn it round.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _

from search.embedding.descriptors import blocks
from search.embedding.protocol import Vector
from search.errors import InvalidSearch

# How hard negatives push. On five sets of real pictures (benchmarks/feedback.py) mAP@10 of the page
# after one "less like this" goes from 41.3 to 43.1 at .1, 44.1 at .25, 42.3 at .4 and 39.5 at .5;
# with one "more like this" beside it from 37.2 to 53.7, 54.9, 54.7 and 54.1.
GAMMA = 0.25
# What "more like this" weighs beside the query's 1, all marks of one go together: 36.3 becomes 45.0
# at .25, 52.2 at 1 and 54.0 at 2. Above 1 the customer's own photo would have the smaller say.
LIKED = 1.0
# A mean of unit vectors that is shorter than this points nowhere in particular.
NO_DIRECTION = 1e-3

Weighted = tuple[Vector, float]
Picture = TypeVar("Picture")
Exact = npt.NDArray[np.float64]


def combine(examples: Sequence[Weighted], *, gamma: float = GAMMA) -> Vector:
    """float32, shape (dim,), norm 1: the query vector of weighted unit vectors of one space.

    Only the weights' proportions count, and not the order of the examples; one positive alone is
    its own answer. Raises InvalidSearch where nothing is positive, or the positives cancel out.
    """
    positives = [each for each in examples if each[1] > 0]
    negatives = [(vector, -weight) for vector, weight in examples if weight < 0]
    if not positives:
        raise InvalidSearch(_("Everything here is to be avoided. Add an example of what you want."))
    query = _unit(_mean(positives))
    if negatives:
        strength = min(1.0, _largest(negatives) / _largest(positives))
        query = _unit(query - gamma * strength * _mean(negatives))
    return query.astype(np.float32)


def moved(query: Vector | None, *, like: Sequence[Vector], dislike: Sequence[Vector]) -> Vector:
    """The query vector after marks on its hits, unit vectors all; without one the liked hits alone
    say where to look. Raises InvalidSearch as `combine` does."""
    examples = marked(query, like)
    strength = max((weight for _, weight in examples), default=1.0)
    return combine([*examples, *((vector, -strength) for vector in dislike)])


def marked(query: Picture | None, like: Sequence[Picture]) -> list[tuple[Picture, float]]:
    """The query and the liked hits with their weights."""
    examples = [] if query is None else [(query, 1.0)]
    return examples + [(each, LIKED / len(like)) for each in like]


def mean_descriptors(
    weighted: Sequence[tuple[Vector | None, float]], *, kinds: Sequence[str]
) -> Vector | None:
    """The descriptors of all that is liked, float32, each block of norm 1 again; None where none of
    them has any.

    Blocks say how much there is of what: there is no less than nothing of a colour, so that what is
    disliked moves the vector alone.
    """
    known = [(each, weight) for each, weight in weighted if each is not None and weight > 0]
    if not known or not kinds:
        return None
    mean = _mean(known)
    for block in blocks(kinds).values():
        mean[block] /= max(float(np.linalg.norm(mean[block])), NO_DIRECTION)
    return mean.astype(np.float32)


def _mean(weighted: Sequence[Weighted]) -> Exact:
    vectors = np.stack([vector for vector, _ in weighted]).astype(np.float64)
    # Shares of the largest: products with the smallest of floats would be zero.
    shares = np.array([weight for _, weight in weighted]) / _largest(weighted)
    mean: Exact = np.average(vectors, axis=0, weights=shares)
    return mean


def _unit(vector: Exact) -> Exact:
    norm = np.linalg.norm(vector)
    if norm < NO_DIRECTION:
        raise InvalidSearch(_("These examples cancel each other out. Ask with fewer of them."))
    unit: Exact = vector / norm
    return unit


def _largest(weighted: Sequence[Weighted]) -> float:
    return max(weight for _, weight in weighted)
