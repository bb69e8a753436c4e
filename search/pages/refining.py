"""The filters as a shopper meets them: groups to tick, chips to take off, orders to choose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog.models import Category
from search.engine.naming import known_category, known_colours, known_tags
from search.engine.types import Facet, FacetValue, Filters
from search.errors import UnknownFilter
from search.inputs import LIST_FILTERS, TAG_FILTERS
from search.pages.query_string import Asked

# What a tag's box can send: the parameter that names the tag already, else the last one.
TICKED = ("any_tags", "tags", "facet_tags")


@dataclass(frozen=True)
class Tick:
    """A value to tick: the parameter that it sends, and how many products there are with it.

    `level` is 0, and for a category the number of those above it; `swatch` is a colour to show, "".
    """

    name: str
    value: str
    label: str
    count: int
    checked: bool
    level: int = 0
    swatch: str = ""


@dataclass(frozen=True)
class Group:
    """One facet of things to tick. `kind` is category, colours, tags or stock."""

    kind: str
    label: str
    ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class PriceBand:
    """A range of prices, how many are in it, and the address narrowed to it; "" where it is."""

    label: str
    count: int
    query: str


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the address without it."""

    label: str
    query: str


def groups_of(asked: Asked, facets: tuple[Facet, ...]) -> list[Group]:
    """The facets to tick, in the order they came."""
    return [_group(asked, facet) for facet in facets if facet.name != "price"]


def _group(asked: Asked, facet: Facet) -> Group:
    if facet.name == "category":
        return Group("category", facet.label, _category_ticks(facet))
    if facet.name == "stock":
        in_stock = (
            Tick("in_stock", "1", each.label, each.count, each.selected) for each in facet.values
        )
        return Group("stock", facet.label, tuple(in_stock))
    if facet.name == "colour":
        colours = (
            Tick("colours", each.value, each.label, each.count, each.selected, swatch=each.swatch)
            for each in facet.values
        )
        return Group("colours", facet.label, tuple(colours))
    tags = (_tag_tick(asked.filters, each) for each in facet.values)
    return Group("tags", facet.label, tuple(tags))


def _category_ticks(facet: Facet) -> tuple[Tick, ...]:
    paths = Category.objects.filter(slug__in=[each.value for each in facet.values])
    levels = {slug: len(path) - 1 for slug, path in paths.values_list("slug", "path")}
    return tuple(
        Tick(
            "category", each.value, each.label, each.count, each.selected, levels.get(each.value, 0)
        )
        for each in facet.values
    )


def _tag_tick(filters: Filters, tag: FacetValue) -> Tick:
    """It sends the tag as the address has it, so that nothing changes but by a tick."""
    name = next((name for name in TICKED if tag.value in getattr(filters, name)), TICKED[-1])
    return Tick(name, tag.value, capfirst(tag.label), tag.count, tag.selected)


def price_bands_of(asked: Asked, facets: tuple[Facet, ...]) -> list[PriceBand]:
    """The ranges of price to choose from; none where there is only one."""
    values = next((facet.values for facet in facets if facet.name == "price"), ())
    if len(values) < 2:
        return []
    return [_price_band(asked, value) for value in values]


def _price_band(asked: Asked, value: FacetValue) -> PriceBand:
    low, _dash, high = value.value.partition("-")
    bounds = {"price_min": low, "price_max": high}
    narrowed = {name: Decimal(text) if text else None for name, text in bounds.items()}
    query = "" if value.selected else asked.query(**narrowed)
    return PriceBand(value.label, value.count, query)


def kept(asked: Asked, groups: list[Group]) -> list[tuple[str, str]]:
    """What the filter form sends along unseen: filters that no box stands for, and the sample."""
    shown = {(tick.name, tick.value) for group in groups for tick in group.ticks}
    filters = asked.filters
    pairs = [(name, each) for name in LIST_FILTERS for each in getattr(filters, name)]
    pairs += [("category", filters.category), ("sample", asked.sample)]
    return [pair for pair in pairs if pair[1] and pair not in shown]


def chips_of(asked: Asked, groups: list[Group], *, question: str) -> list[Chip]:
    """A chip for each filter in force. Words that are the whole `question` are no filter: without
    them nothing would be asked."""
    filters = asked.filters
    chips = [
        *_tag_chips(asked, "facet_tags", "%(tag)s"),
        *_tag_chips(asked, "tags", "%(tag)s"),
        *_tag_chips(asked, "any_tags", _("or %(tag)s")),
        *_tag_chips(asked, "not_tags", _("not %(tag)s")),
    ]
    if filters.category:
        label = _label("category", filters.category, groups)
        chips.append(Chip(label, asked.query(category="")))
    for name in filters.colours:
        others = tuple(each for each in filters.colours if each != name)
        label = _("%(colour)s in the picture") % {"colour": _label("colours", name, groups)}
        chips.append(Chip(label, asked.query(colours=others)))
    if filters.price_min is not None:
        label = _("from %(price)s") % {"price": filters.price_min}
        chips.append(Chip(label, asked.query(price_min=None)))
    if filters.price_max is not None:
        label = _("up to %(price)s") % {"price": filters.price_max}
        chips.append(Chip(label, asked.query(price_max=None)))
    if filters.in_stock:
        chips.append(Chip(_("In stock"), asked.query(in_stock=False)))
    if asked.colour:
        label = _("Same colour: %(percent)s %%") % {"percent": asked.colour}
        chips.append(Chip(label, asked.query(colour=0)))
    if asked.words and asked.words != question:
        chips.append(Chip(f"“{asked.words}”", asked.query(words="")))
    return chips


def _label(kind: str, value: str, groups: list[Group]) -> str:
    """What is chosen in such a group is always among what there is to choose from."""
    ticks = (tick for group in groups if group.kind == kind for tick in group.ticks)
    return next((tick.label for tick in ticks if tick.value == value), value)


def _tag_chips(asked: Asked, name: str, wording: str) -> list[Chip]:
    tags: tuple[str, ...] = getattr(asked.filters, name)
    return [
        Chip(
            wording % {"tag": tag_label(tag)},
            asked.query(**{name: tuple(each for each in tags if each != tag)}),
        )
        for tag in tags
    ]


def tag_label(tag: str) -> str:
    """`colour:red` as "Red"; a bare tag as it is."""
    return capfirst(tag.partition(":")[2] or tag)


def without_unknown(filters: Filters) -> tuple[Filters, list[str]]:
    """The filters that the catalogue knows, and the names of those it doesn't."""
    given: dict[str, tuple[str, ...]] = {name: getattr(filters, name) for name in TAG_FILTERS}
    named = {tag for tags in given.values() for tag in tags}
    unknown = {tag for tag in named if not _known(known_tags, {"filters.tags": (tag,)})}
    category = filters.category
    lost = category if category and not _known(known_category, category) else ""
    strange = {name for name in filters.colours if not _known(known_colours, [name])}
    left: dict[str, Any] = {name: _minus(tags, unknown) for name, tags in given.items()}
    left["colours"] = _minus(filters.colours, strange)
    known = replace(filters, category="" if lost else category, **left)
    return known, [*sorted(unknown | strange), *filter(None, [lost])]


def _minus(tags: tuple[str, ...], unknown: set[str]) -> tuple[str, ...]:
    return tuple(tag for tag in tags if tag not in unknown)


def _known(look_up: Callable[[Any], object], name: object) -> bool:
    try:
        look_up(name)
    except UnknownFilter:
        return False
    return True
