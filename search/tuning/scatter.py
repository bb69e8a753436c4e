"""Closed-form shrunk discriminant directions from the scatter of several levels of labels.

Within level l with classes k, W_l is the mean outer product of an item's offset from its class's
mean, B_l that of a class's mean from the whole's. With label weights w the directions D solve
B D = W D diag(e), largest e first, for W = sum w_l W_l shrunk towards a multiple of the identity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search.embedding.protocol import Vector
from search.tuning.levels import Level, memberships
from search.tuning.types import Indices

Matrix = npt.NDArray[np.float64]

MOST_DIRECTIONS = 128

# Mean square along one direction below which pictures of a class are equal but for rounding.
_NO_SPREAD = 1e-8
_CHUNK = 8192


@dataclass(frozen=True)
class Scatter:
    """Mean outer products of one level, float64 (r, r) each."""

    within: Matrix
    between: Matrix


def moments(vectors: Vector) -> Matrix:
    """The sum of the outer products of the rows, float64 (d, d), a few thousand rows at a time."""
    total = np.zeros((vectors.shape[1], vectors.shape[1]))
    for rows in _chunks(vectors):
        total += rows.T @ rows
    return total


def principal_axes(second_moments: Matrix, count: int) -> Vector:
    """The `count` directions of most energy, float32 (d, count): uncentred, unwhitened."""
    _, axes = np.linalg.eigh(second_moments)
    leading: Vector = axes[:, ::-1][:, :count].astype(np.float32)
    return leading


def scatter(items: Vector, item_photos: Indices, level: Level) -> Scatter | None:
    """The scatter of a level over items (n, r), photo `item_photos[i]` being shown by item i.

    None where none of the items has a class, or every class has just one item.
    """
    rows, classes = memberships(level, item_photos)
    if not len(rows):
        return None
    classes = np.unique(classes, return_inverse=True)[1]
    counts = np.bincount(classes)
    if counts.max() < 2:
        return None
    means = _class_means(items, rows, classes, counts)
    whole = counts @ means / len(rows)
    weighted = means * np.sqrt(counts / len(rows))[:, None]
    around_zero = weighted.T @ weighted
    total = sum((part.T @ part for part in _chunks(items, rows)), np.zeros_like(around_zero))
    return Scatter(
        within=total / len(rows) - around_zero, between=around_zero - np.outer(whole, whole)
    )


def directions(
    scatters: Mapping[str, Scatter], weights: Mapping[str, float], *, shrinkage: float
) -> Vector:
    """Discriminant directions, float32 (r, at most MOST_DIRECTIONS), scaled so that the shrunk
    scatter within is the identity along them."""
    used = [(weights[name], scatters[name]) for name in weights if name in scatters]
    within = sum(
        (weight * part.within for weight, part in used[1:]), used[0][0] * used[0][1].within
    )
    between = sum(
        (weight * part.between for weight, part in used[1:]), used[0][0] * used[0][1].between
    )
    side = len(within)
    even = max(np.trace(within) / side, _NO_SPREAD)
    lower = np.linalg.cholesky((1 - shrinkage) * within + shrinkage * even * np.eye(side))
    half = np.linalg.solve(lower, between)
    whitened = np.linalg.solve(lower, half.T)
    strengths, turned = np.linalg.eigh((whitened + whitened.T) / 2)
    kept = max(1, min(MOST_DIRECTIONS, int((strengths > strengths[-1] * 1e-6).sum())))
    found: Vector = np.linalg.solve(lower.T, turned[:, ::-1][:, :kept]).astype(np.float32)
    return found


def _class_means(items: Vector, rows: Indices, classes: Indices, counts: Indices) -> Matrix:
    # Class by class: adding row by row to its class takes ten times as long.
    order = np.argsort(classes, kind="stable")
    rows, classes = rows[order], classes[order]
    sums = np.zeros((len(counts), items.shape[1]))
    for start in range(0, len(rows), _CHUNK):
        here = slice(start, start + _CHUNK)
        present, first = np.unique(classes[here], return_index=True)
        sums[present] += np.add.reduceat(items[rows[here]].astype(np.float64), first, axis=0)
    means: Matrix = sums / counts[:, None]
    return means


def _chunks(vectors: Vector, rows: Indices | None = None) -> Iterator[Matrix]:
    """The vectors, or those `rows` of them, as float64, a few thousand at a time."""
    for start in range(0, len(vectors) if rows is None else len(rows), _CHUNK):
        here = slice(start, start + _CHUNK)
        yield (vectors[here] if rows is None else vectors[rows[here]]).astype(np.float64)
