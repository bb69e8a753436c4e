"""Filters in the catalogue's words become rows of it, or are refused with a reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from catalog.models import Category, Tag
from search.engine.naming import (
    known_category,
    known_colours,
    known_tags,
    remembered_category,
    remembered_tags,
)
from search.engine.types import NO_FILTERS, Filters
from search.errors import InvalidSearch
from search.models import EmbeddingSpace

HIGHEST_PRICE = Decimal(10) ** 10
MAX_TAGS = 50
TAG_FILTERS = ("tags", "any_tags", "not_tags", "facet_tags")


@dataclass(frozen=True, slots=True)
class Resolved:
    """Filters whose names were found in the catalogue. `remembered` says that some were found in
    this process's memory: the statement that uses them must prove them."""

    filters: Filters = NO_FILTERS
    tags: tuple[Tag, ...] = ()
    any_tags: tuple[Tag, ...] = ()
    not_tags: tuple[Tag, ...] = ()
    facet_tags: tuple[Tag, ...] = ()
    category: Category | None = None
    colours: tuple[int, ...] = ()
    remembered: bool = False

    @property
    def every_tag(self) -> tuple[Tag, ...]:
        return self.tags + self.any_tags + self.not_tags + self.facet_tags

    @property
    def by_price_or_stock(self) -> bool:
        return self.filters.in_stock or self.filters.by_price

    @property
    def alternatives(self) -> list[tuple[Tag, ...]]:
        """Groups of tags, of each of which a hit carries at least one: `any_tags`, and the ticked
        ones facet by facet."""
        groups: dict[str, list[Tag]] = {}
        for tag in self.facet_tags:
            groups.setdefault(tag.facet, []).append(tag)
        return [tuple(group) for group in (self.any_tags, *groups.values()) if group]

    def without(self, facet: str) -> Resolved:
        """The same without what is chosen in one facet, named as in Facet.name."""
        return replace(
            self,
            filters=self.filters.without(facet),
            facet_tags=tuple(tag for tag in self.facet_tags if f"tag:{tag.facet}" != facet),
            category=None if facet == "category" else self.category,
            colours=() if facet == "colour" else self.colours,
        )


def resolve(filters: Filters, *, from_memory: bool = False) -> Resolved:
    """The rows that the filters name, in two queries at most; in none where `from_memory` allows it
    and all names were seen before.

    Raises UnknownFilter for a tag, category or colour that isn't there, InvalidSearch for a
    senseless price or too many tags.
    """
    if not filters:
        return Resolved()
    _check_prices(filters)
    named = {f"filters.{name}": getattr(filters, name) for name in TAG_FILTERS}
    if sum(map(len, named.values())) > MAX_TAGS:
        raise InvalidSearch(f"At most {MAX_TAGS} tags fit in one search.", field="filters.tags")
    names = {name for names in named.values() for name in names}
    tags = remembered_tags(names) if from_memory else None
    category = remembered_category(filters.category) if from_memory else None
    remembered = bool(tags) or category is not None
    if tags is None:
        tags = known_tags(named)
    if category is None and filters.category:
        category = known_category(filters.category)
    groups = {name: tuple(tags[each] for each in getattr(filters, name)) for name in TAG_FILTERS}
    colours = known_colours(filters.colours)
    if colours:
        _check_stored_colours()
    return Resolved(filters, category=category, colours=colours, remembered=remembered, **groups)


def _check_stored_colours() -> None:
    """Without this, every product would seem to be of another colour."""
    active = EmbeddingSpace.objects.active().select_related("base").first()
    if active is not None and "colour" not in active.descriptors:
        raise InvalidSearch(
            f"This shop's pictures have no colours: {active.name} keeps none. Leave the colours "
            "out.",
            field="filters.colours",
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
