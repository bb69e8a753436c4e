"""A gallery of real embeddings: a folder of photos, embedded and multiplied to any size.

A product lies between a photo and one of its nearest neighbours, with noise of the size that parts
neighbours; its images lie around it. Every tenth photo stays out and is only asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.search.gallery import (
    CHUNK,
    Gallery,
    Ids,
    Matrix,
    products_of,
    regions_of,
    stored,
    tags_of,
)
from catalog.errors import ImageRejected
from catalog.images import decode
from search.embedder import get_embedder
from search.embedding import Embedded

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
BATCH = 32
HELD_OUT = 10
NEIGHBOURS = 10
# Noise as a part of the distance to the neighbour that a product lies towards.
PRODUCT_NOISE, IMAGE_NOISE = 0.5, 0.25


def embedded(folder: Path, keep: Path) -> Matrix:
    """The unit vectors of the folder's photos, shape (photos, dim); computed once, in `keep`."""
    if keep.exists():
        vectors: Matrix = np.load(keep)
        return vectors
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    vectors = np.stack(list(_vectors(paths)))
    keep.parent.mkdir(exist_ok=True)
    np.save(keep, vectors)
    return vectors


def _vectors(paths: list[Path]) -> Iterable[Matrix]:
    for start in range(0, len(paths), BATCH):
        pictures = [picture for path in paths[start : start + BATCH] if (picture := _opened(path))]
        for outcome in get_embedder().embed(pictures):
            if isinstance(outcome, Embedded):
                yield outcome.vector


def _opened(path: Path) -> Image.Image | None:
    try:
        return decode(path.read_bytes()).image
    except ImageRejected:
        return None


def multiply(photos: Matrix, *, n: int, seed: int = 7) -> Gallery:
    """n images around and between the photos, about 3.5 to a product. A cluster is a photo."""
    dice = np.random.default_rng(seed)
    asked, base = photos[::HELD_OUT], np.delete(photos, np.s_[::HELD_OUT], axis=0)
    nearest = np.argsort(-(base @ base.T), axis=1)[:, 1 : NEIGHBOURS + 1]
    product_of = products_of(n, dice)
    products = int(product_of[-1])
    cluster_of = dice.integers(len(base), size=products)
    towards = nearest[cluster_of, dice.integers(NEIGHBOURS, size=products)]
    part = dice.uniform(0, 0.5, size=(products, 1)).astype(np.float32)
    gap = np.linalg.norm(base[towards] - base[cluster_of], axis=1, keepdims=True)
    centre = base[cluster_of] + part * (base[towards] - base[cluster_of])
    centre += _noise(gap, PRODUCT_NOISE, centre.shape, dice)
    vectors = np.empty((n, base.shape[1]), dtype=np.float32)
    for start in range(0, n, CHUNK):
        own = product_of[start : start + CHUNK] - 1
        noise = _noise(gap[own], IMAGE_NOISE, (len(own), base.shape[1]), dice)
        vectors[start : start + CHUNK] = stored(centre[own] + noise)
    regions = regions_of(base, dice)

    def taken(clusters: Ids, _: np.random.Generator) -> Matrix:
        """The held-out photo that is nearest to each cluster's."""
        return stored(asked[np.argmax(base[clusters] @ asked.T, axis=1)])

    tags = tags_of(cluster_of, regions, dice)
    return Gallery("photos", vectors, product_of, tags, regions, len(base), taken)


def _noise(gap: Matrix, part: float, shape: tuple[int, ...], dice: np.random.Generator) -> Matrix:
    """Of the length part * gap in expectation, in any direction."""
    drawn = dice.standard_normal(shape, dtype=np.float32)
    return drawn * (part * gap / np.sqrt(shape[1])).astype(np.float32)
