"""The gallery as numbers: what a fit reads of it, in one pass and in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from psycopg import sql

from search.embedding import Vector
from search.engine.nearest import TABLE
from search.engine.statements import fetch
from search.models import EmbeddingSpace

# 512 MB of 1,280 float32 each. A larger shop is sampled by product: whole products, so that what
# several photos of one teach is not torn apart.
MOST_PHOTOS = 100_000
ROWS_AT_A_TIME = 2_048

Ids = npt.NDArray[np.int64]

SIZE = f"""
    SELECT count(*), max(vector_dims(descriptors)) FROM {TABLE}
    WHERE space_id = %(space)s AND published AND vector_dims(vector) = %(dim)s
"""  # noqa: S608 - a table's name
PHOTOS = """
    FROM {table} WHERE space_id = {space} AND published AND vector_dims(vector) = {dim}
        AND ('x' || left(md5(product_id::text), 7))::bit(28)::int < {below}
    ORDER BY image_id LIMIT {most}
"""
NUMBERS = (
    "COPY (SELECT image_id, product_id, vector{descriptors} {photos}) TO STDOUT (FORMAT BINARY)"
)
# A picture without descriptors, embedded before the card had any, says nothing by them.
DESCRIPTORS = ", coalesce(descriptors, array_fill(0::real, ARRAY[{width}])::halfvec)"
LABELS = "SELECT image_id, category_ids, tag_ids {photos}"
HASHES = 2**28
COPY_HEADER_BYTES = 19
COPY_TRAILER_BYTES = 2


@dataclass(frozen=True, slots=True)
class Gallery:
    """Row i of everything is one published photo, in the order of the images' ids.

    `vectors` float32 (n, dim) as the base space stores them; `descriptors` float32 (n, k) or None;
    `categories` the ids of the path from the root; `total` photos are in the shop, of which these
    are a sample where they are fewer.
    """

    image_ids: Ids
    products: Ids
    vectors: Vector
    descriptors: Vector | None
    categories: list[tuple[int, ...]]
    tags: list[tuple[int, ...]]
    total: int

    def __len__(self) -> int:
        return len(self.image_ids)


def gather(space: EmbeddingSpace, *, most: int = MOST_PHOTOS) -> Gallery:
    """The published photos of a base space, `most` of them at the most.

    Holds their vectors once as float32 and no more than a few thousand rows beside them.
    """
    [(total, width)] = fetch(SIZE, {"space": space.pk, "dim": space.dim})
    photos = _photos(space, total=total, most=most)
    room = min(total, most)
    image_ids, products = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
    vectors = np.empty((room, space.dim), dtype=np.float32)
    descriptors = np.empty((room, width), dtype=np.float32) if width else None
    filled = 0
    for rows in _stream(photos, dim=space.dim, width=width or 0):
        here = slice(filled, filled := filled + len(rows))
        image_ids[here], products[here] = rows["image"], rows["product"]
        vectors[here] = rows["vector"]
        if descriptors is not None:
            descriptors[here] = rows["descriptors"]
    labels = _labels(photos)
    found = [labels.get(int(image_id), ((), ())) for image_id in image_ids[:filled]]
    return Gallery(
        image_ids=image_ids[:filled],
        products=products[:filled],
        vectors=vectors[:filled],
        descriptors=None if descriptors is None else descriptors[:filled],
        categories=[categories for categories, _ in found],
        tags=[tags for _, tags in found],
        total=total,
    )


def _photos(space: EmbeddingSpace, *, total: int, most: int) -> sql.Composed:
    """The rows to read; of too large a shop those of some products, the same ones each time."""
    share = 1.0 if total <= most else most / total
    return sql.SQL(PHOTOS).format(
        table=sql.Identifier(TABLE),
        space=sql.Literal(space.pk),
        dim=sql.Literal(space.dim),
        below=sql.Literal(round(share * HASHES)),
        most=sql.Literal(min(total, most)),
    )


def _stream(photos: sql.Composed, *, dim: int, width: int) -> Iterator[npt.NDArray[np.void]]:
    """Rows of (image, product, vector, descriptors), some thousand at a time."""
    extra = sql.SQL(DESCRIPTORS).format(width=sql.Literal(width)) if width else sql.SQL("")
    statement = sql.SQL(NUMBERS).format(descriptors=extra, photos=photos)
    row = _row(dim, width)
    waiting = bytearray()
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for piece in copy:
            waiting += piece
            count = (len(waiting) - COPY_HEADER_BYTES) // row.itemsize
            if count >= ROWS_AT_A_TIME:
                end = COPY_HEADER_BYTES + count * row.itemsize
                yield np.frombuffer(bytes(waiting[COPY_HEADER_BYTES:end]), dtype=row)
                # What was read makes room; the next piece again stands behind a header's length.
                del waiting[COPY_HEADER_BYTES:end]
    if len(rest := waiting[COPY_HEADER_BYTES:-COPY_TRAILER_BYTES]):
        yield np.frombuffer(bytes(rest), dtype=row)


def _row(dim: int, width: int) -> np.dtype[np.void]:
    """A row of COPY BINARY: its number of fields, then each with its length; all big-endian."""
    fields: list[Any] = [("fields", ">i2")]
    for name in ("image", "product"):
        fields += [(f"{name}_bytes", ">i4"), (name, ">i8")]
    for name, length in (("vector", dim), ("descriptors", width)):
        if length:
            head = [(f"{name}_bytes", ">i4"), (f"{name}_dim", ">i2"), (f"{name}_unused", ">i2")]
            fields += [*head, (name, ">f2", (length,))]
    return np.dtype(fields)


def _labels(photos: sql.Composed) -> dict[int, tuple[tuple[int, ...], tuple[int, ...]]]:
    """Category path and tags of each photo; a photo that came or went meanwhile does no harm."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(LABELS).format(photos=photos))
        return {
            image_id: (tuple(categories), tuple(tags))
            for image_id, categories, tags in cursor.fetchall()
        }
