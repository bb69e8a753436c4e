"""What a surface is like: uniform local binary patterns at three scales."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image

from search.embedding.descriptors.extras import load_feature
from search.embedding.descriptors.unit import unit
from search.embedding.protocol import Vector

SIDE = 128
# (neighbours on the circle, its radius in pixels of the small picture)
SCALES = ((8, 1), (8, 2), (16, 4))
DIM = sum(points + 2 for points, _ in SCALES)


def texture_histogram(image: Image.Image) -> Vector:
    """An RGB picture as float32 of shape (38,), L2 norm 1. Raises EmbedderUnavailable.

    Ojala, Pietikäinen, Mäenpää 2002: how often each rotation of each smooth pattern of brighter and
    darker neighbours occurs; the square root of the shares.
    """
    pattern: Any = load_feature("local_binary_pattern")
    grey = np.asarray(image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX))
    counts = []
    for points, radius in SCALES:
        found = pattern(grey, points, radius, "uniform")
        # Beyond the edge there are no neighbours to compare with, only zeros.
        inner = found[radius:-radius, radius:-radius].astype(np.intp)
        counts.append(np.bincount(inner.ravel(), minlength=points + 2))
    return unit(np.sqrt(np.concatenate(counts)))
