"""Many questions in one request."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.errors import LookalikeError
from catalog.models import Product
from search import selectors, services
from search.api import describe
from search.api.answers import search_answer
from search.api.base import Door
from search.api.batches import Refused, read_batch
from search.api.charging import charge
from search.api.errors import problem_of
from search.api.parsers import JSONParser
from search.api.questions import Ask
from search.api.views.searching import found, make_example, timings, unknown_product
from search.engine.types import SearchResult
from search.errors import EmbedderBusy, SearchUnavailable
from search.models import PhotoQuery
from search.slots import search_slot

# A question that can be searched for, with its stored query.
Ready = tuple[Ask, PhotoQuery]


class BatchView(Door):
    """`POST search/batch/`: many questions, answered in their order."""

    no_store = True
    scopes = {"POST": "search"}
    charges_itself = photos = searches = ("POST",)
    parser_classes = [JSONParser]

    @describe.batch
    def post(self, request: Request) -> Response:
        started = time.perf_counter()
        self.refuse_params(request)
        batch = read_batch(request)
        charge(request, batch.cost, kind=batch.kind, field="queries")
        outcomes, took = _stored(batch.asks())
        _refuse_unavailable(outcomes)
        answers, results = [], []
        for number, outcome in enumerate(outcomes):
            try:
                with search_slot(admitted=True):  # of each: others may search in between
                    answer, result = _answer(request, outcome)
            except (LookalikeError, exceptions.APIException) as error:
                answers.append(_refusal(number, error))
            else:
                answers.append(answer)
                results.append(result)
        services.record_searches(results=results)
        spent = {
            "decode": took.decode_ms,
            "embed": took.embed_ms,
            "search": sum(each.took_ms["search"] for each in results),
            "total": 1000 * (time.perf_counter() - started),
        }
        rounded = {step: round(each, 1) for step, each in spent.items()}
        return Response({"answers": answers, "took_ms": rounded})


def _stored(asks: Sequence[Ask | Refused]) -> tuple[list[Ready | Refused], services.Took]:
    """Each question with its query, or what is wrong with it."""
    products = _products(asks)
    outcomes: dict[int, Ready | Refused] = {}
    asked: dict[int, tuple[Ask, services.Asked]] = {}
    for number, ask in enumerate(asks):
        if not isinstance(ask, Ask):
            outcomes[number] = ask
            continue
        try:
            examples = tuple(make_example(each, find=products) for each in ask.examples)
        except LookalikeError as error:
            outcomes[number] = error
        else:
            asked[number] = ask, services.Asked(examples, ask.text)
    queries, took = services.photo_queries([each for _, each in asked.values()])
    for (number, (ask, _)), query in zip(asked.items(), queries, strict=True):
        outcomes[number] = (ask, query) if isinstance(query, PhotoQuery) else query
    return [outcomes[number] for number in range(len(asks))], took


class _Found:
    """The products that the questions name, found in one query."""

    def __init__(self, products: Mapping[str, Product]) -> None:
        self._products = products

    def __call__(self, sku: str, *, field: str | None) -> Product:
        if sku not in self._products:
            raise unknown_product(sku, field=field)
        return self._products[sku]


def _products(asks: Sequence[Ask | Refused]) -> _Found:
    given = (each for ask in asks if isinstance(ask, Ask) for each in ask.examples)
    skus = {each.product for each in given if each.product}
    published = Product.objects.published().filter(sku__in=skus) if skus else ()
    return _Found({product.sku: product for product in published})


def _refuse_unavailable(outcomes: Sequence[Ready | Refused]) -> None:
    """Where no question got past an embedder that takes no photos, all of the batch comes later."""
    first = outcomes[0]
    if isinstance(first, EmbedderBusy | SearchUnavailable) and all(
        isinstance(each, type(first)) for each in outcomes
    ):
        first.field = None
        raise first


def _answer(request: Request, outcome: Ready | Refused) -> tuple[dict[str, Any], SearchResult]:
    if not isinstance(outcome, tuple):
        raise outcome
    started = time.perf_counter()
    ask, query = outcome
    result = found(selectors.question_of(query), ask.refinement)
    answer = search_answer(
        request,
        result,
        refinement=ask.refinement,
        path=reverse("api:results", args=[query.pk]),
        query_id=str(query.pk),
        suggestions=query.suggestions,
        took_ms=timings(result, started),
    )
    return {"status": 200, "answer": answer, "error": None, "retry_after": None}, result


def _refusal(number: int, error: Refused) -> dict[str, Any]:
    problem = problem_of(error)
    if problem is None:
        raise error
    field = f"queries[{number}]" + (f".{problem.field}" if problem.field else "")
    told = problem.about(field)
    return {
        "status": told.status,
        "answer": None,
        "error": told.body()["error"],
        "retry_after": told.retry_after,
    }
