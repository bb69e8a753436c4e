"""Questions like those of customers, made from the gallery itself.

A stored vector is an easy question: the index's walk meets the picture itself, and its links are
the answer. On four of five synthetic galleries of 30,000, stored vectors said that a smaller
ef_search reaches a recall of .995 than pictures that were held back needed (100 for 160, 250 for
400). A stored vector that is moved by .7 of what separates another picture from its nearest chose
as much as these, or a step more; on a sixth, of 80,000 without any clusters, a step less (.9895).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from django.db import connection, transaction

from search.engine.index.state import TABLE
from search.engine.settings import query_settings
from search.engine.truth import Matrix
from search.models import EmbeddingSpace

MOVED_BY = 0.7

# The same pictures each time, so that two measurements can be compared.
SAMPLE = """
    SELECT vector::text FROM {table}
    WHERE space_id = {space} AND published AND vector_dims(vector) = {dim}
    ORDER BY md5(image_id::text) LIMIT %s
"""
# By the index where there is one. Copies of a picture are no distance away and tell nothing.
NEAREST = """
    WITH asked AS MATERIALIZED (
        SELECT place, vector::halfvec({dim}) AS vector
        FROM unnest(%s::text[]) WITH ORDINALITY AS given(vector, place)
    )
    SELECT asked.vector::text, coalesce(nearest.vector, asked.vector)::text
    FROM asked LEFT JOIN LATERAL (
        SELECT near.vector FROM (
            SELECT other.vector::halfvec({dim}) AS vector FROM {table} other
            WHERE other.space_id = {space} AND other.published
            ORDER BY other.vector::halfvec({dim}) <=> asked.vector LIMIT 20
        ) near
        WHERE near.vector <=> asked.vector > 0.001 LIMIT 1
    ) nearest ON true
"""


def sample_questions(space: EmbeddingSpace, *, count: int) -> Matrix:
    """Up to `count` unit vectors, float32 (rows, dim), that lie to the gallery as new photos of its
    goods would; fewer where it holds fewer images. Each is exact as a halfvec."""
    with connection.cursor() as cursor:
        cursor.execute(_filled(SAMPLE, space), [count])
        sampled = [text for (text,) in cursor.fetchall()]
    if not sampled:
        return np.empty((0, space.dim), dtype=np.float32)
    pictures, nearest = _with_nearest(space, sampled)
    moved = pictures + MOVED_BY * np.roll(pictures - nearest, 1, axis=0)
    unit = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    as_stored: Matrix = unit.astype(np.float16).astype(np.float32)
    return as_stored


def _with_nearest(space: EmbeddingSpace, sampled: list[str]) -> tuple[Matrix, Matrix]:
    rows = fetch_by_index(_filled(NEAREST, space), [sampled], ef_search=100)
    pictures, nearest = (_matrix(column) for column in zip(*rows, strict=True))
    return pictures, nearest


def fetch_by_index(statement: str, params: list[Any], *, ef_search: int) -> list[tuple[Any, ...]]:
    """The rows of a statement whose order only the index gives: sorts are off."""
    knobs: dict[str, str | float] = {
        "hnsw__ef_search": ef_search,
        "hnsw__iterative_scan": "relaxed_order",
        "enable_seqscan": "off",
        "enable_sort": "off",
    }
    with transaction.atomic(), query_settings(**knobs), connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _filled(statement: str, space: EmbeddingSpace) -> str:
    """With the numbers written in: the index is of this space and this dimension only."""
    return statement.format(table=TABLE, space=int(space.pk), dim=int(space.dim))


def _matrix(texts: tuple[str, ...]) -> Matrix:
    return np.stack([np.fromstring(text[1:-1], dtype=np.float32, sep=",") for text in texts])
