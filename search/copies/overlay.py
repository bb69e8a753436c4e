"""Whether one picture is another or a part of it: laid over it, edge by edge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Plane = npt.NDArray[np.float32]
Size = tuple[int, int]

_SIDE = 64
# The transforms' side: no part of a picture wraps around onto another.
_PADDED = 2 * _SIDE
# What is smoother than this, in pixels, is light and backdrop; the edges are what copies share.
_SMOOTH = 2.0
# A part may be half as wide as the whole. Between two steps of 4 % an edge of a picture of 64
# pixels moves by one.
_SCALES = tuple(0.96**step for step in range(18))
_LEAST_SIDE = 8
# A place counts where this much of all the whole's edges lies under the part.
_LEAST_COVER = 0.35


@dataclass(frozen=True, slots=True)
class Whole:
    """A picture prepared to have others laid over it: its size (width, height) in pixels, the
    spectrum of its edges, and their energy above and left of each place."""

    size: Size
    spectrum: npt.NDArray[np.complex128]
    energy: npt.NDArray[np.float64]


def prepare(image: Image.Image) -> Whole:
    """An RGB picture as the whole that parts are laid over."""
    edges = _edges(image, _fitted(image.size, (_SIDE, _SIDE)))
    energy = np.zeros((edges.shape[0] + 1, edges.shape[1] + 1))
    energy[1:, 1:] = (edges.astype(np.float64) ** 2).cumsum(axis=0).cumsum(axis=1)
    return Whole((edges.shape[1], edges.shape[0]), _spectrum(edges), energy)


def agreement(part: Image.Image, whole: Whole) -> float:
    """How well an RGB picture fits over the whole or over a part of it, half as wide at least: up
    to 1 for the same, about 0 for another. The best correlation of their edges (Lewis, Fast
    Normalized Cross-Correlation, 1995) over all places and scales."""
    width, height = _fitted(part.size, whole.size)
    sizes = {(round(width * scale), round(height * scale)) for scale in _SCALES}
    # Shrunk once before the 18 times: a photo of 12 megapixels would take a second.
    near = part.resize(_fitted(part.size, (_PADDED, _PADDED)), Image.Resampling.BOX)
    return max(
        (_best_place(_edges(near, size), whole) for size in sizes if min(size) >= _LEAST_SIDE),
        default=0.0,
    )


def _best_place(edges: Plane, whole: Whole) -> float:
    height, width = edges.shape
    table = whole.energy
    under = table[height:, width:] + table[:-height, :-width]
    under = under - table[:-height, width:] - table[height:, :-width]
    covered = under > _LEAST_COVER * table[-1, -1]
    norm = float(np.linalg.norm(edges))
    if norm == 0.0 or not covered.any():
        return 0.0
    correlated = np.fft.irfft2(whole.spectrum * np.conj(_spectrum(edges)), (_PADDED, _PADDED))
    matched = correlated[: under.shape[0], : under.shape[1]]
    return float((matched[covered] / np.sqrt(under[covered])).max()) / norm


def _spectrum(edges: Plane) -> npt.NDArray[np.complex128]:
    return np.asarray(np.fft.rfft2(edges, (_PADDED, _PADDED)), dtype=np.complex128)


def _fitted(size: Size, into: Size) -> Size:
    """The largest size of these proportions within the other, at least a pixel each way."""
    scale = min(into[0] / size[0], into[1] / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _edges(image: Image.Image, size: Size) -> Plane:
    """The grey picture in that size without what is smooth in it, in grey levels."""
    grey = image.resize(size, Image.Resampling.BOX).convert("L")
    smooth = grey.filter(ImageFilter.GaussianBlur(_SMOOTH))
    edges: Plane = np.asarray(grey, dtype=np.float32) - np.asarray(smooth, dtype=np.float32)
    return edges
