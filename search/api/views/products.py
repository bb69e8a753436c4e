"""Reading the catalogue, and what looks like a product of it."""

from __future__ import annotations

import time

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Product
from search import inputs, selectors
from search.api import cursors, describe, limits
from search.api.answers import absolute, full_product, listed_product, origin_of, search_answer
from search.api.base import Door
from search.api.refinement import query_params, query_string, read_refinement
from search.api.views.searching import find_product, run, timings
from search.engine import filters as engine_filters
from search.engine.types import MAX_K
from search.errors import InvalidSearch


class ProductList(Door):
    """`GET products/`: published products, newest first, under the same filters as a search."""

    @describe.product_list
    def get(self, request: Request) -> Response:
        params = query_params(request, allowed=("cursor", "k", *inputs.FILTER_NAMES))
        k = _page_size(params)
        filters = inputs.parse_filters(params, commas=True)
        products = engine_filters.products(engine_filters.resolve(filters)).order_by("-pk")
        if cursor := inputs.single(params, "cursor"):
            products = products.filter(pk__lt=cursors.decode(cursor))
        page = list(products.with_relations()[: k + 1])
        origin, following = origin_of(request), None
        if len(page) > k:
            query = query_string(filters, cursor=cursors.encode(page[k - 1].pk), k=k)
            following = absolute(origin, reverse("api:products") + query)
        results = [listed_product(origin, product) for product in page[:k]]
        return Response({"results": results, "next": following})


def _page_size(params: inputs.Params) -> int:
    k = inputs.parse_number(params, "k", default=limits.DEFAULT_K)
    if not 1 <= k <= MAX_K:
        raise InvalidSearch(f"k is a number from 1 to {MAX_K}, not {k}.", field="k")
    return k


class ProductView(Door):
    """`GET products/{sku}/`: all of a product."""

    @describe.product
    def get(self, request: Request, sku: str) -> Response:
        query_params(request, allowed=())
        found = find_product(sku, field="sku")
        product = Product.objects.with_relations().get(pk=found.pk)
        return Response(full_product(origin_of(request), product))


class SimilarView(Door):
    """`GET products/{sku}/similar/`: what looks like it, from its stored vectors."""

    scopes = {"GET": "search"}
    kinds = {"GET": "words"}

    @describe.similar
    def get(self, request: Request, sku: str) -> Response:
        started = time.perf_counter()
        refinement = read_refinement(request)
        question = selectors.similar_question(product=find_product(sku, field="sku"))
        result = run(question, refinement)
        answer = search_answer(
            request,
            result,
            refinement=refinement,
            path=reverse("api:similar", args=[sku]),
            query_id=None,
            took_ms=timings(result, started),
        )
        return Response(answer)
