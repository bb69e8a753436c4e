"""Asking with a photo, words, a product or an earlier query; and going on from a query."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol
from uuid import UUID

from django.urls import reverse
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.errors import NoSuchProduct
from catalog.models import Product
from search import selectors, services
from search.api import describe
from search.api.answers import search_answer
from search.api.base import Door
from search.api.charging import charge
from search.api.parsers import JSONParser
from search.api.questions import Ask, Given, kind_of, read_ask, read_marks
from search.api.refinement import Refinement, read_refinement
from search.engine.types import Question, SearchResult
from search.errors import telling
from search.models import PhotoQuery
from search.slots import search_slot

DOOR = "api"


class FindProduct(Protocol):
    """Finds the published product of a SKU. Raises NoSuchProduct with the field."""

    def __call__(self, sku: str, *, field: str | None) -> Product: ...


def run(question: Question, refinement: Refinement) -> SearchResult:
    """The answer of the one selector that the pages ask too; it is counted."""
    result = found(question, refinement)
    services.record_search(result=result)
    return result


def found(question: Question, refinement: Refinement) -> SearchResult:
    """The same, for others to count."""
    return selectors.search(
        question=replace(question, weights=refinement.weights),
        filters=refinement.filters,
        k=refinement.k,
        page=refinement.page,
        sort=refinement.sort,
        facets=refinement.facets,
        explain=refinement.explain,
        min_similarity=refinement.min_similarity,
        paged=question.query_id is None,
        door=DOOR,
    )


def find_product(sku: str, *, field: str | None) -> Product:
    """The published product of that SKU. Raises NoSuchProduct."""
    product = selectors.find_product(sku)
    if product is None:
        raise unknown_product(sku, field=field)
    return product


def unknown_product(sku: str, *, field: str | None) -> NoSuchProduct:
    return NoSuchProduct(
        f"No published product has the SKU {sku[:64]!a}. See /api/v1/products/.", field=field
    )


class SearchView(Door):
    """`POST search/`: a new question."""

    no_store = True
    scopes = {"POST": "search"}
    charges_itself = photos = searches = ("POST",)

    @describe.search
    def post(self, request: Request) -> Response:
        started = time.perf_counter()
        self.refuse_params(request)
        charge(request, kind=kind_of(request.data))
        ask = read_ask(request)
        query, took = _remember(ask)
        with search_slot(admitted=True):
            return _answer(request, query, ask.refinement, started, **took)


def _remember(ask: Ask) -> tuple[PhotoQuery, dict[str, float]]:
    """The stored query, and the milliseconds that reading and embedding the photos took."""
    examples = [make_example(each) for each in ask.examples]
    if len(examples) == 1 and examples[0].query is not None and not ask.text:
        return examples[0].query, {}
    query, took = services.photo_query(examples=examples, text=ask.text)
    return query, {"decode": took.decode_ms, "embed": took.embed_ms}


def make_example(given: Given, *, find: FindProduct = find_product) -> services.Example:
    with telling(given.field):
        return services.Example(
            photo=given.photo,
            product=find(given.product, field=given.field) if given.product else None,
            query=selectors.get_query(given.query_id) if given.query_id else None,
            crop=given.crop,
            weight=given.weight,
            field=given.field,
        )


class FeedbackView(Door):
    """`POST search/{query_id}/feedback/`: the question again, moved by what was marked."""

    no_store = True
    scopes = {"POST": "search"}
    kinds = {"POST": "words"}
    searches = ("POST",)
    parser_classes = [JSONParser]

    @describe.feedback
    def post(self, request: Request, query_id: UUID) -> Response:
        started = time.perf_counter()
        self.refuse_params(request)
        marks = read_marks(request)
        with search_slot(admitted=True):
            query = services.refine_query(
                query=selectors.get_query(query_id),
                like=_marked("like", marks.like),
                dislike=_marked("dislike", marks.dislike),
            )
            return _answer(request, query, marks.refinement, started)


def _marked(field: str, skus: Sequence[str]) -> list[Product]:
    return [find_product(sku, field=f"{field}[{place}]") for place, sku in enumerate(skus)]


class ResultsView(Door):
    """`search/{query_id}/`: further pages, other filters, another order; or forget it now."""

    no_store = True
    scopes = {"GET": "search", "DELETE": "search"}
    kinds = {"GET": "words"}
    searches = ("GET",)

    @describe.results
    def get(self, request: Request, query_id: UUID) -> Response:
        started = time.perf_counter()
        refinement = read_refinement(request)
        return _answer(request, selectors.get_query(query_id), refinement, started)

    @describe.forget
    def delete(self, request: Request, query_id: UUID) -> Response:
        self.refuse_params(request)
        services.forget_query(query_id=query_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _answer(
    request: Request, query: PhotoQuery, refinement: Refinement, started: float, **took: float
) -> Response:
    result = run(selectors.question_of(query), refinement)
    answer = search_answer(
        request,
        result,
        refinement=refinement,
        path=reverse("api:results", args=[query.pk]),
        query_id=str(query.pk),
        suggestions=query.suggestions,
        took_ms=timings(result, started, **took),
    )
    return Response(answer)


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
