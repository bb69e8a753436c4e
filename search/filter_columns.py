"""The vector rows' filter columns: what the catalogue says, written and kept so by one statement.

`tag_ids` are sorted, `category_ids` is the category's path from the root, `published` says whether
customers may see the product.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction
from pgvector import HalfVector

from search.embedding import Vector
from search.models import EmbeddingJob

WANTED = """
SELECT image.id AS image_id, image.checksum, image.product_id,
    ARRAY(
        SELECT link.tag_id FROM catalog_product_tags link
        WHERE link.product_id = product.id ORDER BY link.tag_id
    ) AS tag_ids,
    coalesce(category.path, '{}') AS category_ids,
    product.status = 'active' AS published
FROM catalog_productimage image
JOIN catalog_product product ON product.id = image.product_id
LEFT JOIN catalog_category category ON category.id = product.category_id
"""

WRITE = f"""
INSERT INTO search_imageembedding
    (image_id, space_id, vector, checksum, product_id, tag_ids, category_ids, published)
SELECT wanted.image_id, %(space)s, %(vector)s::halfvec, wanted.checksum, wanted.product_id,
    wanted.tag_ids, wanted.category_ids, wanted.published
FROM ({WANTED} WHERE image.id = %(image)s AND image.checksum = %(checksum)s) wanted
ON CONFLICT (image_id, space_id) DO UPDATE
SET vector = excluded.vector, checksum = excluded.checksum, product_id = excluded.product_id,
    tag_ids = excluded.tag_ids, category_ids = excluded.category_ids,
    published = excluded.published
"""  # noqa: S608 - both parts are constants of this file

REFRESH = f"""
UPDATE search_imageembedding embedding
SET product_id = wanted.product_id, tag_ids = wanted.tag_ids,
    category_ids = wanted.category_ids, published = wanted.published
FROM ({WANTED} WHERE %(products)s::bigint[] IS NULL OR product.id = ANY(%(products)s)) wanted
WHERE embedding.image_id = wanted.image_id
  AND (embedding.product_id, embedding.tag_ids, embedding.category_ids, embedding.published)
      IS DISTINCT FROM
      (wanted.product_id, wanted.tag_ids, wanted.category_ids, wanted.published)
"""  # noqa: S608 - both parts are constants of this file


def write_embedding(*, image_id: int, space_id: int, checksum: str, vector: Vector) -> bool:
    """Store the image's vector with its filter columns, in place of an older one; False when the
    image is gone or shows another picture by now."""
    values: dict[str, int | str] = {
        "image": image_id,
        "space": space_id,
        "checksum": checksum,
        "vector": HalfVector(vector).to_text(),
    }
    with connection.cursor() as cursor:
        cursor.execute(WRITE, values)
        return bool(cursor.rowcount)


def refresh(product_ids: Iterable[int] | None = None) -> int:
    """Bring the filter columns up to what the catalogue says, for these products or for all;
    returns how many rows had drifted.

    Waits for embeddings of these products that are just being written: they have read the old tags.
    """
    products = None if product_ids is None else list(product_ids)
    with transaction.atomic():
        if products is not None:
            _wait_for_writers(products)
        with connection.cursor() as cursor:
            cursor.execute(REFRESH, {"products": products})
            return int(cursor.rowcount)


def _wait_for_writers(product_ids: list[int]) -> None:
    pending = EmbeddingJob.objects.filter(
        image__product__in=product_ids, state=EmbeddingJob.State.PENDING
    )
    list(pending.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
