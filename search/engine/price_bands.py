"""Bands of price with round bounds, each with about as many of the candidates."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from search.engine.types import Facet, FacetValue

BANDS = 4
CENTS = 2


@dataclass(frozen=True, slots=True)
class PriceBand:
    """A range of prices, both ends inclusive and None where it is open, and its products."""

    low: Decimal | None
    high: Decimal | None
    count: int


def bands_of(cents: Iterable[int]) -> tuple[PriceBand, ...]:
    """Up to four bands, the cheapest first, none empty; none at all where everything is free.

    Filtering by a band's bounds finds just the products that it counts.
    """
    rising = sorted(cents)
    bounds = _bounds(rising)
    if not bounds:
        return ()
    starts = [0, *(bisect_left(rising, bound) for bound in bounds), len(rising)]
    edges = [None, *bounds, None]
    return tuple(
        PriceBand(_price(edges[place]), _price(edges[place + 1], less=1), after - before)
        for place, (before, after) in enumerate(pairwise(starts))
        if after > before
    )


def _bounds(rising: Sequence[int]) -> list[int]:
    """The quartiles, rounded to one figure, where that leaves different ones above 0."""
    quartiles = [rising[len(rising) * part // BANDS] for part in range(1, BANDS) if rising]
    return sorted({round(cents, 1 - len(str(cents))) for cents in quartiles if cents})


def _price(cents: int | None, *, less: int = 0) -> Decimal | None:
    """In the currency's unit, with two decimals; `less` cents below, where the next band begins."""
    return None if cents is None else Decimal(cents - less).scaleb(-CENTS)


def price_facet(bands: Iterable[PriceBand], *, chosen: PriceBand | None, currency: str) -> Facet:
    """The bands, and among them, selected, the range that is chosen, whether it is one or not."""
    shown = {(band.low, band.high): band for band in bands}
    selected = None
    if chosen is not None:
        selected = (chosen.low, chosen.high)
        shown[selected] = chosen
    values = (
        _value(band, currency, selected=(band.low, band.high) == selected)
        for band in sorted(shown.values(), key=_place)
    )
    return Facet("price", _("Price"), tuple(values))


def _place(band: PriceBand) -> tuple[Decimal, Decimal]:
    """What bands are sorted by: an open end lies below, or above, every price."""
    low, high = band.low, band.high
    return Decimal(-1) if low is None else low, Decimal("Infinity") if high is None else high


def _value(band: PriceBand, currency: str, *, selected: bool) -> FacetValue:
    first, last = _plain(band.low), _plain(band.high)
    if band.low is None:
        told = _("up to %(last)s %(currency)s")
    elif band.high is None:
        told = _("%(first)s and more %(currency)s")
    else:
        told = _("%(first)s to %(last)s %(currency)s")
    label = told % {"first": first, "last": last, "currency": currency}
    return FacetValue(f"{first}-{last}", label.strip(), band.count, selected)


def _plain(price: Decimal | None) -> str:
    """`50` or `49.99`: no exponent, no empty cents; "" for an open end."""
    if price is None:
        return ""
    return f"{price:.0f}" if price == price.to_integral_value() else f"{price:.2f}"
