"""The results page: the stored query, searched again under whatever filters the address carries."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from catalog.models import Category
from search import selectors, services
from search.engine.stopwatch import Stopwatch
from search.engine.types import Question, SearchResult
from search.engine.weights import weighable
from search.errors import QueryExpired
from search.models import PhotoQuery
from search.pages.answered import answered
from search.pages.cards import card_of_hit
from search.pages.headline import first_far, heading_of, reach_of, status_of_result
from search.pages.in_turn import in_turn
from search.pages.marking import moved_by
from search.pages.pinned import pinned_of
from search.pages.query_string import MOST_COLOUR, Asked, read
from search.pages.refining import chips_of, groups_of, kept, price_bands_of
from search.pages.rendering import K, page, timed
from search.pages.saying import MISSED
from search.pages.steps import steps_of

# Sections to look through where nothing comes close.
NEAREST_CATEGORIES = 4


@require_safe
@cache_control(private=True, no_store=True)
@in_turn
def results(request: HttpRequest, query_id: UUID) -> HttpResponse:
    """The nearest products for a stored query; 410 with a way on where the query is gone."""
    try:
        query = selectors.get_query(query_id)
        question = selectors.question_of(query)
    except QueryExpired:
        return page(request, "search/expired.html", status=410)
    asked, watch = read(request.GET), Stopwatch()
    question, asked = _with_words(question, asked)
    question, asked = _with_weights(question, asked)
    result, asked = answered(asked, partial(_ask, question))
    services.record_search(result=result)
    context = {
        **_context(query, question, result, asked),
        "missed": MISSED in request.GET,
        "nearest_categories": _categories(result),
    }
    with watch("render"):
        response = page(request, "search/results.html", context)
    return timed(response, search=result.took_ms["search"], render=watch.took_ms("total")["render"])


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
        "question": question,
        "line": query.onward or query.pk,
        "pinned": pinned_of(query, asked),
        "steps": steps_of(query, asked),
        "moved": moved_by(query),
        "marks": True,
        "can_dislike": question.picture is not None,
        "heading": heading_of(result),
        "status": status_of_result(result),
        "reach": reach_of(result),
        "result": result,
        "cards": cards,
        "first_far": first_far(result),
        "groups": groups,
        "price_bands": price_bands_of(asked, result.facets),
        "kept": kept(asked, groups),
        "chips": chips_of(asked, groups, question=query.text if question.picture is None else ""),
        "asked": asked,
        "before": (result.page - 1) * result.k,
        "most_colour": MOST_COLOUR if "colour" in weighable(question) else 0,
        "sorts": _sorts(question),
        "onward": asked.query(words=None, sort="similarity", colour=0).removesuffix("?"),
        "clear": f"?{urlencode({'sample': asked.sample})}" if asked.sample else "?",
        "canonical": asked.query(),
        "next": asked.query(page=result.page + 1) if result.has_next else "",
        "previous": asked.query(page=result.page - 1) if result.page > 1 else "",
        "progress": selectors.index_progress_lately(),
    }


def _categories(result: SearchResult) -> list[Category]:
    """The sections that the nearest hits are from, the nearest first."""
    found = {
        hit.product.category_id: hit.product.category for hit in result.hits if hit.product.category
    }
    return list(found.values())[:NEAREST_CATEGORIES]


def _sorts(question: Question) -> list[tuple[str, str]]:
    return [
        ("similarity", _("Closest first") if question.picture is not None else _("Best match")),
        ("price", _("Price: low to high")),
        ("-price", _("Price: high to low")),
        ("newest", _("Newest first")),
    ]
