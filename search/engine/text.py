"""Products found by words: full text, and a second look for typing errors."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.search import SearchRank
from django.db.models import F

from catalog.models import Product
from search.engine.filters import Resolved, products
from search.engine.lexemes import tsquery
from search.engine.typos import mended

# Divide the rank by 1 + log(length): a long description says every word some day.
LENGTH_COUNTS = 1


def products_by_words(text: str, *, resolved: Resolved, limit: int) -> list[int]:
    """The ids of the products that hold all the words, best first, `limit` at most.

    Where fewer than TEXT_FEW are found, those of the mended spelling follow.
    """
    found = _full_text(text, resolved=resolved, limit=limit)
    if len(found) >= settings.TEXT_FEW:
        return found
    spelling = mended(text)
    if spelling == text:
        return found
    further = _full_text(spelling, resolved=resolved, limit=limit)
    return list(dict.fromkeys([*found, *further]))[:limit]


def _full_text(text: str, *, resolved: Resolved, limit: int) -> list[int]:
    """Ranked within the newest TEXT_POOL matches: ranking reads every document it is given."""
    query = tsquery(text)
    matching = products(resolved).filter(document__document=query)
    pool = matching.order_by("-pk").values("pk")[: settings.TEXT_POOL]
    rank = SearchRank(F("document__document"), query, normalization=LENGTH_COUNTS)
    ranked = Product.objects.filter(pk__in=pool).annotate(rank=rank).order_by("-rank", "-pk")
    return list(ranked.values_list("pk", flat=True)[:limit])
