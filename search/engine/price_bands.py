"""Bands of price with round bounds, each with about as many of the candidates."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from search.engine.candidates import Candidate
from search.engine.types import Facet, FacetValue, Filters

BANDS = 4
CENT = Decimal("0.01")


def price_facet(candidates: Sequence[Candidate], filters: Filters) -> Facet:
    """Up to four bands of price; where a price filter is set, that one alone, selected.

    Filtering by a band's bounds finds just the products that it counts.
    """
    prices = sorted(each.price for each in candidates)
    currency = _common_currency(candidates)
    low, high = filters.price_min, filters.price_max
    if (low, high) != (None, None):
        values = [_value(low, high, len(prices), currency, selected=True)]
    else:
        bounds = _bounds(prices)
        counts = Counter(bisect_right(bounds, price) for price in prices)
        edges = [None, *bounds, None]
        values = [
            _value(edges[place], _below(edges[place + 1]), number, currency, selected=False)
            for place, number in sorted(counts.items())
        ]
    return Facet("price", _("Price"), tuple(values))


def _bounds(prices: Sequence[Decimal]) -> list[Decimal]:
    """The quartiles, rounded to one figure, where that leaves different ones above 0."""
    quartiles = [prices[len(prices) * part // BANDS] for part in range(1, BANDS) if prices]
    return sorted({_one_figure(price) for price in quartiles if price >= CENT})


def _one_figure(price: Decimal) -> Decimal:
    return price.quantize(Decimal(1).scaleb(price.adjusted()))


def _below(bound: Decimal | None) -> Decimal | None:
    """The highest price of the band that ends where the next one begins."""
    return None if bound is None else bound - CENT


def _value(
    low: Decimal | None, high: Decimal | None, count: int, currency: str, *, selected: bool
) -> FacetValue:
    first, last = (f"{_plain(end)}" for end in (low, high))
    if low is None:
        label = _("up to %(last)s") % {"last": last}
    elif high is None:
        label = _("%(first)s and more") % {"first": first}
    else:
        label = _("%(first)s to %(last)s") % {"first": first, "last": last}
    return FacetValue(f"{first}-{last}", f"{label} {currency}".strip(), count, selected)


def _plain(price: Decimal | None) -> str:
    """`50` or `49.99`: no exponent, no empty cents; "" for an open end."""
    if price is None:
        return ""
    return f"{price:.0f}" if price == price.to_integral_value() else f"{price:.2f}"


def _common_currency(candidates: Sequence[Candidate]) -> str:
    """The currency of all candidates, "" where they differ."""
    currencies = {each.currency for each in candidates}
    return currencies.pop() if len(currencies) == 1 else ""
