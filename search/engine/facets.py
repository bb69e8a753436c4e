"""What a shopper can narrow by, counted among the candidates: the same on every page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from django.db.models import Count
from django.utils.translation import gettext as _

from catalog.models import Category, Product, Tag
from search.engine.candidates import Candidate
from search.engine.filters import Resolved
from search.engine.price_bands import price_facet
from search.engine.types import Facet, FacetValue

# Values of one facet that are shown: the most frequent ones, and those that are selected.
MOST_VALUES = 30


def facets(candidates: Sequence[Candidate], *, resolved: Resolved) -> tuple[Facet, ...]:
    """Category, tags by facet, price and stock; three queries, whatever the number of candidates.

    A facet without values is left out. Counts are of the candidates, which pass all the filters.
    """
    ids = [each.match.product_id for each in candidates]
    every = [
        _category_facet(ids, resolved),
        *_tag_facets(ids, resolved),
        price_facet(candidates, resolved.filters),
        _stock_facet(candidates, resolved),
    ]
    return tuple(facet for facet in every if facet.values)


def _category_facet(ids: Sequence[int], resolved: Resolved) -> Facet:
    """The roots, or the way down to the selected category and what lies directly below it."""
    paths = Product.objects.filter(pk__in=ids, category__isnull=False).order_by()
    counts: Counter[int] = Counter()
    shown = set(resolved.category.path if resolved.category else [])
    depth = len(shown)
    for path, number in paths.values_list("category__path").annotate(number=Count("pk")):
        counts.update(dict.fromkeys(path, number))
        shown.update(path[depth : depth + 1])
    nodes = sorted(
        Category.objects.filter(pk__in=shown),
        key=lambda node: (len(node.path), -counts[node.pk], node.name),
    )
    values = (
        FacetValue(node.slug, node.name, counts[node.pk], node == resolved.category)
        for node in nodes
    )
    return Facet("category", _("Category"), tuple(values))


def _tag_facets(ids: Sequence[int], resolved: Resolved) -> list[Facet]:
    chosen = {*resolved.tags, *resolved.any_tags}
    counted = Tag.objects.filter(products__in=ids).annotate(number=Count("products"))
    counts: Counter[Tag] = Counter({tag: tag.number for tag in counted})
    by_facet: dict[str, list[Tag]] = defaultdict(list)
    for tag in sorted({*counts, *chosen}, key=lambda tag: (tag.facet, -counts[tag], tag.value)):
        if len(by_facet[tag.facet]) < MOST_VALUES or tag in chosen:
            by_facet[tag.facet].append(tag)
    return [
        Facet(
            f"tag:{facet}",
            facet.capitalize() or _("Tags"),
            tuple(FacetValue(tag.name, tag.value, counts[tag], tag in chosen) for tag in tags),
        )
        for facet, tags in by_facet.items()
    ]


def _stock_facet(candidates: Sequence[Candidate], resolved: Resolved) -> Facet:
    available = sum(each.stock > 0 for each in candidates)
    selected = resolved.filters.in_stock
    values = (FacetValue("in", _("In stock"), available, selected),)
    return Facet("stock", _("Availability"), values if available or selected else ())
