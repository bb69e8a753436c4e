"""A section of the shop: everything below it, narrowed and ordered as the address says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from catalog.models import Category
from search import selectors
from search.engine.types import SearchResult
from search.errors import SearchUnavailable, Throttled
from search.pages.answered import answered
from search.pages.cards import card_of_hit, grouped
from search.pages.in_turn import in_turn
from search.pages.limiting import limit_words
from search.pages.query_string import Asked, read
from search.pages.refining import chips_of, groups_of, kept, price_bands_of
from search.pages.rendering import K, page


@dataclass(frozen=True)
class Branch:
    """A section below, its address under the same filters, and how many products there are; 0 where
    they weren't counted. `level` is 0 right below."""

    label: str
    address: str
    count: int
    level: int


@require_safe
@in_turn
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """A section of the shop and everything below it."""
    section = get_object_or_404(Category, slug=slug)
    asked = _limited(request, read(request.GET, section=True))
    result, asked = answered(asked, partial(_ask, section))
    context = _context(section, result, asked)
    context["canonical"] = request.build_absolute_uri(request.path + context["here"])
    return page(request, "catalog/category.html", context)


def _limited(request: HttpRequest, asked: Asked) -> Asked:
    """What is asked, without its words where this client has asked by words too often."""
    if not asked.words:
        return asked
    try:
        limit_words(request)
    except (Throttled, SearchUnavailable) as error:
        return replace(asked, words=None, dropped=(*asked.dropped, error.message))
    return asked


def _ask(section: Category, asked: Asked) -> SearchResult:
    return selectors.browse(
        filters=replace(asked.filters, category=section.slug),
        words=asked.words or "",
        sort=asked.sort,
        page=asked.page,
        k=K,
        facets=True,
    )


def _context(section: Category, result: SearchResult, asked: Asked) -> dict[str, Any]:
    facets = tuple(facet for facet in result.facets if facet.name != "category")
    groups = groups_of(asked, facets)
    narrowed = bool(asked.filters or asked.words)
    return {
        "category": section,
        "trail": trail_of(section),
        "branches": _branches(section, result, asked),
        "status": _status(result),
        "reach": _reach(result),
        "result": result,
        "cards": [card_of_hit(hit) for hit in result.hits],
        "groups": groups,
        "price_bands": price_bands_of(asked, facets),
        "kept": kept(asked, groups),
        "chips": chips_of(asked, groups, question=""),
        "asked": asked,
        "narrowed": narrowed,
        "plain": not narrowed and asked.sort == "similarity",
        "sorts": _sorts(asked),
        "clear": "?",
        "here": asked.query(page=asked.page).removesuffix("?"),
        "next": asked.query(page=result.page + 1) if result.has_next else "",
        "previous": asked.query(page=result.page - 1) if result.page > 1 else "",
    }


def _branches(section: Category, result: SearchResult, asked: Asked) -> list[Branch]:
    """The sections below. Where only the first products were looked at, one that none of them is in
    may still have others."""
    values = next((each.values for each in result.facets if each.name == "category"), ())
    found = Category.objects.filter(slug__in=[each.value for each in values])
    below = {each.slug: each for each in found} if values else {}
    query = asked.query().removesuffix("?")
    return [
        Branch(
            each.label,
            below[each.value].get_absolute_url() + query,
            each.count,
            len(below[each.value].path) - len(section.path) - 1,
        )
        for each in values
        if each.value in below and (each.count or result.among)
    ]


def _status(result: SearchResult) -> str:
    """How many there are, as far as they were counted."""
    if result.among:
        return _("More than %(count)s pieces") % {"count": grouped(result.total)}
    counted = ngettext("%(count)s piece", "%(count)s pieces", result.total)
    return counted % {"count": grouped(result.total)}


def _reach(result: SearchResult) -> str:
    """How many of how many are shown so far; and at the end of those that were looked at, how to
    come to the others."""
    shown = min(result.page * result.k, result.total)
    numbers = {"shown": grouped(shown), "total": grouped(result.total)}
    if not result.among:
        return _("%(shown)s of %(total)s") % numbers
    if not result.has_next:
        return _("These are the first %(total)s. Filters and words lead to the others.") % numbers
    by_order = {
        "newest": _("%(shown)s of the newest %(total)s"),
        "price": _("%(shown)s of the cheapest %(total)s"),
        "-price": _("%(shown)s of the dearest %(total)s"),
    }
    best = _("%(shown)s of the best %(total)s")
    return (best if result.plan == "text" else by_order.get(result.sort, best)) % numbers


def _sorts(asked: Asked) -> list[tuple[str, str]]:
    """The orders to choose from; the usual one is the first, and needs no name in the address."""
    newest, best = ("newest", _("Newest first")), ("", _("Best match"))
    return [
        *([best, newest] if asked.words else [("", newest[1])]),
        ("price", _("Price: low to high")),
        ("-price", _("Price: high to low")),
    ]


def trail_of(section: Category) -> list[Category]:
    """The section and those above it, from the root down."""
    above = {each.pk: each for each in Category.objects.filter(pk__in=section.path)}
    return [above[pk] for pk in section.path if pk in above]
