"""Catalogues of vectors with a known answer: what tells products apart lies in some directions,
what a camera does to them in the others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from search.tuning.types import TrainingSet

DIM = 48
TELLING = 12


def make_catalogue(
    *,
    products: int = 60,
    photos: int = 2,
    categories: int = 6,
    views: int = 4,
    noise: float = 2.0,
    seed: int = 0,
    colour: bool = False,
) -> TrainingSet:
    """Products are points in the first TELLING directions, near the centre of their category; a
    camera moves a photo along the other directions, `noise` times as far as products lie apart.
    """
    random = np.random.default_rng(seed)
    of_product = np.repeat(np.arange(products), photos)
    kind = np.arange(products) % categories
    centres = random.normal(size=(categories, TELLING))
    things = np.zeros((products, DIM))
    things[:, :TELLING] = centres[kind] + 0.7 * random.normal(size=(products, TELLING))
    shots = things[of_product] + _camera(len(of_product), noise, random)
    again = np.repeat(np.arange(len(of_product)), views)
    seen = things[of_product[again]] + _camera(len(again), noise, random)
    return TrainingSet(
        vectors=_unit(shots),
        products=of_product + 100,
        categories=[(1, 10 + int(kind[product])) for product in of_product],
        tags=[(50 + int(kind[product]) // 2,) for product in of_product],
        augmented=_unit(seen),
        augmented_of=again,
        descriptors=_unit(random.random((len(shots), 5))) if colour else None,
        augmented_descriptors=_unit(random.random((len(seen), 5))) if colour else None,
        colour=slice(1, 4) if colour else None,
    )


def shuffled(values: Sequence, *, seed: int) -> list:
    """The same values in another order."""
    return [values[place] for place in np.random.default_rng(seed).permutation(len(values))]


def _camera(count: int, noise: float, random: np.random.Generator) -> np.ndarray:
    moved = noise * random.normal(size=(count, DIM))
    moved[:, :TELLING] *= 0.1
    return moved


def _unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
