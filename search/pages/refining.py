"""The filters as a shopper meets them: groups to tick, chips to take off, orders to choose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog.models import Category
from search.engine.naming import known_category, known_tags
from search.engine.types import Facet, FacetValue, Filters
from search.errors import UnknownFilter
from search.pages.query_string import Asked


@dataclass(frozen=True)
class Group:
    """One facet of things to tick. `kind` is category, tags or stock."""

    kind: str
    label: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True)
class PriceBand:
    """A range of prices, how many are in it, and the address narrowed to it."""

    label: str
    count: int
    query: str


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the address without it."""

    label: str
    query: str


def groups_of(facets: tuple[Facet, ...]) -> list[Group]:
    """The facets to tick, in the order they came."""
    return [
        Group("tags" if facet.name.startswith("tag:") else facet.name, facet.label, facet.values)
        for facet in facets
        if facet.name != "price"
    ]


def price_bands_of(asked: Asked, facets: tuple[Facet, ...]) -> list[PriceBand]:
    """The ranges of price to choose from; none where one is in force or there is only one."""
    values = next((facet.values for facet in facets if facet.name == "price"), ())
    if len(values) < 2:
        return []
    return [_price_band(asked, value) for value in values]


def _price_band(asked: Asked, value: FacetValue) -> PriceBand:
    low, _dash, high = value.value.partition("-")
    bounds = {"price_min": low, "price_max": high}
    narrowed = {name: Decimal(text) if text else None for name, text in bounds.items()}
    return PriceBand(value.label, value.count, asked.query(**narrowed))


def kept(asked: Asked, facets: tuple[Facet, ...]) -> list[tuple[str, str]]:
    """What the filter form sends along unseen: filters that no facet shows, and the sample."""
    shown = {value.value for facet in facets for value in facet.values}
    filters = asked.filters
    pairs = [("tags", tag) for tag in filters.tags if tag not in shown]
    pairs += [("any_tags", tag) for tag in filters.any_tags]
    pairs += [("not_tags", tag) for tag in filters.not_tags]
    if filters.category and filters.category not in shown:
        pairs.append(("category", filters.category))
    if asked.sample:
        pairs.append(("sample", asked.sample))
    return pairs


def chips_of(asked: Asked, *, question: str) -> list[Chip]:
    """A chip for each filter in force. Words that are the whole `question` are no filter: without
    them nothing would be asked."""
    filters = asked.filters
    chips = [
        *_tag_chips(asked, "tags", "%s"),
        *_tag_chips(asked, "any_tags", _("or %s")),
        *_tag_chips(asked, "not_tags", _("not %s")),
    ]
    if filters.category:
        name = Category.objects.filter(slug=filters.category).values_list("name", flat=True).first()
        chips.append(Chip(name or filters.category, asked.query(category="")))
    if filters.price_min is not None:
        label = _("from %(price)s") % {"price": filters.price_min}
        chips.append(Chip(label, asked.query(price_min=None)))
    if filters.price_max is not None:
        label = _("up to %(price)s") % {"price": filters.price_max}
        chips.append(Chip(label, asked.query(price_max=None)))
    if filters.in_stock:
        chips.append(Chip(_("In stock"), asked.query(in_stock=False)))
    if asked.words and asked.words != question:
        chips.append(Chip(f"“{asked.words}”", asked.query(words="")))
    return chips


def _tag_chips(asked: Asked, name: str, wording: str) -> list[Chip]:
    tags: tuple[str, ...] = getattr(asked.filters, name)
    return [
        Chip(
            wording % tag_label(tag),
            asked.query(**{name: tuple(each for each in tags if each != tag)}),
        )
        for tag in tags
    ]


def tag_label(tag: str) -> str:
    """`colour:red` as "Red"; a bare tag as it is."""
    return capfirst(tag.partition(":")[2] or tag)


def without_unknown(filters: Filters) -> tuple[Filters, list[str]]:
    """The filters that the catalogue knows, and the names of those it doesn't."""
    given = {*filters.tags, *filters.any_tags, *filters.not_tags}
    unknown = {tag for tag in given if not _known(known_tags, {"filters.tags": (tag,)})}
    category = filters.category
    lost = category if category and not _known(known_category, category) else ""
    known = replace(
        filters,
        tags=_minus(filters.tags, unknown),
        any_tags=_minus(filters.any_tags, unknown),
        not_tags=_minus(filters.not_tags, unknown),
        category="" if lost else category,
    )
    return known, [*sorted(unknown), *filter(None, [lost])]


def _minus(tags: tuple[str, ...], unknown: set[str]) -> tuple[str, ...]:
    return tuple(tag for tag in tags if tag not in unknown)


def _known(look_up: Callable[[Any], object], name: object) -> bool:
    try:
        look_up(name)
    except UnknownFilter:
        return False
    return True
