"""The rows of derived spaces: a matrix away from their base's, so no picture is read for them."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from django.db import connection, transaction

from search import filter_columns
from search.embedding import Vector
from search.filter_columns import EmbeddingRow
from search.models import EmbeddingSpace
from search.services.placing import place_all
from search.services.spaces import followed_derived, hold_followed
from search.services.throttling import stand_back

# Read, multiplied and written together. The products of as many pictures are held for as long as
# writing them takes.
ROWS_AT_A_TIME = 1_000

# What the base holds and the derived space doesn't, or only of an earlier picture.
MISSING = """
    FROM search_imageembedding base
    LEFT JOIN search_imageembedding made
        ON made.image_id = base.image_id AND made.space_id = %(space)s
    WHERE base.space_id = %(base)s AND made.checksum IS DISTINCT FROM base.checksum
"""
FIND = f"SELECT base.image_id {MISSING} ORDER BY base.image_id"
# Binary: half the time of a vector's text.
READ = f"""
    SELECT base.image_id, base.checksum, halfvec_send(base.vector),
        halfvec_send(base.descriptors), base.colours
    {MISSING} AND base.image_id = ANY(%(images)s)
"""
HEADER_BYTES = 4  # of a halfvec: its dimension, and two that mean nothing

# Hears how many rows are done, of how many.
Report = Callable[[int, int], None]


def derive(rows: Sequence[EmbeddingRow], *, root: EmbeddingSpace) -> list[EmbeddingRow]:
    """The rows of every followed space that is derived from the root, made from rows of the root.

    In the transaction that writes these: the spaces can't be dropped before its end.
    """
    if not rows:
        return []
    return [made for space in followed_derived(root) for made in derived_rows(rows, space)]


def derived_rows(rows: Sequence[EmbeddingRow], space: EmbeddingSpace) -> list[EmbeddingRow]:
    """The rows in the derived space, with the descriptors and colours of the base's."""
    vectors = place_all(
        space, np.stack([row.vector for row in rows]), [row.descriptors for row in rows]
    )
    return [
        replace(row, space_id=space.pk, vector=vector)
        for row, vector in zip(rows, vectors, strict=True)
    ]


def derive_missing(space: EmbeddingSpace, report: Report = lambda *_: None) -> int:
    """Fill the derived space from its base's stored rows; how many were written.

    May be stopped and begun again at any time, also while pictures come and go: what is there is
    left alone, and a row is written only while its picture is still the one that it was made of.
    Stands back while customers search.
    Memory: 8 bytes for each missing row, and ROWS_AT_A_TIME rows.
    """
    missing, written = find_missing(space), 0
    for start in range(0, len(missing), ROWS_AT_A_TIME):
        began = time.monotonic()
        images = missing[start : start + ROWS_AT_A_TIME]
        written += _write(_read(space, images), space)
        report(start + len(images), len(missing))
        stand_back(began)
    return written


def find_missing(space: EmbeddingSpace) -> array[int]:
    """The images that the base has and the derived space lacks, in the order of their ids."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(FIND, {"space": space.pk, "base": space.base_id})
        return array("q", (image_id for (image_id,) in cursor))


def _read(space: EmbeddingSpace, images: Iterable[int]) -> list[EmbeddingRow]:
    asked = {"space": space.pk, "base": space.base_id, "images": list(images)}
    with connection.cursor() as cursor:
        cursor.execute(READ, asked)
        return list(_rows(cursor.fetchall(), space_id=space.root_id))


def _rows(found: Sequence[tuple[Any, ...]], *, space_id: int) -> Iterator[EmbeddingRow]:
    for image_id, checksum, vector, descriptors, colours in found:
        yield EmbeddingRow(
            image_id=image_id,
            space_id=space_id,
            checksum=checksum,
            vector=_from_binary(vector),
            descriptors=None if descriptors is None else _from_binary(descriptors),
            colours=tuple(colours),
        )


def _from_binary(halfvec: bytes) -> Vector:
    return np.frombuffer(halfvec, dtype=">f2", offset=HEADER_BYTES).astype(np.float32)


def _write(rows: Sequence[EmbeddingRow], space: EmbeddingSpace) -> int:
    if not rows:
        return 0
    made = derived_rows(rows, space)
    with transaction.atomic():
        if not hold_followed([space.pk]):
            return 0
        products = filter_columns.hold_products_of(row.image_id for row in made)
        return len(filter_columns.write_embeddings(made, product_ids=products))
