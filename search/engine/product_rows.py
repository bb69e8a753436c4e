"""A product and one of its images, as a statement's row gives them.

Answers need a few of the values and read them where they lie; pages need objects of the models,
which are made when somebody asks for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from operator import itemgetter

from django.db.models import QuerySet

from catalog.models import Category, Product, ProductImage, Tag
from catalog.summaries import ImageSummary, ProductSummary
from search.engine.rows import columns, instance, loaded, names_of, prefetch
from search.engine.statements import Row

# A description may be long, and no card shows it: it is read when somebody asks for it.
PRODUCT = names_of(Product, without="description")
CATEGORY = names_of(Category)
IMAGE = names_of(ProductImage)
TAG = ["id", "facet", "value"]

# What a statement selects for it, from tables of these names.
SELECTED = (
    f"tags.ids, tags.facets, tags.values, {columns('product', PRODUCT)}, "
    f"{columns('category', CATEGORY)}, {columns('image', IMAGE)}"
)

_TAGS, _OWN = 3, 3 + len(PRODUCT)
_CATEGORY = _OWN + len(CATEGORY)
_ID = _TAGS + PRODUCT.index("id")
_shown = itemgetter(
    *(_TAGS + PRODUCT.index(name) for name in ("sku", "title", "slug", "price", "currency")),
    _TAGS + PRODUCT.index("stock"),
    _OWN + CATEGORY.index("slug"),
)
_picture = itemgetter(IMAGE.index("id"), IMAGE.index("file"))


class Shared:
    """Tags and categories that several products of a page have are made once."""

    def __init__(self) -> None:
        self._tags: dict[int, Tag] = {}
        self._categories: dict[int, Category] = {}

    def category(self, row: Row) -> Category | None:
        if row[0] is None:
            return None
        if row[0] not in self._categories:
            self._categories[row[0]] = instance(Category, CATEGORY, row)
        return self._categories[row[0]]

    def tagged(self, rows: Sequence[Row]) -> QuerySet[Tag]:
        for row in rows:
            if row[0] not in self._tags:
                self._tags[row[0]] = instance(Tag, TAG, row)
        return loaded(Tag, [self._tags[row[0]] for row in rows])


class ProductRow:
    """A row of SELECTED. `image_row` may be put in from another statement, where it is None."""

    def __init__(self, row: Row, shared: Shared) -> None:
        image = row[_CATEGORY:]
        self.product_id: int = row[_ID]
        self.image_row: Row | None = None if image[0] is None else image
        self._row = row
        self._shared = shared

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ProductRow):
            return NotImplemented
        return (self._row, self.image_row) == (other._row, other.image_row)

    def __hash__(self) -> int:
        return hash(self.product_id)

    @property
    def summary(self) -> ProductSummary:
        _, facets, values = self._row[:_TAGS]
        tags = [
            f"{facet}:{value}" if facet else value
            for facet, value in zip(facets or (), values or (), strict=True)
        ]
        sku, title, slug, price, currency, stock, category = _shown(self._row)
        return ProductSummary(sku, title, slug, price, currency, stock, category, tags)

    @property
    def picture(self) -> ImageSummary | None:
        return None if self.image_row is None else ImageSummary(*_picture(self.image_row))

    @cached_property
    def product(self) -> Product:
        """As `with_relations` would load it, but for the images."""
        product = instance(Product, PRODUCT, self._row[_TAGS:_OWN])
        product.category = self._shared.category(self._row[_OWN:_CATEGORY])
        ids, facets, values = self._row[:_TAGS]
        rows = list(zip(ids or (), facets or (), values or (), strict=True))
        prefetch(product, {"tags": self._shared.tagged(rows)})
        return product

    @cached_property
    def image(self) -> ProductImage | None:
        return None if self.image_row is None else instance(ProductImage, IMAGE, self.image_row)
