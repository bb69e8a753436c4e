"""Pictures drawn by formula, the same on every machine: for self-tests and canonical vectors."""

from __future__ import annotations

import numpy as np
from PIL import Image


def draw_picture(number: int, *, width: int = 320, height: int = 240) -> Image.Image:
    """The `number`-th picture: a striped ground, a disc and a bar, in colours of its own.

    Made of array arithmetic rather than of drawing calls, whose edges differ between releases.
    """
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    x, y = x / width, y / height
    ground = 0.5 + 0.3 * np.sin(2 * np.pi * (x * (1 + number % 5) + y * (1 + number // 5 % 5)))
    picture = ground[..., None] * _colour(number)
    disc = (x - 0.35) ** 2 + (y - 0.45) ** 2 < 0.04 + 0.01 * (number % 4)
    bar = (np.abs(x - 0.7) < 0.08) & (np.abs(y - 0.5) < 0.3)
    picture[disc] = _colour(number + 3)
    picture[bar] = _colour(number + 7)
    return Image.fromarray((picture * 255).round().astype(np.uint8), "RGB")


def _colour(number: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """A colour far from its neighbours': the golden ratio spreads the hues evenly."""
    hue = (number * 0.618033988749895) % 1.0
    return 0.5 + 0.45 * np.cos(2 * np.pi * (hue + np.array([0.0, 1 / 3, 2 / 3])))
