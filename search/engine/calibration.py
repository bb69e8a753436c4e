"""Bands from a gallery's own pictures: how near does something else come here?

The null is the distance from a picture to the nearest picture of another product. Studio photos of
clothes come within .06 of each other, drawings of different things stay .25 apart, so that one
fixed distance is too generous in the one shop and too strict in the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# With fewer products a quantile is a single pair, and the card's bands hold.
LEAST_PRODUCTS = 30


@dataclass(frozen=True, slots=True)
class Edge:
    """A band ends where this quantile of the null lies, but no nearer than `least` times and no
    further than `most` times the card's own edge."""

    quantile: float
    least: float
    most: float


# Chosen on groceries, clothes, bags and stamps, with one view and with two (docs/adr/0017):
# - same: of 867 photos whose own product was taken away, 2 were called the same: drawings that the
#   gallery holds line by line. The upper bound keeps a gallery of things that have nothing in
#   common from calling a look-alike the same; the lower one leaves mirrored, resized and
#   recompressed copies "same" where a gallery is full of near-duplicates.
# - very_similar: nearer than three of four pictures are to another product.
# - similar: nearly every picture has something that near. Never stricter than the card, since a
#   gallery of packshots says too little about phone photos; the upper bound keeps 87 % or more of
#   what other shops sell beyond it.
RULE = {
    "same": Edge(0.01, least=0.5, most=1.5),
    "very_similar": Edge(0.25, least=0.5, most=2.0),
    "similar": Edge(0.95, least=1.0, most=1.25),
}


def calibrated(null: Sequence[float], card: Mapping[str, float]) -> dict[str, float]:
    """Band -> largest distance, ascending, for a gallery with this null (one distance per product).

    `card` holds the card's own bands, which bound them; where it doesn't name all of RULE, the null
    alone decides. Empty with fewer than LEAST_PRODUCTS distances.
    """
    seen = np.asarray(null, dtype=np.float64)
    seen = seen[np.isfinite(seen)]
    if len(seen) < LEAST_PRODUCTS:
        return {}
    whole = RULE.keys() <= card.keys()
    wide = [_edge(rule, seen, card[name] if whole else None) for name, rule in RULE.items()]
    # A card may set its bands so close together that a nearer one's bounds reach past a further's.
    edges = np.minimum.accumulate(wide[::-1])[::-1]
    return {name: round(float(edge), 4) for name, edge in zip(RULE, edges, strict=True)}


def _edge(rule: Edge, null: npt.NDArray[np.float64], own: float | None) -> float:
    seen = float(np.quantile(null, rule.quantile))
    if own is None:
        return seen
    return min(max(seen, rule.least * own), rule.most * own)
