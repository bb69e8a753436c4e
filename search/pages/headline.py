"""The honest sentences above the answers: how close they are, how many, how far they reach."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from search.engine.types import SearchResult
from search.pages.cards import grouped


def heading_of(result: SearchResult) -> str:
    """The one-line answer. Never a percentage: a cosine isn't one."""
    if not result.total:
        return _("Nothing here matches")
    by_band = {
        "same": _("Found it"),
        "very_similar": _("Very similar"),
        "similar": _("Similar"),
        "weak": _("Nothing very close"),
    }
    return by_band.get(result.band) or _("What we found")


def status_of_result(result: SearchResult) -> str:
    """How many there are, and how many of them are close, as far as this page can tell."""
    close = first_far(result) - 1
    count = grouped(result.total)
    if result.page == 1 and close > 0:
        return _with_close(result, close=close, count=count)
    if result.among:
        return _("%(count)s nearest products") % {"count": count}
    return ngettext("%(count)s result", "%(count)s results", result.total) % {"count": count}


def _with_close(result: SearchResult, *, close: int, count: str) -> str:
    if result.among:
        sentence = ngettext(
            "%(close)s close match among the nearest %(count)s",
            "%(close)s close matches among the nearest %(count)s",
            close,
        )
    else:
        sentence = ngettext(
            "%(close)s close match out of %(count)s",
            "%(close)s close matches out of %(count)s",
            close,
        )
    return sentence % {"close": close, "count": count}


def reach_of(result: SearchResult) -> str:
    """How many of how many are shown so far; says so where the search itself stopped counting."""
    shown = min(result.page * result.k, result.total)
    numbers = {"shown": grouped(shown), "total": grouped(result.total)}
    if result.among:
        return _("%(shown)s of the nearest %(total)s") % numbers
    return _("%(shown)s of %(total)s") % numbers


def first_far(result: SearchResult) -> int:
    """The place of the first hit that isn't close, 1-based; 0 where no line has to be drawn: in
    another order than that of closeness it would be wrong about what comes behind it."""
    if result.sort != "similarity" or result.weights or result.band in {"", "weak"}:
        return 0
    weak = (place for place, hit in enumerate(result.hits, 1) if hit.band == "weak")
    return next(weak, 0)
