"""The synthetic gallery: clustered unit vectors, several to a product, tags of known share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

LATENT = 40
CLUSTERS = 2_000
# Standard deviations around a cluster's centre (itself N(0, 1)), and around a product's.
PRODUCT_SPREAD = 0.4
IMAGE_SPREAD = 0.2
MOST_IMAGES = 6
CHUNK = 50_000

SHARES = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.001, 0.0001)
# Tags of whole clusters: two asked from the opposite side, one from its own clusters.
FAR, WIDE, NEAR = "region:far", "region:wide", "region:near"
REGIONS = {FAR: 0.05, WIDE: 0.2, NEAR: 0.01}
OPPOSITE = 0.05

Matrix = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Gallery:
    """Image id = row + 1, product ids from 1.

    `vectors` has the shape (n, dim), unit rows, rounded to what a halfvec stores. `product_of`
    gives each row its product, ascending. `tags` maps a name to the products that carry it (index
    0 is product 1), `regions` to the clusters that it covers. `photos(clusters, dice)` takes one
    new photo of each cluster named, shape (len(clusters), dim).
    """

    name: str
    vectors: Matrix
    product_of: Ids
    tags: dict[str, Mask]
    regions: dict[str, Ids]
    clusters: int
    photos: Callable[[Ids, np.random.Generator], Matrix]

    @property
    def products(self) -> int:
        return int(self.product_of[-1])

    def passing(self, tag: str) -> Mask:
        """Which rows carry the tag; all of them for ""."""
        if not tag:
            return np.ones(len(self.vectors), dtype=np.bool_)
        chosen: Mask = self.tags[tag][self.product_of - 1]
        return chosen

    def queries(self, count: int, *, clusters: Ids, seed: int) -> Matrix:
        """New photos from these clusters, shape (count, dim); none of them is in the gallery."""
        dice = np.random.default_rng(seed)
        return self.photos(dice.choice(clusters, size=count), dice)


def share_tag(share: float) -> str:
    return f"share:{share:.2%}"


def make_gallery(*, n: int, dim: int, seed: int = 7) -> Gallery:
    """n images, about 3.5 to a product, in CLUSTERS clusters of a LATENT-dimensional space."""
    dice = np.random.default_rng(seed)
    centres = _noise(dice, CLUSTERS)
    projection = dice.normal(size=(LATENT, dim)).astype(np.float32)
    product_of = products_of(n, dice)
    products = int(product_of[-1])
    cluster_of = dice.integers(CLUSTERS, size=products)
    latent = centres[cluster_of] + PRODUCT_SPREAD * _noise(dice, products)
    vectors = np.empty((n, dim), dtype=np.float32)
    for start in range(0, n, CHUNK):
        part = latent[product_of[start : start + CHUNK] - 1]
        part = part + IMAGE_SPREAD * _noise(dice, len(part))
        vectors[start : start + CHUNK] = stored(part @ projection)

    def photos(clusters: Ids, dice: np.random.Generator) -> Matrix:
        spread = np.hypot(PRODUCT_SPREAD, IMAGE_SPREAD)
        return stored((centres[clusters] + spread * _noise(dice, len(clusters))) @ projection)

    regions = regions_of(centres, dice)
    tags = tags_of(cluster_of, regions, dice)
    return Gallery("synthetic", vectors, product_of, tags, regions, CLUSTERS, photos)


def products_of(n: int, dice: np.random.Generator) -> Ids:
    """Each image's product, ascending from 1; a product has 1 to MOST_IMAGES."""
    sizes = dice.integers(1, MOST_IMAGES + 1, size=n)
    return np.repeat(np.arange(1, n + 1), sizes)[:n]


def regions_of(centres: Matrix, dice: np.random.Generator) -> dict[str, Ids]:
    """The clusters that lie furthest in one direction, and those around one of the clusters."""
    along = np.argsort(centres @ dice.normal(size=centres.shape[1]))
    around = np.argsort(np.linalg.norm(centres - centres[0], axis=1))
    counts = {name: max(1, int(share * len(centres))) for name, share in REGIONS.items()}
    opposite = along[: max(1, int(OPPOSITE * len(centres)))]
    far = {name: along[-counts[name] :] for name in (FAR, WIDE)}
    return {**far, NEAR: around[: counts[NEAR]], "opposite": opposite}


def tags_of(cluster_of: Ids, regions: dict[str, Ids], dice: np.random.Generator) -> dict[str, Mask]:
    """Which products carry each tag: those of the regions, and some by lot."""
    tags = {name: np.isin(cluster_of, regions[name]) for name in REGIONS}
    return tags | {share_tag(share): _some(len(cluster_of), share, dice) for share in SHARES}


def stored(rows: Matrix) -> Matrix:
    """Unit rows, rounded to half precision."""
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit.astype(np.float16).astype(np.float32)


def _some(products: int, share: float, dice: np.random.Generator) -> Mask:
    """That share of the products, one at least."""
    chosen = np.zeros(products, dtype=np.bool_)
    chosen[dice.choice(products, size=max(1, round(share * products)), replace=False)] = True
    return chosen


def _noise(dice: np.random.Generator, rows: int) -> Matrix:
    return dice.standard_normal((rows, LATENT), dtype=np.float32)
