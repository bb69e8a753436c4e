"""The statement that finds hashes within some bits of others, through the index of their bands."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from django.db import connection

from catalog.hamming import band_keys
from catalog.images import FLAT

# Bits by which a copy may differ. Of 300 product photos, 99 in 100 copies that were made smaller,
# encoded again (JPEG at quality 50, WebP at 80) or made grey stayed within 3, and 87 in 100 of
# those made a tenth brighter (99 within 7). Different photos of 1,906 that came within 3: colours
# of one garment that were dyed in the computer, and nothing else.
COPY = 3
MOST_NEARBY = 100

# The keys stand in a subselect so that the planner doesn't look into them: it takes each for
# common, and at 476 keys it scanned the table instead (2.2 s at 100,000 images, where the index
# takes 6 ms).
NEARBY = """
SELECT image.id, own.hash, bit_count((image.phash # own.hash)::bit(64)) AS bits_apart
FROM catalog_productimage AS image
JOIN unnest(%(hashes)s::bigint[]) AS own (hash)
    ON bit_count((image.phash # own.hash)::bit(64)) <= %(distance)s
WHERE
    catalog_phash_bands(image.phash) && (SELECT %(keys)s::bigint[])
    AND image.product_id <> ALL (%(but_products)s::bigint[])
ORDER BY bits_apart, image.id
LIMIT %(limit)s
"""


class Nearby(NamedTuple):
    """An image, and in how many bits its hash differs from `phash`, one of those asked for."""

    image_id: int
    phash: int
    bits_apart: int


def nearby(
    *,
    hashes: Collection[int],
    distance: int = COPY,
    but_products: Collection[int] = (),
    limit: int = MOST_NEARBY,
) -> list[Nearby]:
    """The images whose hash differs from one of the hashes in at most `distance` bits (0 to 7), the
    nearest first, save those of some products; an image near to two of the hashes comes twice.

    FLAT is near to nothing, itself included. `limit` is there because a picture that says "no photo
    yet" may be on every product.
    """
    with connection.cursor() as cursor:
        cursor.execute(*statement(hashes, distance, but_products, limit))
        return [Nearby(*row) for row in cursor.fetchall()]


def statement(
    hashes: Collection[int],
    distance: int,
    but_products: Collection[int] = (),
    limit: int = MOST_NEARBY,
) -> tuple[str, dict[str, Any]]:
    """NEARBY and its values. The keys are written here: psycopg takes a tenth of the whole answer's
    time for the list of 68."""
    wanted = [each for each in hashes if each != FLAT]
    keys = (str(key) for each in wanted for key in band_keys(each, distance=distance))
    return NEARBY, {
        "hashes": wanted,
        "keys": f"{{{','.join(keys)}}}",
        "distance": distance,
        "but_products": list(but_products),
        "limit": limit,
    }
