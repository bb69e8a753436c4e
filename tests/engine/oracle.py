"""What passes the filters, asked by the ORM: told apart from how the engine's own SQL finds it."""

from __future__ import annotations

from catalog.models import Product
from catalog.querysets import ProductQuerySet
from search.engine.filters import Resolved
from search.models import EmbeddingSpace, ImageEmbedding


def products(resolved: Resolved) -> ProductQuerySet:
    """The published products that pass the filters, embedded or not."""
    passing = Product.objects.published().tagged(*resolved.tags)
    for group in resolved.alternatives:
        passing = passing.filter(tags__in=group).distinct()
    if resolved.not_tags:
        passing = passing.exclude(tags__in=resolved.not_tags)
    if resolved.category:
        passing = passing.in_category(resolved.category)
    if resolved.colours:
        searched = ImageEmbedding.objects.filter(space__in=EmbeddingSpace.objects.active())
        coloured = searched.filter(colours__overlap=list(resolved.colours))
        passing = passing.filter(pk__in=coloured.values_list("product_id", flat=True))
    passing = passing.priced(low=resolved.filters.price_min, high=resolved.filters.price_max)
    return passing.filter(stock__gt=0) if resolved.filters.in_stock else passing
