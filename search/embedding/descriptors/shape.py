"""What outline a picture has: histograms of oriented gradients on a coarse grid."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image

from search.embedding.descriptors.extras import load_feature
from search.embedding.descriptors.unit import unit
from search.embedding.protocol import Vector

GRID = 4
CELL = 16
ORIENTATIONS = 8
EDGELESS = 0.1
DIM = GRID * GRID * ORIENTATIONS + 1


def shape_histogram(image: Image.Image) -> Vector:
    """An RGB picture as float32 of shape (129,), L2 norm 1. Raises EmbedderUnavailable.

    Dalal, Triggs 2005, on the whole picture squashed to a square. A small constant beside the cells
    keeps the block of a picture without any edge from being zero, whose cosine is undefined.
    """
    hog: Any = load_feature("hog")
    side = (GRID * CELL, GRID * CELL)
    grey = np.asarray(image.convert("L").resize(side, Image.Resampling.BOX))
    cells = hog(
        grey,
        orientations=ORIENTATIONS,
        pixels_per_cell=(CELL, CELL),
        cells_per_block=(GRID, GRID),
        block_norm="L2-Hys",
    )
    return unit(np.append(cells, EDGELESS))
