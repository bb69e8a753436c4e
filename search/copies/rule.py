"""When is a photo called a copy? What hash, embedding and overlay say, in one rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search.embedding.protocol import Vector

# Bits of the perceptual hash: the furthest that its index finds. Among 24,000 pairs of different
# garments, each looked at in eleven ways, the nearest were 8 apart.
SURE_BITS = 7
# Edges laid over each other: 33 of 36 parts and written-on photos that neither hash nor vector
# knew came to .67 and more (most to .9), of 666 nearest look-alikes 1 in 100 did, the best to .77.
SURE_AGREEMENT = 0.7

# What can prove a copy, the surest first.
PROOFS = ("hash", "vector", "overlay")

# One in 1,000 pairs of different products may be called copies. Half of that is spent on the
# vector of the photo as it is, since the other looks nearly double what it lets through.
FALSE_PAIRS = 0.001
_SHARE_OF_PLAIN_LOOK = 0.5
# Fewer pairs than this can't tell where one in 2,000 of them lies.
LEAST_PAIRS = 2_000
# Nearer than this, two products show one photo: they are copies, and say nothing of the others.
_SAME_PHOTO = 0.002


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of two pictures: the bits in which their hashes differ (0 to 64), their cosine
    distance (0 to 2) and how well one fits over the other (up to 1). None: not looked at."""

    bits: int | None = None
    distance: float | None = None
    agreement: float | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What counts as a copy in one gallery: `farthest` is the largest cosine distance that is
    proof by itself. Each of the three proves what the others are blind to."""

    farthest: float

    def proof(self, evidence: Evidence) -> str:
        """What shows that it is a copy: "hash", "vector" or "overlay"; "" where nothing does."""
        if evidence.bits is not None and evidence.bits <= SURE_BITS:
            return "hash"
        if evidence.distance is not None and evidence.distance <= self.farthest:
            return "vector"
        if evidence.agreement is not None and evidence.agreement >= SURE_AGREEMENT:
            return "overlay"
        return ""


def farthest_copy(vectors: Vector, *, most: float) -> float | None:
    """The cosine distance that so few pairs of different products come within that at most
    FALSE_PAIRS of them are called copies; None where the pairs are too few to tell.

    `vectors` has the shape (n, dim), norm 1, one of each product. Never more than `most`: where
    products have nothing in common, their pairs don't say how alike two photos of one are.
    """
    distances = _pairs(vectors)
    distances = distances[distances > _SAME_PHOTO]
    if len(distances) < LEAST_PAIRS:
        return None
    allowed = int(len(distances) * FALSE_PAIRS * _SHARE_OF_PLAIN_LOOK)
    nearest = np.partition(distances, allowed)[: allowed + 1].max()
    # Just short of the first pair that may not be called a copy.
    return float(min(np.nextafter(nearest, np.float32(0)), most))


def _pairs(vectors: Vector) -> npt.NDArray[np.float32]:
    """The cosine distances of all pairs, each once."""
    upper = np.triu_indices(len(vectors), k=1)
    distances: npt.NDArray[np.float32] = (1 - vectors @ vectors.T)[upper]
    return distances
