"""One recipe, fitted to the whole catalogue and cut to a length that can be stored."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from search.embedding.projection import Projection
from search.embedding.protocol import Vector
from search.tuning.choosing import REDUCED
from search.tuning.levels import levels_of
from search.tuning.recipes import Recipe, block_directions, mixed
from search.tuning.scatter import Matrix, moments, principal_axes, scatter
from search.tuning.types import TrainingSet

SMALL_SHOP, SMALL_DIM = 500, 256
_CHUNK = 4096


def length(photos: int, most: int) -> int:
    """How long the vectors of a shop of so many photos may be."""
    return min(most, SMALL_DIM if photos < SMALL_SHOP else most)


def project(training: TrainingSet, recipe: Recipe, *, max_dim: int) -> Projection:
    """The recipe's projection, of at most `max_dim`.

    Holds the catalogue once in REDUCED float32 numbers beside the training set itself.
    """
    axes = principal_axes(moments(training.vectors) + moments(training.augmented), REDUCED)
    items = np.concatenate([training.vectors @ axes, training.augmented @ axes])
    photos = np.concatenate([np.arange(training.photos), training.augmented_of])
    mean = items.mean(axis=0, dtype=np.float64).astype(np.float32)
    items -= mean
    # Whether there are enough photos was asked of the catalogue that chose the recipe.
    levels = levels_of(training, least_labelled=0)
    scatters = {
        name: scatter(items, photos, levels[name]) if name in levels else None
        for name in recipe.label_weights
    }
    parts = {
        block: found
        for block in recipe.blocks
        if (found := block_directions(block, scatters, items)) is not None
    }
    learned, centre = axes @ mixed(recipe, parts), axes @ mean
    return _cut(training, learned, centre, recipe, max_dim=max_dim)


def _cut(
    training: TrainingSet,
    learned: Vector,
    centre: Vector,
    recipe: Recipe,
    *,
    max_dim: int,
) -> Projection:
    """The projection whose cut are the leading axes of the whole blocks over this very gallery.

    Uncentred and unwhitened: both lose. A cut fitted elsewhere would need twice the length.
    """
    block = training.colour if recipe.colour else None
    width = len(learned) + learned.shape[1] + (block.stop - block.start if block else 0)
    whole = Projection(
        directions=learned,
        centre=centre,
        cut=np.eye(width, dtype=np.float32),
        learned=recipe.learned,
        colour=recipe.colour,
        colour_start=block.start if block else 0,
    )
    energy = _energy(whole, training.vectors, training.descriptors)
    energy += _energy(whole, training.augmented, training.augmented_descriptors)
    return replace(whole, cut=principal_axes(energy, min(max_dim, width)))


def _energy(whole: Projection, vectors: Vector, descriptors: Vector | None) -> Matrix:
    """The mean outer product of the blocks of these pictures, a few thousand at a time."""
    side = len(whole.cut)
    total = np.zeros((side, side))
    for start in range(0, len(vectors), _CHUNK):
        rows = slice(start, start + _CHUNK)
        colours = None if descriptors is None else descriptors[rows]
        total += moments(whole.blocks(vectors[rows], colours))
    return total / max(1, len(vectors))
