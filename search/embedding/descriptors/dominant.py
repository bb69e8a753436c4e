"""A picture's dominant colours, as codes of the named ones."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from search.embedding.descriptors.lab import Lab, to_lab
from search.embedding.descriptors.named_colours import BY_NAME, COLOURS, EXAMPLES

MOST = 3
LEAST_SHARE = 0.15

# Below this chroma a colour is named for its lightness alone.
GREY_CHROMA = 9.0
BLACK_BELOW, WHITE_ABOVE = 25.0, 82.0
# Light and shadow change L* most: a step of it counts half as much as one of hue or chroma.
LIGHTNESS_WEIGHT = 0.5

Codes = npt.NDArray[np.intp]


def dominant_colours(lab: Lab) -> tuple[int, ...]:
    """Codes of the at most three colours that cover LEAST_SHARE of the pixels, the largest first.

    `lab` has the shape (n, 3), n > 0. Where nothing covers that much, the largest alone.
    """
    counts = np.bincount(name_codes(lab), minlength=len(COLOURS) + 1)
    shares = counts / counts.sum()
    order = np.argsort(-shares, kind="stable")[:MOST]
    kept = [int(code) for code in order if shares[code] >= LEAST_SHARE]
    return tuple(kept or [int(order[0])])


def name_codes(lab: Lab) -> Codes:
    """The code of the colour that each pixel would be called; shapes (n, 3) and (n,).

    Greys by their lightness, every other pixel as the nearest of the examples.
    """
    examples, codes = _examples()
    scaled = lab * _weights()
    # |p - e|^2 without |p|^2, which is the same for every example.
    distances = np.einsum("ij,ij->i", examples, examples) - 2 * (scaled @ examples.T)
    named: Codes = codes[distances.argmin(axis=1)]
    light, chroma = lab[:, 0], np.hypot(lab[:, 1], lab[:, 2])
    grey = np.where(
        light < BLACK_BELOW,
        BY_NAME["black"].code,
        np.where(light > WHITE_ABOVE, BY_NAME["white"].code, BY_NAME["grey"].code),
    )
    return np.where(chroma < GREY_CHROMA, grey, named)


def _weights() -> Lab:
    return np.array([LIGHTNESS_WEIGHT, 1, 1], dtype=np.float32)


@cache
def _examples() -> tuple[Lab, Codes]:
    """The examples in weighted Lab, and the code of each."""
    pairs = [(rgb, BY_NAME[name].code) for name, colours in EXAMPLES.items() for rgb in colours]
    pixels = np.array([rgb for rgb, _ in pairs], dtype=np.uint8)
    return to_lab(pixels) * _weights(), np.array([code for _, code in pairs])
