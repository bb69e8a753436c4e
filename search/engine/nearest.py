"""The images nearest to a vector: every one compared (exact), or by the space's HNSW index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Cast
from pgvector import HalfVector
from pgvector.django import CosineDistance, HalfVectorField

from search.embedding.protocol import Vector
from search.engine.settings import hnsw_settings, query_settings
from search.models import ImageEmbedding

# The vector is compared with every passing row inside the barrier, where no index can give an order
# and so none is chosen for the wrong reason; what follows it sees three narrow columns.
NEAREST_IMAGES = """
    WITH scanned AS MATERIALIZED ({passing})
    SELECT image_id, product_id, distance FROM scanned
    ORDER BY distance, image_id LIMIT %s
"""
NEAREST_PRODUCTS = """
    WITH scanned AS MATERIALIZED ({passing}), best AS (
        SELECT DISTINCT ON (product_id) image_id, product_id, distance FROM scanned
        ORDER BY product_id, distance, image_id
    )
    SELECT image_id, product_id, distance FROM best
    ORDER BY distance, image_id LIMIT %s
"""
COLUMNS = ("image_id", "product_id", "distance")


class Neighbour(NamedTuple):
    """An image, its product, and the image's cosine distance (0 to 2) from the vector."""

    image_id: int
    product_id: int
    distance: float

    @property
    def rank_key(self) -> tuple[float, int]:
        """Nearest first; equal distances in the order of the images' ids."""
        return self.distance, self.image_id


@dataclass(frozen=True, slots=True)
class Probe:
    """A vector (float32, shape (dim,)) and the rows of its space that it is compared with."""

    vector: Vector
    space_id: int
    dim: int
    passing: QuerySet[ImageEmbedding]

    @property
    def distance(self) -> CosineDistance:
        """The expression that the space's index is built on: halfvec of the space's dimension."""
        cast = Cast("vector", HalfVectorField(dimensions=self.dim))
        return CosineDistance(cast, HalfVector(self.vector))

    def among(self, product_ids: Sequence[int]) -> Probe:
        """The same question asked of these products only."""
        return replace(self, passing=self.passing.filter(product_id__in=product_ids))

    def by_index(self, limit: int) -> QuerySet[ImageEmbedding, tuple[int, int, float]]:
        """Ordered by the bare distance and cut: the form that an HNSW index answers."""
        measured = self.passing.annotate(distance=self.distance).order_by("distance")
        return measured.values_list(*COLUMNS)[:limit]

    def compared(self, statement: str, limit: int) -> tuple[str, tuple[Any, ...]]:
        """One of the statements above over the passing rows, and its parameters."""
        measured = self.passing.annotate(distance=self.distance).values_list(*COLUMNS)
        sql, params = measured.query.sql_with_params()
        return statement.format(passing=sql), (*params, limit)


def exact_images(probe: Probe, *, limit: int) -> list[Neighbour]:
    """The nearest images, every passing row compared."""
    return _run(probe, NEAREST_IMAGES, limit)


def exact_products(probe: Probe, *, limit: int) -> list[Neighbour]:
    """The nearest products, each by its best image, every passing row compared."""
    return _run(probe, NEAREST_PRODUCTS, limit)


def hnsw_images(probe: Probe, *, limit: int) -> list[Neighbour]:
    """The nearest images by the index, nearly always; fewer than `limit` where the scan ended.

    Needs a transaction. Sorted here: relaxed_order returns rows slightly out of order, and
    PostgreSQL drops an outer ORDER BY on the same expression.
    """
    with query_settings(**hnsw_settings()):
        rows = list(probe.by_index(limit))
    return sorted((Neighbour(*row) for row in rows), key=lambda found: found.rank_key)


def _run(probe: Probe, statement: str, limit: int) -> list[Neighbour]:
    with connection.cursor() as cursor:
        cursor.execute(*probe.compared(statement, limit))
        return [Neighbour(*row) for row in cursor.fetchall()]
