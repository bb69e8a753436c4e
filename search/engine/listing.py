"""The catalogue as programs read it: a list, the newest first, and all of one product."""

from __future__ import annotations

from collections.abc import Collection

from catalog.models import Category, Product, ProductImage, Tag
from search.engine.browse import narrowing
from search.engine.candidates import Match
from search.engine.cards import product_rows
from search.engine.filters import Resolved
from search.engine.product_rows import CATEGORY, IMAGE, TAG, ProductRow
from search.engine.rows import columns, instance, loaded, names_of, prefetch
from search.engine.statements import fetch

WHOLE = names_of(Product)

LISTED = f"""
    SELECT id FROM {Product._meta.db_table} AS product
    WHERE status = ANY (%(statuses)s::text[]){{narrowed}}
    ORDER BY id DESC LIMIT %(limit)s::int
"""  # noqa: S608 - a table's name
BEFORE = " AND id < %(before)s::bigint"

DETAILS = f"""
    SELECT {columns("product", WHOLE)}, {columns("category", CATEGORY)}
    FROM {Product._meta.db_table} product
    LEFT JOIN {Category._meta.db_table} category ON category.id = product.category_id
    WHERE sku = %(sku)s AND status = ANY (%(statuses)s::text[])
"""  # noqa: S608 - names of tables and columns
TAGS = f"""
    SELECT {columns("tag", TAG)} FROM {Tag._meta.db_table} tag
    JOIN {Product.tags.through._meta.db_table} link ON tag.id = link.tag_id
    WHERE link.product_id = %(product)s ORDER BY facet, value
"""  # noqa: S608 - names of tables and columns
IMAGES = f"""
    SELECT {columns("image", IMAGE)} FROM {ProductImage._meta.db_table} image
    WHERE product_id = %(product)s ORDER BY position, id
"""  # noqa: S608 - names of a table and its columns


def listed(
    resolved: Resolved, *, statuses: Collection[str], before: int | None, limit: int
) -> tuple[list[ProductRow], int | None]:
    """The newest products of these statuses that pass the filters, embedded or not: those with a
    smaller id than `before`, where that is given; and the id before which more follow, if any do.

    A product that goes while it is read leaves the page shorter, and does not end the list.
    """
    narrowed, params = narrowing(resolved)
    if before is not None:
        narrowed, params = narrowed + BEFORE, {**params, "before": before}
    asked = {**params, "statuses": list(statuses), "limit": limit + 1}
    ids = [pk for (pk,) in fetch(LISTED.format(narrowed=narrowed), asked)]
    page = [Match(pk) for pk in ids[:limit]]
    found = product_rows(page, statuses=statuses)
    rows = [found[each.product_id] for each in page if each.product_id in found]
    return rows, ids[limit - 1] if len(ids) > limit else None


def details(sku: str, *, statuses: Collection[str]) -> Product | None:
    """The product of that SKU, if it is of one of the statuses, with its relations to be
    read by `.all()`."""
    rows = fetch(DETAILS, {"sku": sku, "statuses": list(statuses)})
    if not rows:
        return None
    own, category = rows[0][: len(WHOLE)], rows[0][len(WHOLE) :]
    product = instance(Product, WHOLE, own)
    product.category = None if category[0] is None else instance(Category, CATEGORY, category)
    tags = [instance(Tag, TAG, row) for row in fetch(TAGS, {"product": product.pk})]
    images = [instance(ProductImage, IMAGE, row) for row in fetch(IMAGES, {"product": product.pk})]
    prefetch(product, {"tags": loaded(Tag, tags), "images": loaded(ProductImage, images)})
    return product
