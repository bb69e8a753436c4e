"""The catalogue as programs read it."""

from __future__ import annotations

from collections.abc import Collection

from catalog.models import Product
from search.engine.cards import PUBLISHED
from search.engine.filters import resolve
from search.engine.listing import details, listed
from search.engine.product_rows import ProductRow
from search.engine.types import NO_FILTERS, Filters

EVERY_STATUS = tuple(Product.Status.values)


def list_products(
    *,
    filters: Filters = NO_FILTERS,
    statuses: Collection[str] = PUBLISHED,
    before: int | None = None,
    k: int,
) -> tuple[list[ProductRow], int | None]:
    """The newest `k` products of these statuses under the filters, embedded or not: those with a
    smaller id than `before`, where that is given; and the id before which more follow, None on the
    last page. Raises InvalidSearch, UnknownFilter."""
    return listed(resolve(filters), statuses=statuses, before=before, limit=k)


def get_product(sku: str, *, statuses: Collection[str] = PUBLISHED) -> Product | None:
    """All of the product of that SKU, with category, tags and images, if it is of one of the
    statuses."""
    return details(sku, statuses=statuses)
