"""Whether an exported network says what torch says."""

from __future__ import annotations

import numpy as np

from search.embedding.batching import Batch
from search.embedding.protocol import Card, EmbedderUnavailable

# What a network may move its vectors by on its way to ONNX; seen are 1e-12.
MIN_COSINE = 0.9999


def agreement(
    found: Batch, expected: Batch, *, card: Card, least: float = MIN_COSINE, part: str = "network"
) -> float:
    """The lowest cosine between what was found and torch's features, both (n, card.dim).

    Raises EmbedderUnavailable below `least`, or where the features are not the card's length;
    `part` is what the message calls the network.
    """
    if found.shape[-1] != card.dim or expected.shape != found.shape:
        raise EmbedderUnavailable(
            f"the {part} of {card.name} gives vectors of length {found.shape[-1]}, but its card "
            f"says {card.dim}. Correct the card or its backbone."
        )
    cosine = lowest_cosine(found, expected)
    if not cosine >= least:
        raise EmbedderUnavailable(
            f"the exported {part} of {card.name} disagrees with torch: cosine {cosine:.6f}, at "
            f"least {least} is needed. Use engine torch for this card, and report it."
        )
    return cosine


def lowest_cosine(found: Batch, expected: Batch) -> float:
    """The lowest cosine between rows of the same place, both (n, dim), n > 0."""
    left, right = found.astype(np.float64), expected.astype(np.float64)
    norms = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    return float(((left * right).sum(axis=1) / norms).min())
