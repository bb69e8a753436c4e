"""Boxes around the main things in a picture, from where its network found it unlike itself.

A network that embeds has looked at every place of the picture before it averages them. Where what
it saw differs most from the picture's mean, there lies what the picture is of: `attention`, without
weights of its own. Fractions of the picture, so its aspect ratio, which a view doesn't keep, is no
matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Map = npt.NDArray[np.float32]
# x, y, width, height in 0..1 of the picture.
Box = tuple[float, float, float, float]

MOST = 3
# Of two boxes that are handed out: intersection over union, and over the smaller of them.
MOST_IOU, MOST_INSIDE = 0.3, 0.6
# Of the picture's area: less is a detail, more says nothing that the whole picture didn't.
LEAST_AREA, MOST_AREA = 0.04, 0.85
# Cells a side that a map is brought to.
GRID = 28
# Of the map's height. From .2 on, boxes grow together and fewer of them are right (.33 for .38).
LEVELS = tuple(step / 10 for step in range(4, 10))
# What stands out less than this share of the likeliest box is left out: of the boxes that go,
# hardly one was right, of those that stay four in ten.
LEAST_SCORE = 0.4
# How far around a box is looked for what it stands out from, as a share of its sides.
RING = 3
_DECIMALS = 4
# Cells are counted row by row, with an empty one behind each row, so that none has a neighbour on
# the other side.
_ROW = GRID + 1
_STEPS = (-_ROW, -1, 1, _ROW)

_Cells = npt.NDArray[np.float64]
# Rows of top, bottom, left and right in cells.
_Edges = npt.NDArray[np.intp]


def boxes_of(attention: Map) -> tuple[Box, ...]:
    """Up to MOST boxes around the things in a picture, the likeliest first; none where nothing
    stands out. No two overlap by more than MOST_IOU.

    `attention` is high where something is, shape (rows, columns), on any scale. Every connected
    part above one of LEVELS is a candidate; it is as likely as it stands out from what surrounds
    it, and large ones a little more so than small ones.
    """
    cells = _normalised(attention)
    edges = _candidates(cells)
    areas = _areas(edges) / cells.size
    fits = (areas > LEAST_AREA) & (areas < MOST_AREA)
    edges, areas = edges[fits], areas[fits]
    scores = _contrasts(cells, edges) * areas**0.25
    likely = scores >= LEAST_SCORE * scores.max(initial=0.0)
    ranked = edges[likely][np.lexsort((*edges[likely].T, -scores[likely]))]
    return tuple(_box(each) for each in _apart(ranked))


def _normalised(attention: Map) -> _Cells:
    """The map on GRID x GRID cells, from 0 to 1; zero all over where it says nothing."""
    nothing = np.zeros((GRID, GRID))
    if attention.ndim != 2 or 0 in attention.shape or not np.isfinite(attention).all():
        return nothing
    cells = attention.astype(np.float64)
    cells = _taps(cells.shape[0]) @ cells @ _taps(cells.shape[1]).T
    lowest, highest = cells.min(), cells.max()
    # A flat map differs in its last digits after the products.
    if highest - lowest <= 1e-6 * max(abs(highest), abs(lowest)):
        return nothing
    normalised: _Cells = (cells - lowest) / (highest - lowest)
    return normalised


@lru_cache(maxsize=8)
def _taps(length: int) -> _Cells:
    """How GRID cells are made of an axis of `length`, shape (GRID, length): linear between the
    centres of a smaller one, triangles as wide as a cell over a larger one."""
    scale = length / GRID
    centres = (np.arange(GRID) + 0.5) * scale - 0.5
    away = np.abs(centres[:, np.newaxis] - np.arange(length)) / max(1.0, scale)
    weights = np.maximum(0.0, 1.0 - away)
    taps: _Cells = weights / weights.sum(axis=1, keepdims=True)
    return taps


def _candidates(cells: _Cells) -> _Edges:
    """The edges of every connected part above a level, shape (n, 4), each once."""
    found = {edges for level in LEVELS for edges in _parts(cells >= level)}
    return np.array(sorted(found), dtype=np.intp).reshape(-1, 4)


def _parts(above: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int, int, int]]:
    """The edges of the parts of a mask that hang together by their sides."""
    waiting = set(np.flatnonzero(np.pad(above, ((0, 0), (0, 1)))).tolist())
    while waiting:
        part = [waiting.pop()]
        for cell in part:
            beside = [cell + step for step in _STEPS if cell + step in waiting]
            waiting.difference_update(beside)
            part += beside
        columns = [cell % _ROW for cell in part]
        yield min(part) // _ROW, max(part) // _ROW + 1, min(columns), max(columns) + 1


def _contrasts(cells: _Cells, edges: _Edges) -> _Cells:
    """How much higher the map is inside each box than in the ring around it, shape (n,)."""
    sums = np.zeros((GRID + 1, GRID + 1))
    sums[1:, 1:] = cells.cumsum(axis=0).cumsum(axis=1)
    around = _widened(edges)
    inside, whole = _sums(sums, edges), _sums(sums, around)
    ring = _areas(around) - _areas(edges)
    contrasts: _Cells = inside / _areas(edges) - (whole - inside) / np.maximum(ring, 1)
    return contrasts


def _widened(edges: _Edges) -> _Edges:
    """The boxes with the ring around them, as far as the picture goes."""
    sides = np.stack([edges[:, 1] - edges[:, 0], edges[:, 3] - edges[:, 2]], axis=1)
    reach = np.repeat(np.maximum(sides // RING, 1), 2, axis=1) * (-1, 1, -1, 1)
    widened: _Edges = np.clip(edges + reach, 0, GRID)
    return widened


def _sums(sums: _Cells, edges: _Edges) -> _Cells:
    """The sum of the map inside each box, from the sums of all that begin at its corner."""
    top, bottom, left, right = edges.T
    inside: _Cells = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    return inside


def _areas(edges: _Edges) -> _Edges:
    top, bottom, left, right = edges.T
    areas: _Edges = (bottom - top) * (right - left)
    return areas


def _apart(ranked: _Edges) -> list[_Edges]:
    """The first MOST boxes of which none lies on an earlier one."""
    kept: list[_Edges] = []
    for each in ranked:
        if all(_are_apart(each, other) for other in kept):
            kept.append(each)
        if len(kept) == MOST:
            break
    return kept


def _are_apart(one: _Edges, other: _Edges) -> bool:
    near, far = np.maximum(one, other)[::2], np.minimum(one, other)[1::2]
    shared = np.maximum(far - near, 0).prod()
    first, second = _areas(np.stack([one, other]))
    iou = shared / (first + second - shared)
    return bool(iou <= MOST_IOU and shared / min(first, second) <= MOST_INSIDE)


def _box(edges: _Edges) -> Box:
    top, bottom, left, right = (edges / GRID).round(_DECIMALS).tolist()
    width, height = round(right - left, _DECIMALS), round(bottom - top, _DECIMALS)
    return (left, top, width, height)
