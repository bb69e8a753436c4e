"""What a second photo of a product adds, asked of the products that have three."""

from __future__ import annotations

import numpy as np

from search.embedding.protocol import Vector
from search.tuning.types import Indices

# Points of R@1, the mean of two shops by their plain base vectors: 17 with phone photos of
# groceries, 3 with studio pictures of clothes.
DEFAULT_GAIN = 10.0
ENOUGH_PRODUCTS = 20
_MOST_PRODUCTS = 2000


def second_photo_gain(vectors: Vector, products: Indices, *, seed: int) -> tuple[float, bool]:
    """Points of R@1 that a second photo adds to a product that has one, and whether that was
    measured here: with fewer than ENOUGH_PRODUCTS of three photos it is DEFAULT_GAIN.

    One photo asks, in a shop with one photo of every product and then with a second of its own.
    """
    random = np.random.default_rng(seed)
    order = random.permutation(len(products))
    order = order[np.argsort(products[order], kind="stable")]
    _, first, counts = np.unique(products[order], return_index=True, return_counts=True)
    asking = np.flatnonzero(counts >= 3)
    if len(asking) < ENOUGH_PRODUCTS:
        return DEFAULT_GAIN, False
    asking = random.permutation(asking)[:_MOST_PRODUCTS]
    shop = order[first]
    queries, second = vectors[order[first[asking] + 2]], vectors[order[first[asking] + 1]]
    similarity = queries @ vectors[shop].T
    rows = np.arange(len(asking))
    own = similarity[rows, asking].copy()
    similarity[rows, asking] = -np.inf
    others = similarity.max(axis=1)
    more = np.maximum(own, (queries * second).sum(axis=1))
    return 100 * float((more > others).mean() - (own > others).mean()), True
