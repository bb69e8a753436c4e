"""A part of a large catalogue, small enough to try every recipe on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from search.embedding.protocol import Vector
from search.tuning.types import Indices, TrainingSet


def sample_products(training: TrainingSet, *, most: int, seed: int) -> TrainingSet:
    """Whole products at random, as many as fit into `most` photos, those with augmented pictures
    before the others: questions are made of these. The set itself where it is small enough."""
    if training.photos <= most:
        return training
    products, numbers = np.unique(training.products, return_inverse=True)
    shown = np.zeros(len(products), dtype=bool)
    shown[numbers[training.augmented_of]] = True
    order = np.random.default_rng(seed).permutation(len(products))
    order = order[np.argsort(~shown[order], kind="stable")]
    counts, left = np.bincount(numbers), most
    chosen = np.zeros(len(products), dtype=bool)
    for number in order:
        # A product of more photos than there is room for is passed over, not waited for.
        if counts[number] <= left:
            chosen[number] = True
            left -= counts[number]
    return only(training, np.flatnonzero(chosen[numbers]))


def only(training: TrainingSet, photos: Indices) -> TrainingSet:
    """The training set of these photos alone."""
    place = np.full(training.photos, -1, dtype=np.int64)
    place[photos] = np.arange(len(photos))
    views = np.flatnonzero(place[training.augmented_of] >= 0)
    return replace(
        training,
        vectors=training.vectors[photos],
        products=training.products[photos],
        categories=[training.categories[photo] for photo in photos],
        tags=[training.tags[photo] for photo in photos],
        augmented=training.augmented[views],
        augmented_of=place[training.augmented_of[views]],
        descriptors=_rows(training.descriptors, photos),
        augmented_descriptors=_rows(training.augmented_descriptors, views),
    )


def _rows(values: Vector | None, rows: Indices) -> Vector | None:
    return None if values is None else values[rows]
