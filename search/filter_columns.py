"""The vector rows' filter columns: what the catalogue says, from the statement on that changes it.

`tag_ids` are sorted, `category_ids` is the category's path from the root, `published` says whether
customers may see the product. Triggers on the catalogue's tables write them, by the functions in
search/sql that this module calls too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection

from search.embedding import Vector
from search.following import in_parts

COLUMNS = ("product_id", "tag_ids", "category_ids", "published")

HOLD = "SELECT search_hold(%s)"

HOLD_OF_IMAGES = """
WITH found AS (
    SELECT array_agg(DISTINCT product_id) AS products FROM catalog_productimage WHERE id = ANY(%s)
)
SELECT products, search_hold(products) FROM found
"""

WRITE = """
INSERT INTO search_imageembedding
    (image_id, space_id, vector, descriptors, colours, checksum, product_id, tag_ids,
     category_ids, published)
SELECT given.image_id, given.space_id, given.vector::halfvec, given.descriptors::halfvec,
    given.colours::smallint[], wanted.checksum, wanted.product_id, wanted.tag_ids,
    wanted.category_ids, wanted.published
FROM unnest(
    %(images)s::bigint[], %(spaces)s::bigint[], %(checksums)s::text[], %(vectors)s::text[],
    %(descriptors)s::text[], %(colours)s::text[]
) AS given(image_id, space_id, checksum, vector, descriptors, colours)
JOIN search_wanted_filters(%(products)s::bigint[]) wanted
    ON wanted.image_id = given.image_id AND wanted.checksum = given.checksum
ON CONFLICT (image_id, space_id) DO UPDATE
SET vector = excluded.vector, descriptors = excluded.descriptors, colours = excluded.colours,
    checksum = excluded.checksum, product_id = excluded.product_id, tag_ids = excluded.tag_ids,
    category_ids = excluded.category_ids, published = excluded.published
RETURNING image_id, space_id
"""

REFRESH = "SELECT search_refresh_filters(%(products)s)"

_DIFFERS = [f"stored.{column} IS DISTINCT FROM wanted.{column}" for column in COLUMNS]
DRIFTED = f"""
SELECT wanted.product_id, {", ".join(_DIFFERS)}
FROM search_wanted_filters(%(products)s) wanted
JOIN search_imageembedding stored USING (image_id)
WHERE {" OR ".join(_DIFFERS)}
"""  # noqa: S608 - all parts are constants of this file


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddingRow:
    """What a space keeps of a picture: its vector, float32 (dim,), its descriptors and colours."""

    image_id: int
    space_id: int
    checksum: str
    vector: Vector
    descriptors: Vector | None = None
    colours: tuple[int, ...] = ()


def hold(product_ids: Iterable[int]) -> None:
    """Lock the products' rows, in the order of their ids, until the transaction ends.

    To be called before several statements change what belongs to them, so that two who do so wait
    for each other in one place only.
    """
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [list(product_ids)])


def hold_products_of(image_ids: Iterable[int]) -> list[int]:
    """Lock the rows of the images' products, in the order of their ids, until the transaction ends;
    the products' ids. Images that are gone have none."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD_OF_IMAGES, [list(image_ids)])
        [(products, _)] = cursor.fetchall()
    return products or []


def write_embeddings(
    rows: Sequence[EmbeddingRow], *, product_ids: Sequence[int]
) -> set[tuple[int, int]]:
    """Store the vectors with their filter columns, in place of older ones, by one statement; the
    (image id, space id) of those stored. Left out are images that are gone, show another picture or
    belong to none of the products by now.

    The products are held (`hold_products_of`): who changes their tags meanwhile waits, and sees
    the rows.
    """
    if not rows:
        return set()
    values: dict[str, Any] = {
        "images": [row.image_id for row in rows],
        "spaces": [row.space_id for row in rows],
        "checksums": [row.checksum for row in rows],
        "vectors": [halfvec_text(row.vector) for row in rows],
        "descriptors": [_text_or_none(row.descriptors) for row in rows],
        "colours": [f"{{{','.join(map(str, row.colours))}}}" for row in rows],
        "products": list(product_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(WRITE, values)
        return set(cursor.fetchall())


def _text_or_none(vector: Vector | None) -> str | None:
    return None if vector is None else halfvec_text(vector)


def halfvec_text(vector: Vector) -> str:
    """The vector as Postgres reads a halfvec. Five digits tell every half precision number from its
    neighbours; all that it has would take twice the time and the bytes (0.6 ms and 24 kB at 1,280
    dimensions)."""
    numbers = vector.astype(np.float16).tolist()
    return "[" + ",".join(["%.5g"] * len(numbers)) % tuple(numbers) + "]"


def refresh(product_ids: Iterable[int] | None = None) -> int:
    """Bring the filter columns up to what the catalogue says, for these products or for all;
    returns how many rows had drifted. Triggers do it by themselves: this mends what they missed."""
    if product_ids is None:
        product_ids = sorted({row[0] for row in in_parts(DRIFTED)})
    return sum(row[0] for row in in_parts(REFRESH, product_ids))


def drift() -> int:
    """How many vector rows differ from what the catalogue says; 0 unless something went wrong."""
    return sum(1 for _ in in_parts(DRIFTED))


def drift_by_column() -> dict[str, int]:
    """How many vector rows differ from what the catalogue says, column by column."""
    rows = [row[1:] for row in in_parts(DRIFTED)]
    return {column: sum(row[place] for row in rows) for place, column in enumerate(COLUMNS)}
