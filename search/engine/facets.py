"""What a shopper can narrow by: each facet counted as if nothing were chosen in it.

Whoever ticked "red" still sees how many blue ones there are. What is chosen counts under all the
filters: that is what the answer holds, and where only the nearest products are looked at, there are
more red ones among the nearest red ones than among the nearest of any colour.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.models import Category, Tag
from search.embedding.descriptors import COLOURS, NamedColour
from search.engine.filters import Resolved
from search.engine.price_bands import PriceBand, price_facet
from search.engine.product_rows import CATEGORY
from search.engine.rows import columns, instance
from search.engine.statements import fetch
from search.engine.tallies import Tallies, as_array
from search.engine.types import Facet, FacetValue

# Values of one facet that are shown: the most frequent ones, and those that are selected.
MOST_VALUES = 30

# Not through the ORM: a row object for each of a few hundred tags costs 10 ms, and 30 are shown.
TAGS = f"""
    SELECT facet, value, id FROM {Tag._meta.db_table} WHERE id = ANY(%(ids)s::bigint[])
"""  # noqa: S608 - a table's name
# Nor the categories: a queryset makes its statement anew each time, for 1 ms.
CATEGORIES = f"""
    SELECT {columns("category", CATEGORY)} FROM {Category._meta.db_table} category WHERE
"""  # noqa: S608 - names of a table and its columns


def facets(
    *,
    resolved: Resolved,
    tallies_without: Callable[[str], Tallies],
    below: Category | None = None,
) -> tuple[Facet, ...]:
    """Category, tags by facet, colours of the pictures, price and stock; two statements, however
    many candidates there are.

    `tallies_without(name)` counts the candidates that are found when what is chosen in that facet
    (Facet.name) is left out, and with "" those under all the filters. It is asked for "", and for
    each facet whose other values a choice hides: once, as it may have to search. A facet without
    values is left out. Where a section of the shop is shown, its category is no choice among
    others: what lies `below` it is to choose from.
    """
    narrowed = tallies_without("")
    every = [
        _section_facet(below, narrowed)
        if below
        else _category_facet(resolved.category, narrowed, tallies_without),
        *_tag_facets(resolved, narrowed, tallies_without),
        _colour_facet(resolved, narrowed, tallies_without),
        _price_facet(resolved, narrowed, tallies_without),
        _stock_facet(resolved, narrowed),
    ]
    return tuple(facet for facet in every if facet.values)


@dataclass(frozen=True, slots=True)
class _Counts:
    """Products by the id of a value: when nothing is chosen in its facet, and under all filters."""

    free: Mapping[int, int]
    narrowed: Mapping[int, int]

    def of(self, pk: int, *, chosen: bool) -> int:
        return (self.narrowed if chosen else self.free).get(pk, 0)

    def rank(self, pk: int) -> tuple[int, int]:
        """The frequent ones first; what is chosen keeps the place that it was chosen at. The
        second number sorts those that only the answer to a choice reaches."""
        free = self.free.get(pk, 0)
        return -free, 0 if free else -self.narrowed.get(pk, 0)


def _category_facet(
    chosen: Category | None, narrowed: Tallies, tallies_without: Callable[[str], Tallies]
) -> Facet:
    """The roots; or the way down to the chosen category, what lies beside it and directly below."""
    free = tallies_without("category") if chosen else narrowed
    counts = _Counts(free.categories, narrowed.categories)
    way = chosen.path if chosen else []
    nodes = (node for node in _around(chosen) if any(counts.rank(node.pk)) or node.pk in way)
    here = {chosen.pk} if chosen else set()
    values = (
        FacetValue(
            node.slug,
            node.name,
            counts.of(node.pk, chosen=bool(here & {node.pk, node.parent_id})),
            node == chosen,
        )
        for node in _as_a_tree(sorted(nodes, key=lambda node: (counts.rank(node.pk), node.name)))
    )
    return Facet("category", _("Category"), tuple(values))


def _around(chosen: Category | None) -> list[Category]:
    """The roots; or the way to a category, what lies beside it and directly below, unordered."""
    roots = "parent_id IS NULL"
    if chosen is None:
        found = fetch(f"{CATEGORIES} {roots}")
    else:
        beside = roots if chosen.parent_id is None else "parent_id = %(parent)s"
        wanted = f"id = ANY (%(way)s::bigint[]) OR parent_id = %(chosen)s OR {beside}"
        place = {"way": chosen.path, "chosen": chosen.pk, "parent": chosen.parent_id}
        found = fetch(f"{CATEGORIES} {wanted}", place)
    return [instance(Category, CATEGORY, row) for row in found]


def _section_facet(section: Category, narrowed: Tallies) -> Facet:
    """Two levels below the section, by name: a way through the shop that stays where it is. Those
    that no candidate is in have the count 0."""
    deepest = len(section.path) + 2
    inside = Category.objects.filter(path__contains=[section.pk]).order_by("name")
    nodes = [node for node in inside if len(node.path) <= deepest]
    values = (
        FacetValue(node.slug, node.name, narrowed.categories.get(node.pk, 0), selected=False)
        for node in _as_a_tree(nodes, below=section.pk)
    )
    return Facet("category", _("Category"), tuple(values))


def _as_a_tree(nodes: Sequence[Category], *, below: int | None = None) -> Iterator[Category]:
    """Those below a category, or all; each followed by what lies below it, those beside each other
    in the order they come."""
    children: dict[int | None, list[Category]] = defaultdict(list)
    for node in nodes:
        children[node.parent_id].append(node)

    def walk(parent: int | None) -> Iterator[Category]:
        for node in children[parent]:
            yield node
            yield from walk(node.pk)

    return walk(below)


def _colour_facet(
    resolved: Resolved, narrowed: Tallies, tallies_without: Callable[[str], Tallies]
) -> Facet:
    """In the palette's own order: swatches that change places are hard to find again. Many shops
    have a facet "Colour" of their own, of what their staff say."""
    free = tallies_without("colour") if resolved.colours else narrowed
    counts = _Counts(free.colours, narrowed.colours)
    values = (
        FacetValue(
            each.name,
            _colour_label(each),
            counts.of(each.code, chosen=each.code in resolved.colours),
            each.code in resolved.colours,
            "#{:02x}{:02x}{:02x}".format(*each.rgb),
        )
        for each in COLOURS
        if any(counts.rank(each.code)) or each.code in resolved.colours
    )
    return Facet("colour", _("Colour in the picture"), tuple(values))


def _colour_label(colour: NamedColour) -> str:
    """The palette brings its names along, so that they stand in the address in no language."""
    return colour.label_zh if (get_language() or "").startswith("zh") else colour.label_en


def _tag_facets(
    resolved: Resolved, narrowed: Tallies, tallies_without: Callable[[str], Tallies]
) -> list[Facet]:
    """The facets by name."""
    chosen = {tag.pk for tag in (*resolved.tags, *resolved.any_tags, *resolved.facet_tags)}
    ticked = sorted({tag.facet for tag in resolved.facet_tags})
    free = {facet: tallies_without(f"tag:{facet}").tags for facet in ticked}
    ids = chosen.union(narrowed.tags, *free.values())
    by_facet: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for facet, value, pk in fetch(TAGS, {"ids": as_array(ids)}):
        by_facet[facet].append((value, pk))
    return [
        _tag_facet(facet, tags, chosen, _Counts(free.get(facet, narrowed.tags), narrowed.tags))
        for facet, tags in sorted(by_facet.items())
    ]


def _tag_facet(
    facet: str, tags: Iterable[tuple[str, int]], chosen: Collection[int], counts: _Counts
) -> Facet:
    """The most frequent of the tags (value, id), and among them every one that is chosen."""
    ranked = sorted(
        (counts.rank(pk), value, pk) for value, pk in tags if any(counts.rank(pk)) or pk in chosen
    )
    before = f"{facet}:" if facet else ""
    values = (
        FacetValue(before + value, value, counts.of(pk, chosen=pk in chosen), pk in chosen)
        for place, (_rank, value, pk) in enumerate(ranked)
        if place < MOST_VALUES or pk in chosen
    )
    return Facet(f"tag:{facet}", facet.capitalize() or _("Tags"), tuple(values))


def _price_facet(
    resolved: Resolved, narrowed: Tallies, tallies_without: Callable[[str], Tallies]
) -> Facet:
    wanted = resolved.filters
    if not wanted.by_price:
        return price_facet(narrowed.prices, chosen=None, currency=narrowed.currency)
    free = tallies_without("price")
    chosen = PriceBand(wanted.price_min, wanted.price_max, narrowed.products)
    return price_facet(free.prices, chosen=chosen, currency=free.currency)


def _stock_facet(resolved: Resolved, narrowed: Tallies) -> Facet:
    """One value, so that no other can be hidden by its choice."""
    selected = resolved.filters.in_stock
    value = FacetValue("in", _("In stock"), narrowed.in_stock, selected)
    return Facet("stock", _("Availability"), (value,) if value.count or selected else ())
