"""How much of which colour a picture shows: a soft histogram over CIE Lab in polar coordinates."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from search.embedding.descriptors.lab import Lab
from search.embedding.descriptors.unit import unit
from search.embedding.protocol import Vector

GREYS = 8
LIGHTS, HUES = 4, 10
DIM = GREYS + LIGHTS * HUES

# Of 3 x 4 x 4 boxes over L, a, b, of 2 x 20, 4 x 10 and 5 x 8 tones, and of powers from a third to
# one, these were the best on four sets of shop pictures, each at weight .1 beside a network's
# vector.
FULL_CHROMA = 30.0  # from here on a pixel counts as coloured and no longer as grey, by shares
DARKEST, LIGHTEST = 15.0, 85.0  # L* of the outermost rows of tones
POWER = 0.7  # below 1, so that a small spot of colour doesn't vanish beside a large one

Shares = npt.NDArray[np.floating]
Places = npt.NDArray[np.intp]


def colour_histogram(lab: Lab) -> Vector:
    """Pixels of shape (n, 3), n > 0, as float32 of shape (48,), L2 norm 1.

    The first 8 are the greys from black to white, then come 4 rows of tones, the dark ones first,
    of 10 hues each. A pixel is shared between grey and its tone by its chroma and between
    neighbours on every axis, so that a little more light moves the vector only a little.
    """
    light, a, b = lab.T
    coloured = np.minimum(np.hypot(a, b) / FULL_CHROMA, 1)
    counts = np.concatenate([_greys(light, 1 - coloured), _tones(light, a, b, coloured)])
    return unit(counts**POWER)


def _greys(light: Shares, weight: Shares) -> npt.NDArray[np.float64]:
    lower, share = _between(light / 100, GREYS)
    counts = np.zeros(GREYS)
    counts += np.bincount(lower, weight * (1 - share), GREYS)
    counts += np.bincount(lower + 1, weight * share, GREYS)
    return counts


def _tones(light: Shares, a: Shares, b: Shares, weight: Shares) -> npt.NDArray[np.float64]:
    row, upper = _between((light - DARKEST) / (LIGHTEST - DARKEST), LIGHTS)
    turn = (np.arctan2(b, a) / (2 * np.pi) % 1) * HUES
    hue = turn.astype(np.intp)
    onward = turn - hue
    counts = np.zeros(LIGHTS * HUES)
    for row_step, row_share in ((0, 1 - upper), (1, upper)):
        for hue_step, hue_share in ((0, 1 - onward), (1, onward)):
            place = (row + row_step) * HUES + (hue + hue_step) % HUES
            counts += np.bincount(place, weight * row_share * hue_share, LIGHTS * HUES)
    return counts


def _between(share: Shares, bins: int) -> tuple[Places, Shares]:
    """The lower of the two bins that 0..1 lies between, and how much of it falls to the upper."""
    place = np.clip(share, 0, 1) * (bins - 1)
    lower = np.minimum(place.astype(np.intp), bins - 2)
    return lower, place - lower
