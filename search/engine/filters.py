"""Filters in the catalogue's words become ids, and narrow the gallery or the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet

from catalog.models import Category, Product, Tag
from catalog.querysets import ProductQuerySet
from search.engine.naming import known_category, known_tags
from search.engine.types import NO_FILTERS, Filters
from search.errors import InvalidSearch
from search.models import ImageEmbedding

HIGHEST_PRICE = Decimal(10) ** 10
MAX_TAGS = 50


@dataclass(frozen=True, slots=True)
class Resolved:
    """Filters whose names were found in the catalogue."""

    filters: Filters = NO_FILTERS
    tags: tuple[Tag, ...] = ()
    any_tags: tuple[Tag, ...] = ()
    not_tags: tuple[Tag, ...] = ()
    category: Category | None = None

    @property
    def by_price_or_stock(self) -> bool:
        wanted = self.filters
        return wanted.in_stock or (wanted.price_min, wanted.price_max) != (None, None)


def resolve(filters: Filters) -> Resolved:
    """The rows that the filters name, in two queries at most.

    Raises UnknownFilter for a tag or category that isn't there, InvalidSearch for a senseless price
    or too many tags.
    """
    _check_prices(filters)
    if len(filters.tags) + len(filters.any_tags) + len(filters.not_tags) > MAX_TAGS:
        raise InvalidSearch(f"At most {MAX_TAGS} tags fit in one search.", field="filters.tags")
    found = known_tags(
        {
            "filters.tags": filters.tags,
            "filters.any_tags": filters.any_tags,
            "filters.not_tags": filters.not_tags,
        }
    )
    return Resolved(
        filters=filters,
        tags=found["filters.tags"],
        any_tags=found["filters.any_tags"],
        not_tags=found["filters.not_tags"],
        category=known_category(filters.category) if filters.category else None,
    )


def _check_prices(filters: Filters) -> None:
    bounds = {"filters.price_min": filters.price_min, "filters.price_max": filters.price_max}
    for field, price in bounds.items():
        if price is not None and not (price.is_finite() and 0 <= price <= HIGHEST_PRICE):
            raise InvalidSearch(
                f"A price lies between 0 and {HIGHEST_PRICE:,}, not at {price}.", field=field
            )
    low, high = filters.price_min, filters.price_max
    if low is not None and high is not None and low > high:
        raise InvalidSearch(
            f"The lowest price {low} is above the highest, {high}. Exchange the two.",
            field="filters.price_min",
        )


def gallery(
    *, space_id: int, resolved: Resolved, exclude_product_id: int | None = None
) -> QuerySet[ImageEmbedding]:
    """The embedded images of published products that pass the filters."""
    passing = ImageEmbedding.objects.filter(_on_embedding(resolved), space_id=space_id)
    if exclude_product_id is not None:
        passing = passing.exclude(product_id=exclude_product_id)
    if resolved.by_price_or_stock:
        priced = _by_price_and_stock(Product.objects.all(), resolved.filters)
        passing = passing.filter(product_id__in=priced.values("pk"))
    return passing


def _on_embedding(resolved: Resolved) -> Q:
    """What the embedding's own columns say; each list is served by its GIN index."""
    passes = Q(published=True)
    if resolved.tags:
        passes &= Q(tag_ids__contains=_ids(resolved.tags))
    if resolved.any_tags:
        passes &= Q(tag_ids__overlap=_ids(resolved.any_tags))
    if resolved.not_tags:
        passes &= ~Q(tag_ids__overlap=_ids(resolved.not_tags))
    if resolved.category:
        passes &= Q(category_ids__contains=[resolved.category.pk])
    return passes


def products(resolved: Resolved) -> ProductQuerySet:
    """The published products that pass the same filters, embedded or not."""
    passing = Product.objects.published().tagged(*resolved.tags)
    if resolved.any_tags:
        passing = passing.tagged_any(resolved.any_tags)
    if resolved.not_tags:
        passing = passing.not_tagged(resolved.not_tags)
    if resolved.category:
        passing = passing.in_category(resolved.category)
    return _by_price_and_stock(passing, resolved.filters)


def _by_price_and_stock(catalogue: ProductQuerySet, filters: Filters) -> ProductQuerySet:
    priced = catalogue.priced(low=filters.price_min, high=filters.price_max)
    return priced.in_stock() if filters.in_stock else priced


def _ids(tags: tuple[Tag, ...]) -> list[int]:
    return [tag.pk for tag in tags]
