"""Where a picture lies in a space: where its network puts it, or a matrix away from there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

import numpy as np
from django.utils.translation import gettext as _

from search.embedding import Embedded, Vector
from search.embedding.objects import Box
from search.embedding.projection import Projection
from search.errors import SpaceMismatch
from search.models import EmbeddingSpace, SpaceProjection

# The matrices of a few spaces, a few MB each: the one that is searched, those being filled.
KEPT = 4


class Placed(NamedTuple):
    """A picture in a space: its vector, float32, shape (dim,), norm 1, and the descriptors of its
    card, one behind the other; None where the card names none. `boxes` are around the things in
    it, in fractions of the picture that was embedded."""

    vector: Vector
    descriptors: Vector | None
    boxes: tuple[Box, ...] = ()


def place(outcome: Embedded, space: EmbeddingSpace) -> Placed:
    """What the root's embedder made of a picture, placed in the space itself."""
    if space.base_id is None:
        return Placed(outcome.vector, outcome.descriptors, outcome.boxes)
    descriptors = None if outcome.descriptors is None else outcome.descriptors[np.newaxis]
    [vector] = projection_of(space.pk).apply(outcome.vector[np.newaxis], descriptors)
    return Placed(vector, outcome.descriptors, outcome.boxes)


def place_all(
    space: EmbeddingSpace, vectors: Vector, descriptors: Sequence[Vector | None]
) -> Vector:
    """Vectors of the derived space, float32 (n, dim), from those of its base (n, base_dim)."""
    return projection_of(space.pk).apply(vectors, stacked(descriptors))


def stacked(descriptors: Sequence[Vector | None]) -> Vector | None:
    """One row each, zeros where a picture has none; None where no picture has any."""
    known = [each for each in descriptors if each is not None]
    if not known:
        return None
    nothing = np.zeros_like(known[0])
    return np.stack([nothing if each is None else each for each in descriptors])


@lru_cache(maxsize=KEPT)
def projection_of(space_id: int) -> Projection:
    """The projection of a derived space; it never changes, so it is read once. Raises SpaceMismatch
    where it isn't the one that was stored."""
    stored = SpaceProjection.objects.select_related("space").get(pk=space_id)
    matrix = bytes(stored.matrix)
    found = sha256(matrix).hexdigest()
    if found != stored.sha256:
        told = _(
            "The projection of %(space)s is damaged: its sha256 is %(found)s, expected "
            "%(expected)s. Switch to another space (`manage.py space list`), drop this one and "
            "run `manage.py tune` again."
        )
        raise SpaceMismatch(
            told % {"space": stored.space.name, "found": found, "expected": stored.sha256}
        )
    return Projection.from_bytes(matrix)
