"""The vector rows' filter columns: what the catalogue says, from the statement on that changes it.

`tag_ids` are sorted, `category_ids` is the category's path from the root, `published` says whether
customers may see the product. Triggers on the catalogue's tables write them, by the functions in
search/sql that this module calls too.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from pgvector import HalfVector

from search.embedding import Vector
from search.following import in_parts

COLUMNS = ("product_id", "tag_ids", "category_ids", "published")

HOLD = "SELECT search_hold(%s)"

HOLD_OF_IMAGE = """
SELECT image.product_id, search_hold(ARRAY[image.product_id])
FROM catalog_productimage image WHERE image.id = %s
"""

WRITE = """
INSERT INTO search_imageembedding
    (image_id, space_id, vector, checksum, product_id, tag_ids, category_ids, published)
SELECT wanted.image_id, %(space)s, %(vector)s::halfvec, wanted.checksum, wanted.product_id,
    wanted.tag_ids, wanted.category_ids, wanted.published
FROM search_wanted_filters(ARRAY[%(product)s::bigint]) wanted
WHERE wanted.image_id = %(image)s AND wanted.checksum = %(checksum)s
ON CONFLICT (image_id, space_id) DO UPDATE
SET vector = excluded.vector, checksum = excluded.checksum, product_id = excluded.product_id,
    tag_ids = excluded.tag_ids, category_ids = excluded.category_ids,
    published = excluded.published
"""

REFRESH = "SELECT search_refresh_filters(%(products)s)"

_DIFFERS = [f"stored.{column} IS DISTINCT FROM wanted.{column}" for column in COLUMNS]
DRIFTED = f"""
SELECT wanted.product_id, {", ".join(_DIFFERS)}
FROM search_wanted_filters(%(products)s) wanted
JOIN search_imageembedding stored USING (image_id)
WHERE {" OR ".join(_DIFFERS)}
"""  # noqa: S608 - all parts are constants of this file


def hold(product_ids: Iterable[int]) -> None:
    """Lock the products' rows, in the order of their ids, until the transaction ends.

    To be called before several statements change what belongs to them, so that two who do so wait
    for each other in one place only.
    """
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [list(product_ids)])


def hold_product_of(image_id: int) -> int | None:
    """Lock the row of the image's product until the transaction ends; the product's id, None when
    the image is gone."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD_OF_IMAGE, [image_id])
        row = cursor.fetchone()
    return row[0] if row else None


def write_embedding(
    *, image_id: int, product_id: int, space_id: int, checksum: str, vector: Vector
) -> bool:
    """Store the image's vector with its filter columns, in place of an older one; False when the
    image is gone, shows another picture or belongs to another product by now.

    The product is held (`hold_product_of`): who changes its tags meanwhile waits, and sees the row.
    """
    values: dict[str, int | str] = {
        "image": image_id,
        "product": product_id,
        "space": space_id,
        "checksum": checksum,
        "vector": HalfVector(vector).to_text(),
    }
    with connection.cursor() as cursor:
        cursor.execute(WRITE, values)
        return bool(cursor.rowcount)


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
