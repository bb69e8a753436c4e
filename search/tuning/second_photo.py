"""What a second photo of each product adds, asked of the products that have three."""

from __future__ import annotations

import numpy as np

from search.embedding.protocol import Vector
from search.tuning.types import Indices

# Points of R@1, the mean of two shops by their plain base vectors: 11 with phone photos of 41
# groceries, 3 with studio pictures of 86 articles of sportswear (200 draws each, which scatter by 6
# and by 2).
DEFAULT_GAIN = 7.0
ENOUGH_PRODUCTS = 20
_MOST_PRODUCTS = 2000
# 26 MB of similarities, a few times over, in the largest shop that a fit reads.
_AT_ONCE = 64


def second_photo_gain(vectors: Vector, products: Indices, *, seed: int) -> tuple[float, bool]:
    """Points of R@1 that a second photo of each product adds, and whether that was measured here:
    with fewer than ENOUGH_PRODUCTS of three photos it is DEFAULT_GAIN.

    A third photo asks, in a shop with one photo of every product, and then with two of every
    product that has them. It may be negative: the others are found more easily too.
    """
    random = np.random.default_rng(seed)
    order = random.permutation(len(products))
    order = order[np.argsort(products[order], kind="stable")]
    _, first, counts = np.unique(products[order], return_index=True, return_counts=True)
    asking = np.flatnonzero(counts >= 3)
    if len(asking) < ENOUGH_PRODUCTS:
        return DEFAULT_GAIN, False
    asking = random.permutation(asking)[:_MOST_PRODUCTS]
    # Of a product with one photo the second is the first again.
    shop = order[first], order[first + (counts > 1)]
    gained = 0
    for start in range(0, len(asking), _AT_ONCE):
        part = asking[start : start + _AT_ONCE]
        similarity = vectors[order[first[part] + 2]] @ vectors.T
        one, two = (similarity[:, photos] for photos in shop)
        gained += _found(np.maximum(one, two), part) - _found(one, part)
    return 100 * gained / len(asking), True


def _found(similarity: Vector, asking: Indices) -> int:
    """How many of the asking products come first; similarity is (asking, products)."""
    rows = np.arange(len(asking))
    others = similarity.copy()
    others[rows, asking] = -np.inf
    return int((similarity[rows, asking] > others.max(axis=1)).sum())
