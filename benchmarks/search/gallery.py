"""The synthetic gallery: clustered unit vectors, several to a product, tags of known share."""

from __future__ import annotations

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
FAR, NEAR = "region:far", "region:near"
FAR_SHARE, NEAR_SHARE = 0.05, 0.01

Matrix = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Gallery:
    """Image id = row + 1, product ids from 1.

    `vectors` has the shape (n, dim), unit rows, rounded to what a halfvec stores. `product_of`
    gives each row its product, ascending. `tags` maps a name to the products that carry it (index
    0 is product 1), `regions` to the clusters that it covers.
    """

    vectors: Matrix
    product_of: Ids
    tags: dict[str, Mask]
    regions: dict[str, Ids]
    centres: Matrix
    projection: Matrix

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
        latent = self.centres[dice.choice(clusters, size=count)]
        spread = np.hypot(PRODUCT_SPREAD, IMAGE_SPREAD)
        return _projected(latent + spread * _noise(dice, count), self.projection)


def share_tag(share: float) -> str:
    return f"share:{share:.2%}"


def make_gallery(*, n: int, dim: int, seed: int = 7) -> Gallery:
    """n images, about 3.5 to a product, in CLUSTERS clusters of a LATENT-dimensional space."""
    dice = np.random.default_rng(seed)
    centres = _noise(dice, CLUSTERS)
    projection = dice.normal(size=(LATENT, dim)).astype(np.float32)
    sizes = dice.integers(1, MOST_IMAGES + 1, size=n)
    product_of = np.repeat(np.arange(1, n + 1), sizes)[:n]
    products = int(product_of[-1])
    cluster_of = dice.integers(CLUSTERS, size=products)
    latent = centres[cluster_of] + PRODUCT_SPREAD * _noise(dice, products)
    vectors = np.empty((n, dim), dtype=np.float32)
    for start in range(0, n, CHUNK):
        part = latent[product_of[start : start + CHUNK] - 1]
        part = part + IMAGE_SPREAD * _noise(dice, len(part))
        vectors[start : start + CHUNK] = _projected(part, projection)
    regions = _regions(centres, dice)
    tags = {name: np.isin(cluster_of, clusters) for name, clusters in regions.items()}
    tags |= {share_tag(share): _some(products, share, dice) for share in SHARES}
    return Gallery(vectors, product_of, tags, regions, centres, projection)


def _regions(centres: Matrix, dice: np.random.Generator) -> dict[str, Ids]:
    """The clusters that lie furthest in one direction, and those around one of the clusters."""
    along = np.argsort(centres @ dice.normal(size=LATENT))
    around = np.argsort(np.linalg.norm(centres - centres[0], axis=1))
    far, near = int(FAR_SHARE * CLUSTERS), int(NEAR_SHARE * CLUSTERS)
    return {FAR: along[-far:], NEAR: around[:near], "opposite": along[:far]}


def _some(products: int, share: float, dice: np.random.Generator) -> Mask:
    """That share of the products, one at least."""
    chosen = np.zeros(products, dtype=np.bool_)
    chosen[dice.choice(products, size=max(1, round(share * products)), replace=False)] = True
    return chosen


def _noise(dice: np.random.Generator, rows: int) -> Matrix:
    return dice.standard_normal((rows, LATENT), dtype=np.float32)


def _projected(latent: Matrix, projection: Matrix) -> Matrix:
    """Unit rows of the full dimension, rounded to half precision."""
    full = latent @ projection
    full /= np.linalg.norm(full, axis=1, keepdims=True)
    return full.astype(np.float16).astype(np.float32)
