"""Projections for tests, drawn by chance."""

from __future__ import annotations

import numpy as np

from search.embedding.fake import FAKE
from search.embedding.projection import Projection


def any_projection(
    *, base_dim: int = FAKE.dim, dim: int = 8, colour: float = 0.0, seed: int = 0
) -> Projection:
    """Keeps `dim` directions of the base vectors and, with `colour`, of a colour block of 48."""
    dice = np.random.default_rng(seed)
    wide = base_dim + (48 if colour else 0)
    cut, _ = np.linalg.qr(dice.normal(size=(wide, dim)))
    return Projection(
        directions=np.zeros((base_dim, 0), dtype=np.float32),
        centre=np.zeros(base_dim, dtype=np.float32),
        cut=cut.astype(np.float32),
        learned=0.0,
        colour=colour,
    )
