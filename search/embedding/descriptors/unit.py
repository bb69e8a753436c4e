"""Every block has the same length, so that weights mean the same for all of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from search.embedding.protocol import Vector


def unit(values: npt.NDArray[np.floating[Any]]) -> Vector:
    """The direction of values that are not all zero: float32, L2 norm 1."""
    exact = values.astype(np.float64)
    scaled: Vector = (exact / np.linalg.norm(exact)).astype(np.float32)
    return scaled
