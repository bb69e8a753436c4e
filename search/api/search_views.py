"""Asking with a photo, words, a product or an earlier query; and going on from a query."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from django.urls import reverse
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.errors import ImageRejected
from catalog.models import Product
from search import selectors, services
from search.api import describe
from search.api.answers import search_answer
from search.api.base import Door
from search.api.questions import Ask, read_ask
from search.api.refinement import Refinement, read_refinement
from search.engine.types import Question, SearchResult
from search.errors import UnknownProduct
from search.models import PhotoQuery

DOOR = "api"


def run(question: Question, refinement: Refinement) -> SearchResult:
    """The answer of the one selector that the pages ask too; it is counted."""
    result = selectors.search(
        question=question,
        filters=refinement.filters,
        k=refinement.k,
        page=refinement.page,
        sort=refinement.sort,
        facets=refinement.facets,
        door=DOOR,
    )
    services.record_search(result=result)
    return result


def find_product(sku: str, *, field: str | None) -> Product:
    """The published product of that SKU, with what an answer shows. Raises UnknownProduct."""
    published = Product.objects.published().with_relations()
    found: Product | None = published.filter(sku=sku.replace("\0", "")).first()
    if found is None:
        raise UnknownProduct(
            f"No published product has the SKU {sku[:64]!a}. See /api/v1/products/.",
            field=field,
        )
    return found


class SearchView(Door):
    """`POST search/`: a new question."""

    no_store = True

    @describe.search
    def post(self, request: Request) -> Response:
        started = time.perf_counter()
        ask = read_ask(request)
        query, took = _remember(ask)
        result = run(selectors.question_of(query), ask.refinement)
        answer = search_answer(
            request,
            result,
            refinement=ask.refinement,
            path=reverse("api:results", args=[query.pk]),
            query_id=str(query.pk),
            took_ms=timings(result, started, **took),
        )
        return Response(answer)


def _remember(ask: Ask) -> tuple[PhotoQuery, dict[str, float]]:
    """The stored query, and the milliseconds that reading and embedding the photo took."""
    earlier = selectors.get_query(ask.query_id) if ask.query_id else None
    if earlier and not ask.text:
        return earlier, {}
    product = find_product(ask.product, field="product") if ask.product else None
    try:
        query, took = services.photo_query(
            photo=ask.photo, text=ask.text, product=product, crop=ask.crop, query=earlier
        )
    except ImageRejected as error:
        error.field = ask.photo_field
        raise
    return query, {"decode": took.decode_ms, "embed": took.embed_ms}


class ResultsView(Door):
    """`search/{query_id}/`: further pages, other filters, another order; or forget it now."""

    no_store = True

    @describe.results
    def get(self, request: Request, query_id: UUID) -> Response:
        started = time.perf_counter()
        refinement = read_refinement(request)
        query = selectors.get_query(query_id)
        result = run(selectors.question_of(query), refinement)
        answer = search_answer(
            request,
            result,
            refinement=refinement,
            path=reverse("api:results", args=[query_id]),
            query_id=str(query_id),
            took_ms=timings(result, started),
        )
        return Response(answer)

    @describe.forget
    def delete(self, request: Request, query_id: UUID) -> Response:  # noqa: ARG002 - DRF's
        services.forget_query(query_id=query_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


def timings(
    result: SearchResult, started: float, *, decode: float = 0, embed: float = 0
) -> dict[str, Any]:
    """Milliseconds per step; `total` is all of the view's work up to now."""
    return {
        "decode": decode,
        "embed": embed,
        "search": result.took_ms.get("search", 0.0),
        "total": (time.perf_counter() - started) * 1000,
    }
