"""One picture in, the blocks that a card names out, one behind the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from search.embedding.descriptors import colour, shape, texture
from search.embedding.descriptors.dominant import dominant_colours
from search.embedding.descriptors.foreground import foreground
from search.embedding.descriptors.lab import to_lab
from search.embedding.protocol import Vector

# The longer side, in pixels, that colours are counted on: 32 lost 1 R@1 point, 48 a third of one.
SIDE = 64

DIMS: Mapping[str, int] = {"colour": colour.DIM, "texture": texture.DIM, "shape": shape.DIM}

_FROM_PICTURE: Mapping[str, Callable[[Image.Image], Vector]] = {
    "texture": texture.texture_histogram,
    "shape": shape.shape_histogram,
}


@dataclass(frozen=True, slots=True)
class Described:
    """A picture's blocks, float32 of shape (sum of their DIMS,), each block of L2 norm 1, and the
    codes of its dominant colours, the largest first, at most three."""

    vector: Vector
    colours: tuple[int, ...]


def blocks(kinds: Sequence[str]) -> dict[str, slice]:
    """Where in the vector each kind's block lies. Raises KeyError for an unknown kind."""
    found, start = {}, 0
    for kind in kinds:
        found[kind] = slice(start, start + DIMS[kind])
        start += DIMS[kind]
    return found


def describe(image: Image.Image, kinds: Sequence[str]) -> Described:
    """The blocks of an RGB picture in the order of `kinds`, and its dominant colours.

    Every picture has a finite answer with blocks of norm 1, one of a single colour too. Raises
    KeyError for an unknown kind and EmbedderUnavailable when a kind's package is not installed.
    """
    lab = to_lab(np.asarray(_small(image)))
    subject = lab[foreground(lab)]
    parts = [
        colour.colour_histogram(subject) if kind == "colour" else _FROM_PICTURE[kind](image)
        for kind in kinds
    ]
    vector = np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)
    return Described(vector, dominant_colours(subject))


def _small(image: Image.Image) -> Image.Image:
    """The picture at most SIDE pixels on its longer side, by averaging; in two steps, which takes
    half of the time."""
    scale = SIDE / max(image.size)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
