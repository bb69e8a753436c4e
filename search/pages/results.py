"""The results page: the stored query, searched again under whatever filters the address carries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from search import selectors, services
from search.engine.types import Question, SearchResult
from search.engine.weights import weighable
from search.errors import QueryExpired, UnknownFilter
from search.models import PhotoQuery
from search.pages.cards import card_of_hit, picture_of
from search.pages.marking import began_with_words, moved_of
from search.pages.query_string import MOST_COLOUR, Asked, read
from search.pages.refining import chips_of, groups_of, kept, price_bands_of, without_unknown
from search.pages.rendering import page
from search.pages.samples import sample_address

K = 24


@dataclass(frozen=True)
class Pinned:
    """What was asked, shown above the answers.

    `kind` is photo (only the shopper's browser has the picture), sample, product or words.
    """

    kind: str
    image: str = ""
    alt: str = ""
    title: str = ""
    url: str = ""


@require_safe
@cache_control(private=True, no_store=True)
def results(request: HttpRequest, query_id: UUID) -> HttpResponse:
    """The nearest products for a stored query; 410 with a way on where the query is gone."""
    try:
        query = selectors.get_query(query_id)
        question = selectors.question_of(query)
    except QueryExpired:
        return page(request, "search/expired.html", status=410)
    asked = read(request.GET)
    question, asked = _with_words(question, asked)
    question, asked = _with_weights(question, asked)
    result, asked = _search(question, asked)
    services.record_search(result=result)
    return page(request, "search/results.html", _context(query, question, result, asked))


def _with_words(question: Question, asked: Asked) -> tuple[Question, Asked]:
    """The address's words on top of the photo. A query of words alone keeps some words."""
    if asked.words is None or (not asked.words and question.picture is None):
        return question, replace(asked, words=question.text or None)
    return services.reworded(question, asked.words), asked


def _with_weights(question: Question, asked: Asked) -> tuple[Question, Asked]:
    """What counts beside the whole look, where there is anything to be weighed."""
    if asked.weights and "colour" not in weighable(question):
        return question, asked.without_weights()
    return replace(question, weights=asked.weights), asked


def _search(question: Question, asked: Asked) -> tuple[SearchResult, Asked]:
    """The result, and what was asked less what isn't there: tags, a category, the page."""
    try:
        result = _ask(question, asked)
    except UnknownFilter:
        filters, unknown = without_unknown(asked.filters)
        notices = [_("There is no “%(name)s” here. It is left out.") % {"name": n} for n in unknown]
        asked = replace(asked, filters=filters, dropped=(*asked.dropped, *notices))
        result = _ask(question, asked)
    if asked.page > max(result.pages, 1):
        asked = asked.first_page()
        result = _ask(question, asked)
    return result, asked


def _ask(question: Question, asked: Asked) -> SearchResult:
    return selectors.search(
        question=question,
        filters=asked.filters,
        k=K,
        page=asked.page,
        sort=asked.sort,
        facets=True,
        door="page",
    )


def _context(
    query: PhotoQuery, question: Question, result: SearchResult, asked: Asked
) -> dict[str, Any]:
    cards = [card_of_hit(hit) for hit in result.hits]
    groups = groups_of(asked, result.facets)
    return {
        "query": query,
        "pinned": _pinned(query, asked),
        "moved": moved_of(query, asked),
        "marks": True,
        "can_dislike": question.picture is not None,
        "heading": _heading(result),
        "status": _status(result),
        "reach": _reach(result),
        "result": result,
        "cards": cards,
        "first_far": _first_far(result),
        "groups": groups,
        "price_bands": price_bands_of(asked, result.facets),
        "kept": kept(asked, groups),
        "chips": chips_of(asked, groups, question=query.text if question.picture is None else ""),
        "asked": asked,
        "most_colour": MOST_COLOUR if "colour" in weighable(question) else 0,
        "sorts": _sorts(question),
        "clear": f"?{urlencode({'sample': asked.sample})}" if asked.sample else "?",
        "canonical": asked.query(),
        "next": asked.query(page=result.page + 1) if result.has_next else "",
        "previous": asked.query(page=result.page - 1) if result.page > 1 else "",
        "progress": selectors.index_progress(),
        "lifetime_minutes": int(settings.PHOTO_QUERY_LIFETIME.total_seconds() // 60),
    }


def _pinned(query: PhotoQuery, asked: Asked) -> Pinned:
    if query.product:
        picture = picture_of(query.product.main_image, title=query.product.title)
        return Pinned(
            kind="product",
            image=picture.medium if picture else "",
            alt=picture.alt if picture else "",
            title=query.product.title,
            url=query.product.get_absolute_url(),
        )
    if began_with_words(query):
        return Pinned(kind="words", title=asked.words or query.text)
    if asked.sample and (image := sample_address(asked.sample)):
        return Pinned(kind="sample", image=image, alt=_("The sample photo"))
    return Pinned(kind="photo", alt=_("Your photo"))


def _heading(result: SearchResult) -> str:
    """The honest one-line answer."""
    if not result.total:
        return _("Nothing here matches")
    by_band = {
        "same": _("Found it"),
        "very_similar": _("Very similar"),
        "similar": _("Similar"),
        "weak": _("Nothing very close"),
    }
    return by_band.get(result.band) or _("What we found")


def _status(result: SearchResult) -> str:
    """How many there are, and how many of them are close, as far as this page can tell."""
    close = _first_far(result) - 1
    numbers = {"count": _number(result.total), "close": close}
    if result.page == 1 and close > 0:
        many = ngettext("%(close)s close match", "%(close)s close matches", close) % numbers
        among = _("%(many)s among the nearest %(count)s")
        whole = among if result.among else _("%(many)s out of %(count)s")
        return whole % {**numbers, "many": many}
    if result.among:
        return _("%(count)s nearest products") % numbers
    return ngettext("%(count)s result", "%(count)s results", result.total) % numbers


def _reach(result: SearchResult) -> str:
    """How many of how many are shown so far; says so where the search itself stopped counting."""
    shown = min(result.page * result.k, result.total)
    numbers = {"shown": _number(shown), "total": _number(result.total)}
    if result.among:
        return _("%(shown)s of the nearest %(total)s") % numbers
    return _("%(shown)s of %(total)s") % numbers


def _number(count: int) -> str:
    """`1,000`."""
    return number_format(count, force_grouping=True)


def _first_far(result: SearchResult) -> int:
    """The place of the first hit that isn't close, 1-based; 0 where no line has to be drawn: in
    another order than that of closeness it would be wrong about what comes behind it."""
    if result.sort != "similarity" or result.weights or result.band in {"", "weak"}:
        return 0
    weak = (place for place, hit in enumerate(result.hits, 1) if hit.band == "weak")
    return next(weak, 0)


def _sorts(question: Question) -> list[tuple[str, str]]:
    return [
        ("similarity", _("Closest first") if question.picture is not None else _("Best match")),
        ("price", _("Price: low to high")),
        ("-price", _("Price: high to low")),
        ("newest", _("Newest first")),
    ]
