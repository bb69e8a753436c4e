"""What is asked: selectivities, correlated filters, with their queries and true answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.search.gallery import (
    FAR,
    NEAR,
    SHARES,
    WIDE,
    Gallery,
    Ids,
    Mask,
    Matrix,
    share_tag,
)

IMAGES, PRODUCTS = "images", "products"


@dataclass(frozen=True)
class Case:
    """`kind` is IMAGES (each for itself) or PRODUCTS (distinct, by their best image).

    `tag` is the filter, "" for none; `goal` the recall@k asked for; `passing` the rows that pass;
    `truth` holds the ids for each query, best first.
    """

    kind: str
    label: str
    tag: str
    k: int
    goal: float
    passing: Mask
    queries: Matrix
    truth: list[list[int]]

    @property
    def name(self) -> str:
        return f"{self.kind} {self.label}"

    @property
    def selectivity(self) -> float:
        return float(self.passing.mean())


def make_cases(gallery: Gallery, *, kind: str, k: int, goal: float, queries: int) -> Iterator[Case]:
    """100 % to 0.01 %, then filters that lie far from their queries, and one around them."""
    everywhere = np.arange(gallery.clusters)
    filters = [("100 %", "", everywhere)]
    filters += [(f"{share * 100:g} %", share_tag(share), everywhere) for share in SHARES]
    opposite = gallery.regions["opposite"]
    filters += [("far", FAR, opposite), ("far 20 %", WIDE, opposite)]
    filters += [("near", NEAR, gallery.regions[NEAR])]
    for seed, (label, tag, clusters) in enumerate(filters):
        passing = gallery.passing(tag)
        if passing.any():
            asked = gallery.queries(queries, clusters=clusters, seed=seed)
            truth = _truth(gallery, passing, asked, kind=kind, k=k)
            yield Case(kind, label, tag, k, goal, passing, asked, truth)


def _truth(
    gallery: Gallery, passing: Mask, queries: Matrix, *, kind: str, k: int
) -> list[list[int]]:
    rows = np.flatnonzero(passing)
    vectors = gallery.vectors if passing.all() else gallery.vectors[rows]
    products = gallery.product_of[rows]
    return [_nearest(vectors @ query, rows, products, kind=kind, k=k) for query in queries]


def _nearest(similarity: Matrix, rows: Ids, products: Ids, *, kind: str, k: int) -> list[int]:
    if kind == IMAGES:
        best = np.argsort(-similarity, kind="stable")[:k]
        return [int(row) + 1 for row in rows[best]]
    # Rows are in the order of their products, so that each product is one slice.
    distinct, starts = np.unique(products, return_index=True)
    best = np.argsort(-np.maximum.reduceat(similarity, starts), kind="stable")[:k]
    return [int(each) for each in distinct[best]]


def recall(found: list[int], truth: list[int]) -> float:
    return len(set(found) & set(truth)) / len(truth)
