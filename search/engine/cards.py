"""Candidates of one page become hits, with everything that a product card shows: one statement,
and a second one where images are missing.

The ORM would ask three times and make ten objects of a product; a page of 24 took 8 ms that way,
more than finding it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import QuerySet
from django.db.models.sql import Query

from catalog.models import Category, Product, ProductImage, Tag
from search.engine.bands import band
from search.engine.candidates import Match
from search.engine.rows import columns, instance, names_of
from search.engine.statements import Row, fetch
from search.engine.types import NO_FILTERS, Filters, SearchHit

# A description may be long, and no card shows it: it is read when somebody asks for it.
PRODUCT = names_of(Product, without="description")
CATEGORY = names_of(Category)
IMAGE = names_of(ProductImage)
TAG = ["id", "facet", "value"]


CARDS = f"""
    SELECT tags.ids, tags.facets, tags.values,
        {columns("product", PRODUCT)}, {columns("category", CATEGORY)}, {columns("image", IMAGE)}
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
    WHERE product.status = '{Product.Status.ACTIVE}'
"""  # noqa: S608 - names of tables and columns
# Of products that words found, or whose image was deleted since, the first one.
FIRST_IMAGES = f"""
    SELECT DISTINCT ON (product_id) {columns("image", IMAGE)}
    FROM {ProductImage._meta.db_table} image WHERE product_id = ANY (%(products)s::bigint[])
    ORDER BY product_id, position, id
"""  # noqa: S608 - names of a table and its columns


def hits(
    page: Sequence[Match], *, bands: Mapping[str, float], filters: Filters = NO_FILTERS
) -> tuple[SearchHit, ...]:
    """One hit per match, in order, whose product is still there, published, and of a price and
    stock that the filters let through: what was found earlier may have changed since."""
    if not page:
        return ()
    asked = {
        "products": [each.product_id for each in page],
        "images": [each.image_id or 0 for each in page],
    }
    found = _Shelf().stocked(fetch(CARDS, asked))
    without = [product.pk for product, image in found.values() if image is None]
    rows = fetch(FIRST_IMAGES, {"products": without}) if without else []
    first = {image.product_id: image for image in map(_image, rows) if image}
    shown = []
    for each in page:
        product, image = found.get(each.product_id, (None, None))
        if product and _still_passes(product, filters):
            image = image or first.get(product.pk)
            shown.append(SearchHit(product, image, each.distance, band(each.distance, bands)))
    return tuple(shown)


def _still_passes(product: Product, filters: Filters) -> bool:
    return (
        (filters.price_min is None or product.price >= filters.price_min)
        and (filters.price_max is None or product.price <= filters.price_max)
        and (product.stock > 0 or not filters.in_stock)
    )


class _Shelf:
    """Makes products of rows, as `with_relations` would load them; tags and categories that several
    share are made once."""

    def __init__(self) -> None:
        self._tags: dict[int, Tag] = {}
        self._categories: dict[int, Category] = {}
        self._query = Query(Tag)

    def stocked(self, rows: Iterable[Row]) -> dict[int, tuple[Product, ProductImage | None]]:
        """Each product by its id, with its image."""
        found = {}
        for row in rows:
            tags, own = row[:3], row[3 : 3 + len(PRODUCT)]
            category, image = row[3 + len(PRODUCT) : -len(IMAGE)], row[-len(IMAGE) :]
            product = instance(Product, PRODUCT, own)
            product.category = self._category(category)
            carried = self._tagged(*tags)
            vars(product)["_prefetched_objects_cache"] = {"tags": carried}
            product.loaded_tags = [tag.name for tag in carried]
            found[product.pk] = product, _image(image)
        return found

    def _category(self, row: Row) -> Category | None:
        if row[0] is None:
            return None
        if row[0] not in self._categories:
            self._categories[row[0]] = instance(Category, CATEGORY, row)
        return self._categories[row[0]]

    def _tagged(
        self,
        ids: Sequence[int] | None,
        facets: Sequence[str] | None,
        values: Sequence[str] | None,
    ) -> QuerySet[Tag]:
        """What prefetch_related leaves behind: `product.tags.all()` asks nobody."""
        for row in zip(ids or (), facets or (), values or (), strict=True):
            if row[0] not in self._tags:
                self._tags[row[0]] = instance(Tag, TAG, row)
        tags: QuerySet[Tag] = QuerySet(Tag, query=self._query)
        found = [self._tags[pk] for pk in ids or ()]
        vars(tags).update(_result_cache=found, _prefetch_done=True)
        return tags


def _image(row: Row) -> ProductImage | None:
    return None if row[0] is None else instance(ProductImage, IMAGE, row)
