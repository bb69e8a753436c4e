"""The matrix that turns a base space's stored vectors into those of a derived space."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from search.embedding.protocol import Vector

_FORMAT = 1
_CHUNK = 4096


class BadProjection(ValueError):
    """The bytes are not a projection, or its parts do not fit together; says which."""


@dataclass(frozen=True)
class Projection:
    """y = unit([sqrt(1 - a - c) x ; sqrt(a) unit((x - centre) directions) ; sqrt(c) colour] cut)

    `directions` is float32 (base_dim, rank) and may have rank 0; `centre` (base_dim,); `cut`
    (base_dim + rank + colour_dim, dim) with orthonormal columns; `learned` (a) and `colour` (c)
    are the shares of the two blocks in the cosine before the cut. The colour block is the slice
    `colour_start : colour_start + colour_dim` of a picture's stored descriptors.
    """

    directions: Vector
    centre: Vector
    cut: Vector
    learned: float
    colour: float = 0.0
    colour_start: int = 0

    def __post_init__(self) -> None:
        _check_shapes(self)

    @property
    def base_dim(self) -> int:
        return int(self.directions.shape[0])

    @property
    def rank(self) -> int:
        return int(self.directions.shape[1])

    @property
    def colour_dim(self) -> int:
        return int(self.cut.shape[0]) - self.base_dim - self.rank

    @property
    def dim(self) -> int:
        return int(self.cut.shape[1])

    def apply(self, vectors: Vector, descriptors: Vector | None) -> Vector:
        """Derived vectors, float32 (n, dim) of norm 1, from base vectors (n, base_dim) and
        descriptors (n, at least colour_start + colour_dim).

        Without descriptors the colour block is zero: such a picture is found by the rest alone.
        Raises ValueError where a length is not this projection's.
        """
        self._check_input(vectors, descriptors)
        derived = np.empty((len(vectors), self.dim), dtype=np.float32)
        for start in range(0, len(vectors), _CHUNK):
            rows = slice(start, start + _CHUNK)
            colours = None if descriptors is None else descriptors[rows]
            derived[rows] = _unit(self._cut(vectors[rows], colours))
        return derived

    def blocks(self, vectors: Vector, descriptors: Vector | None) -> Vector:
        """The weighted blocks before the cut, float32 (n, base_dim + rank + colour_dim)."""
        parts = [
            np.sqrt(1.0 - self.learned - self.colour) * np.asarray(vectors, dtype=np.float32),
            np.sqrt(self.learned) * self._learned(vectors),
        ]
        if self.colour_dim:
            parts.append(np.sqrt(self.colour) * self._colours(len(vectors), descriptors))
        return np.hstack(parts).astype(np.float32)

    def to_bytes(self) -> bytes:
        """The projection as bytes that `from_bytes` reads on any machine."""
        buffer = io.BytesIO()
        np.savez(
            buffer,
            format=np.int64(_FORMAT),
            directions=self.directions,
            centre=self.centre,
            cut=self.cut,
            shares=np.array([self.learned, self.colour], dtype=np.float64),
            colour_start=np.int64(self.colour_start),
        )
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Projection:
        """The projection that `to_bytes` wrote. Raises BadProjection for anything else."""
        try:
            with np.load(io.BytesIO(bytes(data)), allow_pickle=False) as stored:
                return cls._from_arrays({name: stored[name] for name in stored.files})
        except BadProjection:
            raise
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            raise BadProjection(
                f"the stored projection cannot be read: {error}. Run `manage.py tune` again."
            ) from error

    @classmethod
    def _from_arrays(cls, stored: dict[str, npt.NDArray[np.generic]]) -> Projection:
        written = int(stored["format"].item())
        if written != _FORMAT:
            raise BadProjection(
                f"the projection has format {written}, this release reads {_FORMAT}. "
                "Run `manage.py tune` again."
            )
        learned, colour = (float(share) for share in stored["shares"].tolist())
        return cls(
            directions=stored["directions"].astype(np.float32),
            centre=stored["centre"].astype(np.float32),
            cut=stored["cut"].astype(np.float32),
            learned=learned,
            colour=colour,
            colour_start=int(stored["colour_start"].item()),
        )

    def _learned(self, vectors: Vector) -> Vector:
        return _unit(np.asarray(vectors - self.centre, dtype=np.float32) @ self.directions)

    def _colours(self, count: int, descriptors: Vector | None) -> Vector:
        if descriptors is None:
            return np.zeros((count, self.colour_dim), dtype=np.float32)
        stop = self.colour_start + self.colour_dim
        return np.asarray(descriptors[:, self.colour_start : stop], dtype=np.float32)

    def _cut(self, vectors: Vector, descriptors: Vector | None) -> Vector:
        """The blocks times `cut`, block by block, so that nothing of their full width is built."""
        vectors = np.asarray(vectors, dtype=np.float32)
        of_base, of_learned, of_colour = self._cuts
        cut = vectors @ of_base
        if self.rank:
            cut += self._learned(vectors) @ of_learned
        if self.colour_dim and descriptors is not None:
            cut += self._colours(len(vectors), descriptors) @ of_colour
        return cut

    @cached_property
    def _cuts(self) -> tuple[Vector, Vector, Vector]:
        """The rows of `cut` that belong to each block, with the block's weight in them."""
        base, learned, colour = np.split(self.cut, [self.base_dim, self.base_dim + self.rank])
        shares = (1.0 - self.learned - self.colour, self.learned, self.colour)
        weighted = [
            np.float32(np.sqrt(share)) * rows
            for share, rows in zip(shares, (base, learned, colour), strict=True)
        ]
        return weighted[0], weighted[1], weighted[2]

    def _check_input(self, vectors: Vector, descriptors: Vector | None) -> None:
        if vectors.ndim != 2 or vectors.shape[1] != self.base_dim:
            raise ValueError(
                f"the projection takes vectors of shape (n, {self.base_dim}), not {vectors.shape}"
            )
        if descriptors is None:
            return
        needed = self.colour_start + self.colour_dim
        if len(descriptors) != len(vectors) or descriptors.shape[1] < needed:
            raise ValueError(
                f"the projection takes descriptors of shape ({len(vectors)}, {needed} or more), "
                f"not {descriptors.shape}"
            )


def _unit(rows: Vector) -> Vector:
    """Rows scaled to norm 1; a row of zeros stays one."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vector = (rows / np.maximum(norms, 1e-12)).astype(np.float32)
    return unit


def _check_shapes(projection: Projection) -> None:
    directions, cut = projection.directions, projection.cut
    if directions.ndim != 2 or cut.ndim != 2 or projection.centre.shape != directions.shape[:1]:
        raise BadProjection("directions and cut must be matrices, centre as long as a base vector")
    if projection.colour_dim < 0 or projection.colour_start < 0:
        raise BadProjection(
            f"cut has {len(cut)} rows, fewer than base and learned block need together"
        )
    if not 0 < projection.dim <= len(cut):
        raise BadProjection(f"cut has shape {cut.shape}: it must not have more columns than rows")
    shares = (projection.learned, projection.colour, 1.0 - projection.learned - projection.colour)
    if not all(0.0 <= share <= 1.0 for share in shares):
        raise BadProjection(f"the shares of the blocks must lie in 0..1: {shares}")
    if not all(np.isfinite(part).all() for part in (directions, projection.centre, cut)):
        raise BadProjection("a number of the projection is not finite")
