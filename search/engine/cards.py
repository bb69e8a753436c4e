"""Candidates of one page become hits, with everything that a product card shows: one statement,
and a second one where images are missing.

The ORM would ask three times and make ten objects of a product; a page of 24 took 8 ms that way,
more than finding it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from catalog.models import Category, Product, ProductImage, Tag
from search.engine.bands import band
from search.engine.candidates import Found
from search.engine.product_rows import IMAGE, SELECTED, ProductRow, Shared
from search.engine.rows import columns
from search.engine.statements import fetch
from search.engine.types import NO_FILTERS, Filters, SearchHit

PUBLISHED = (Product.Status.ACTIVE.value,)

CARDS = f"""
    SELECT {SELECTED}
    FROM unnest(%(products)s::bigint[], %(images)s::bigint[]) AS hit (product_id, image_id)
    JOIN {Product._meta.db_table} product ON product.id = hit.product_id
    LEFT JOIN {Category._meta.db_table} category ON category.id = product.category_id
    LEFT JOIN {ProductImage._meta.db_table} image
        ON image.id = hit.image_id AND image.product_id = product.id
    LEFT JOIN (
        SELECT link.product_id, array_agg(tag.id ORDER BY facet, value) AS ids,
            array_agg(facet ORDER BY facet, value) AS facets,
            array_agg(value ORDER BY facet, value) AS values
        FROM {Product.tags.through._meta.db_table} link
        JOIN {Tag._meta.db_table} tag ON tag.id = link.tag_id
        WHERE link.product_id = ANY (%(products)s::bigint[])
        GROUP BY link.product_id
    ) tags ON tags.product_id = product.id
    WHERE product.status = ANY (%(statuses)s::text[])
"""  # noqa: S608 - names of tables and columns
# Of products that words found, or whose image was deleted since, the first one.
FIRST_IMAGES = f"""
    SELECT DISTINCT ON (product_id) {columns("image", IMAGE)}
    FROM {ProductImage._meta.db_table} image WHERE product_id = ANY (%(products)s::bigint[])
    ORDER BY product_id, position, id
"""  # noqa: S608 - names of a table and its columns
OF_PRODUCT = IMAGE.index("product_id")


def hits(
    page: Sequence[Found], *, bands: Mapping[str, float], filters: Filters = NO_FILTERS
) -> tuple[SearchHit, ...]:
    """One hit per match, in order, whose product is still there, published, and of a price and
    stock that the filters let through: what was found earlier may have changed since."""
    found = product_rows(page, statuses=PUBLISHED)
    shown = []
    for each in page:
        row = found.get(each.product_id)
        if row and _still_passes(row, filters):
            shown.append(SearchHit(row, each.distance, band(each.distance, bands)))
    return tuple(shown)


def product_rows(
    page: Sequence[Found], *, statuses: Collection[str] = PUBLISHED
) -> dict[int, ProductRow]:
    """By their ids, the products of the matches that are still there and of one of the statuses,
    each with the match's image or else its first one."""
    if not page:
        return {}
    asked = {
        "products": [each.product_id for each in page],
        "images": [each.image_id or 0 for each in page],
        "statuses": list(statuses),
    }
    shared = Shared()
    rows = [ProductRow(row, shared) for row in fetch(CARDS, asked)]
    found = {row.product_id: row for row in rows}
    if without := [row.product_id for row in rows if row.image_row is None]:
        for image in fetch(FIRST_IMAGES, {"products": without}):
            found[image[OF_PRODUCT]].image_row = image
    return found


def _still_passes(row: ProductRow, filters: Filters) -> bool:
    """As most searches have no filters, the price is looked at only where one asks for it."""
    if not filters:
        return True
    shown = row.summary
    return (
        (filters.price_min is None or shown.price >= filters.price_min)
        and (filters.price_max is None or shown.price <= filters.price_max)
        and (shown.stock > 0 or not filters.in_stock)
    )
